"""Whatever Telegram delivers twice, late, changed or in disorder is done once, and each person's in order."""

from pathlib import Path

from bot.ports.storage import Page
from tests.e2e.telegram_desk import NEW_ALPHA, Server, TelegramDesk, a_telegram_desk, aboard, claimed, made
from tests.fakes.bot_api.people import TelegramUser


async def commands(desk: TelegramDesk, name: str) -> list[str]:
    """Return the results of a command in the audit, oldest first."""
    rows = await desk.desk.reader.audit_entries(Page(limit=200))
    return [row.result for row in reversed(rows) if row.command == name]


async def test_an_update_that_comes_twice_is_done_once(desk: TelegramDesk, server: Server, mia: TelegramUser) -> None:
    updates = server.telegram.world.updates
    await mia.says("/version")
    first = mia.last_update
    await updates.confirmed()
    updates.repeat(first)
    updates.repeat(first)
    await updates.confirmed()
    await mia.says("/health")
    await desk.settled()
    assert len(await commands(desk, "version")) == 1
    assert sum(text.startswith("Quarterdeck 0.0.0") for text in mia.chat.texts) <= 1


async def test_a_press_that_comes_twice_is_done_once(desk: TelegramDesk, server: Server, mia: TelegramUser) -> None:
    await made(mia)
    card = await mia.says("/bot alpha")
    await mia.presses(card, "Run")
    server.telegram.world.updates.repeat(mia.last_update)
    await server.telegram.world.updates.confirmed()
    await mia.chat.shows("alpha · PRACTICE · running")
    await desk.settled()
    assert len(await commands(desk, "run")) == 1


async def test_what_was_done_before_a_restart_is_not_done_again(
    tmp_path: Path, server: Server, mia: TelegramUser
) -> None:
    updates = server.telegram.world.updates
    async with a_telegram_desk(tmp_path, server) as engine:
        await claimed(mia)
        await made(mia)
        await mia.says("/run alpha")
        running = mia.last_update
        await mia.says("/stop alpha")
        await engine.settled()
    said = len(mia.chat.messages)
    updates.repeat(running)
    async with a_telegram_desk(tmp_path, server) as engine:
        await updates.confirmed()
        await mia.says("/version")
        assert (await engine.bot("alpha")).status.value == "stopped"
        assert len(await commands(engine, "run")) == 1
        assert len(mia.chat.messages) == said + 1


async def test_what_was_not_done_before_a_restart_is_done_after_it(
    tmp_path: Path, server: Server, mia: TelegramUser
) -> None:
    async with a_telegram_desk(tmp_path, server):
        await claimed(mia)
    written = [mia.writes(line) for line in (NEW_ALPHA, "/bots")]
    async with a_telegram_desk(tmp_path, server):
        await mia.chat.shows("check and create")
        await mia.chat.shows("Fleet · no bots yet")
    assert [one.is_deleted for one in written] == [False, False]


async def test_a_changed_message_is_no_second_command(desk: TelegramDesk, server: Server, mia: TelegramUser) -> None:
    await made(mia)
    written = mia.writes("/version")
    await mia.chat.shows("0.0.0")
    mia.edits(written, "/run alpha")
    await server.telegram.world.updates.confirmed()
    await mia.says("/health")
    assert (await desk.bot("alpha")).status.value == "created"


async def test_updates_in_disorder_are_all_done(desk: TelegramDesk, server: Server, mia: TelegramUser) -> None:
    updates = server.telegram.world.updates
    updates.is_reversed = True
    for line in ("/version", "/health", "/bots"):
        mia.writes(line)
    await mia.chat.counts(4)
    await updates.confirmed()
    for name in ("version", "health", "bots"):
        assert len(await commands(desk, name)) == 1


async def test_each_person_is_answered_in_order_and_nobody_waits_for_another(
    desk: TelegramDesk, server: Server, mia: TelegramUser, jonas: TelegramUser
) -> None:
    await made(mia)
    await aboard(mia, jonas, "trader")
    go = server.telegram.faults.hold("sendPhoto")
    mia.writes("/chart alpha")
    mia.writes("/version")
    await server.telegram.faults.arrived("sendPhoto")
    before = len(mia.chat.messages)
    assert (await jonas.says("/bots")).headline == "Fleet · no bots yet"
    assert len(mia.chat.messages) == before
    go.set()
    await mia.chat.shows("0.0.0")
    assert mia.chat.messages[-2].content.picture is not None
