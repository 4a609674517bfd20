"""A fleet that is kept live at Telegram: pinned, drawn once a minute, over restarts, until somebody stops it."""

from datetime import timedelta
from pathlib import Path

from tests.e2e.telegram_desk import Server, TelegramDesk, a_telegram_desk, claimed, made
from tests.fakes.bot_api.groups import open_group, promote
from tests.fakes.bot_api.messages import Message
from tests.fakes.bot_api.people import TelegramUser
from tests.fakes.bot_api.rooms import Room

MINUTE = timedelta(seconds=61)


async def pinned(room: Room, message: Message, *, is_pinned: bool = True) -> None:
    """Wait until a message is pinned, or not any more."""
    await room.until(lambda: message if message.is_pinned is is_pinned else None, f"pinned={is_pinned}")


async def test_it_is_pinned_and_changes_by_itself_until_somebody_stops_it(
    desk: TelegramDesk, server: Server, mia: TelegramUser
) -> None:
    await made(mia)
    fleet = await mia.says("/bots")
    await mia.taps(fleet, "Keep live")
    await pinned(mia.chat, fleet)
    assert "Stop live" in fleet.labels
    version = len(fleet.versions)
    server.clock.leap(MINUTE)
    assert "live, " in (await mia.chat.changed(fleet, version)).text
    await mia.taps(fleet, "Stop live")
    await pinned(mia.chat, fleet, is_pinned=False)
    assert "Keep live" in fleet.labels


async def test_it_goes_on_after_a_restart(tmp_path: Path, server: Server, mia: TelegramUser) -> None:
    async with a_telegram_desk(tmp_path, server):
        await claimed(mia)
        fleet = await mia.says("/live")
        await pinned(mia.chat, fleet)
    version = len(fleet.versions)
    async with a_telegram_desk(tmp_path, server):
        await made(mia)
        server.clock.leap(MINUTE)
        await mia.chat.until(lambda: fleet if fleet.headline == "Fleet · 1 bot · 1 created" else None, "a bot more")
        assert len(fleet.versions) > version
        assert len(server.telegram.called("pinChatMessage")) == 1
        newer = await mia.says("/live")
        await pinned(mia.chat, newer)
        await pinned(mia.chat, fleet, is_pinned=False)
        assert "not live any more" in fleet.text
        assert fleet.labels == ["Refresh"]


async def test_a_group_that_lets_it_pin_nothing_is_told_so_and_kept_true(
    desk: TelegramDesk, server: Server, mia: TelegramUser
) -> None:
    await made(mia)
    room = open_group(server.telegram.world, mia)
    fleet = await mia.says("/live", room)
    await room.until(lambda: fleet if "Not pinned: I may not do that here." in fleet.text else None, "a warning")
    assert not fleet.is_pinned
    version = len(fleet.versions)
    server.clock.leap(MINUTE)
    await room.changed(fleet, version)
    promote(server.telegram.world, room, mia)
    again = await mia.says("/live", room)
    await pinned(room, again)
    assert "Not pinned" not in again.text


async def test_one_that_was_deleted_is_sent_once_more(desk: TelegramDesk, server: Server, mia: TelegramUser) -> None:
    await made(mia)
    fleet = await mia.says("/live")
    await pinned(mia.chat, fleet)
    mia.deletes(fleet)
    server.clock.leap(MINUTE)
    again = await mia.chat.until(
        lambda: next((one for one in mia.chat.messages if "Stop live" in one.labels), None), "another"
    )
    await pinned(mia.chat, again)
