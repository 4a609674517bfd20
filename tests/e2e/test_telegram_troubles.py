"""What Telegram and the way to it do to a desk: it goes on, says what is wrong, and loses no answer."""

from datetime import timedelta
from pathlib import Path

import pytest

from bot.domain.instance import BotStatus
from tests.e2e.telegram_desk import Server, TelegramDesk, a_telegram_desk, aboard, made
from tests.fakes.bot_api.faults import (
    Fault,
    bad_gateway,
    conflict,
    dropped,
    lost_answer,
    refused,
    revoked,
    too_fast,
)
from tests.fakes.bot_api.people import TelegramUser
from tests.fakes.bot_api.rooms import blocked


@pytest.mark.parametrize("fault", [too_fast(3), bad_gateway(), dropped()], ids=["429", "502", "dropped"])
async def test_an_answer_that_did_not_arrive_is_sent_again(
    desk: TelegramDesk, server: Server, mia: TelegramUser, fault: Fault
) -> None:
    server.telegram.fail("sendMessage", fault)
    answer = await mia.says("/bots")
    assert "Fleet · no bots yet" in answer.text
    assert sum("Fleet" in text for text in mia.chat.texts) == 1


async def test_an_answer_that_may_have_arrived_says_so_when_it_comes_again(
    desk: TelegramDesk, server: Server, mia: TelegramUser
) -> None:
    server.telegram.fail("sendMessage", lost_answer())
    first = await mia.says("/bots")
    again = await mia.chat.shows("Fleet", "again")
    assert first is not again
    assert sum("Fleet" in text for text in mia.chat.texts) == 2


async def test_marks_that_telegram_cannot_read_are_left_out(
    desk: TelegramDesk, server: Server, mia: TelegramUser
) -> None:
    server.telegram.fail("sendMessage", refused("can't parse entities: Unsupported start tag"))
    answer = await mia.says("/bots")
    assert answer.headline == "Fleet · no bots yet"
    assert answer.content.entities == ()


async def test_another_program_with_the_token_is_named_until_it_is_gone(
    desk: TelegramDesk, server: Server, mia: TelegramUser
) -> None:
    server.telegram.fail("getUpdates", conflict())
    server.telegram.world.updates.release()
    await desk.reports("another program with the same token takes this bot's messages; stop one of the two (409)")
    server.clock.leap(timedelta(seconds=11))
    await desk.reports("connected")
    assert (await mia.says("/bots")).headline.startswith("Fleet")


async def test_a_webhook_is_named_until_it_is_deleted(desk: TelegramDesk, server: Server, mia: TelegramUser) -> None:
    server.telegram.world.updates.webhook = "https://example.org/hook"
    server.telegram.world.updates.release()
    await desk.reports("by a webhook")
    server.telegram.world.updates.webhook = ""
    server.clock.leap(timedelta(seconds=11))
    await desk.reports("connected")


async def test_a_desk_that_starts_while_telegram_is_down_serves_when_it_is_back(
    tmp_path: Path, server: Server, mia: TelegramUser
) -> None:
    server.telegram.go_down()
    async with a_telegram_desk(tmp_path, server) as engine:
        mia.writes("/start")
        server.telegram.come_back()
        await mia.chat.shows("Welcome to Quarterdeck")
        assert engine.health == "connected"


async def test_a_telegram_that_goes_down_is_reported_and_what_happened_is_told_when_it_is_back(
    desk: TelegramDesk, server: Server, mia: TelegramUser, jonas: TelegramUser
) -> None:
    await made(mia)
    await aboard(mia, jonas, "owner")
    server.telegram.go_down()
    bot = await desk.bot("alpha")
    operator = next(one for one in await desk.desk.reader.operators() if one.name == "Jonas")
    await desk.desk.lifecycle.start_bot(bot.bot_id, operator, "by hand")
    server.clock.leap(timedelta(minutes=3))
    assert "connected" not in desk.health
    server.telegram.come_back()
    await mia.chat.shows("alpha · PRACTICE · running")
    assert sum("alpha · PRACTICE · running" in text for text in mia.chat.texts) == 1


async def test_a_revoked_token_is_named_hurts_nothing_else_and_is_tried_again(
    desk: TelegramDesk, server: Server, mia: TelegramUser
) -> None:
    await made(mia)
    server.telegram.fail("getUpdates", revoked())
    server.telegram.world.updates.release()
    await desk.reports("Telegram does not accept the token; set TELEGRAM_TOKEN")
    bot, (owner,) = await desk.bot("alpha"), await desk.desk.reader.operators()
    await desk.desk.lifecycle.start_bot(bot.bot_id, owner, "by hand")
    await desk.desk.supervisor.wait_until_idle()
    assert (await desk.bot("alpha")).status is BotStatus.RUNNING
    server.clock.leap(timedelta(minutes=11))
    await desk.reports("connected")
    mia.writes("/bots")
    await mia.chat.shows("Fleet", "alpha")


async def test_a_poll_whose_line_is_dead_is_given_up(
    tmp_path: Path, server: Server, mia: TelegramUser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("adapters.chat.telegram.transport.polling.WATCHDOG", timedelta(seconds=0.3))
    dead = server.telegram.faults.hold("getUpdates")
    async with a_telegram_desk(tmp_path, server) as engine:
        await server.telegram.faults.arrived("getUpdates")
        await engine.reports("Telegram cannot be reached (TimeoutError)")
        dead.set()
        await mia.says("/start")
        await engine.reports("connected")


async def test_a_person_who_blocks_us_hurts_nobody_and_hears_again_after_that(
    desk: TelegramDesk, server: Server, mia: TelegramUser, jonas: TelegramUser
) -> None:
    await made(mia)
    await aboard(mia, jonas, "owner")
    jonas.blocks()
    await server.telegram.world.updates.confirmed()
    await mia.says("/run alpha")
    await desk.settled()
    heard = len(jonas.chat.messages)
    jonas.unblocks()
    await mia.says("/pause alpha")
    await jonas.chat.shows("alpha · PRACTICE · paused")
    assert len(jonas.chat.messages) > heard


async def test_a_person_who_was_not_heard_to_block_us_is_left_alone_after_the_first_refusal(
    desk: TelegramDesk, server: Server, mia: TelegramUser, jonas: TelegramUser
) -> None:
    await made(mia)
    await aboard(mia, jonas, "owner")
    jonas.chat.barred = blocked()
    await mia.says("/run alpha")
    await desk.settled()
    await mia.says("/pause alpha")
    await desk.settled()
    tried = [call for call in server.telegram.called("sendMessage") if call.values["chat_id"] == jonas.user_id]
    assert len(tried) == len(jonas.chat.messages) + 1


async def test_a_deleted_card_is_sent_anew_by_the_next_press(desk: TelegramDesk, mia: TelegramUser) -> None:
    await made(mia)
    card = await mia.says("/bot alpha")
    mia.deletes(card)
    said = len(mia.chat.messages)
    await mia.presses(card, "Run")
    await mia.chat.counts(said + 1)
    assert "alpha" in mia.chat.last.headline
