import asyncio
from datetime import timedelta

import pytest

from adapters.chat.telegram.transport import polling
from adapters.chat.telegram.transport.polling import CONFLICT_PAUSE, FIRST_PAUSE, REFUSED_PAUSE
from tests.builders.telegram_harness import PLATFORM, TelegramHarness, serving_people
from tests.fakes.bot_api.faults import bad_gateway, conflict, dropped, revoked, too_fast
from tests.fakes.bot_api.groups import kick, promote, upgrade


async def test_it_starts_while_telegram_is_down_and_serves_once_it_is_back(counter: TelegramHarness) -> None:
    counter.telegram.go_down()
    async with serving_people(counter):
        await counter.reports("Telegram cannot be reached")
        counter.telegram.come_back()
        counter.chat.clock.advance(FIRST_PAUSE)
        assert (await counter.mia.says("/bots")).headline == "Fleet · no bots yet"
        assert counter.health == "connected"


async def test_what_was_sent_during_an_outage_is_answered_after_it(open_counter: TelegramHarness) -> None:
    await open_counter.mia.says("/bots")
    open_counter.telegram.go_down()
    await open_counter.reports("Telegram cannot be reached")
    open_counter.mia.writes("/help")
    open_counter.telegram.come_back()
    open_counter.chat.clock.advance(FIRST_PAUSE)
    _, answer = await open_counter.mia.chat.counts(2)
    assert "/help" in answer.text


async def test_a_refused_token_is_final_until_it_is_taken_again(counter: TelegramHarness) -> None:
    counter.telegram.fail("getMe", revoked())
    async with serving_people(counter):
        await counter.reports("does not accept the token")
        assert PLATFORM in counter.chat.command_bus.platform_health.closed_platforms
        counter.chat.clock.advance(REFUSED_PAUSE)
        await counter.mia.says("/bots")
        assert PLATFORM in counter.chat.command_bus.platform_health.open_platforms


async def test_a_second_program_is_named(open_counter: TelegramHarness) -> None:
    await open_counter.mia.says("/bots")
    open_counter.telegram.fail("getUpdates", conflict())
    open_counter.telegram.world.updates.release()
    await open_counter.reports("another program with the same token")
    open_counter.chat.clock.advance(CONFLICT_PAUSE)
    await open_counter.mia.says("/help")
    assert open_counter.health == "connected"


async def test_a_webhook_is_named(counter: TelegramHarness) -> None:
    counter.telegram.world.updates.webhook = "https://other.example/hook"
    async with serving_people(counter):
        await counter.reports("by a webhook")


async def test_polls_go_on_after_whatever_goes_wrong(open_counter: TelegramHarness) -> None:
    await open_counter.mia.says("/bots")
    open_counter.telegram.fail("getUpdates", bad_gateway(), dropped(), too_fast(3))
    open_counter.telegram.world.updates.release()
    open_counter.mia.writes("/help")
    await open_counter.in_time(open_counter.mia.chat.counts(2))
    assert not open_counter.telegram.faults.left


async def test_an_update_the_library_cannot_read_holds_up_no_other(open_counter: TelegramHarness) -> None:
    open_counter.telegram.world.updates.put("message", {"message_id": "no message"})
    assert (await open_counter.mia.says("/bots")).headline == "Fleet · no bots yet"
    assert open_counter.telegram.forgive()


async def test_what_was_not_done_when_the_process_died_is_done_by_the_next(counter: TelegramHarness) -> None:
    mia = counter.mia
    go_on = counter.telegram.faults.hold("sendMessage")
    async with serving_people(counter):
        mia.writes("/help")
        mia.writes("/new alpha ema-cross BTC/USDT 1h capital=1000")
        await counter.telegram.faults.arrived("sendMessage")
    go_on.set()
    counter.telegram.world.updates.release()
    async with serving_people(counter.again()):
        await mia.chat.shows("check and create")
        await mia.chat.shows("Done already")


async def test_a_press_that_was_answered_before_the_end_changes_nothing_after_it(counter: TelegramHarness) -> None:
    mia = counter.mia
    async with serving_people(counter):
        form = await mia.says("/new")
        await mia.presses(form, "ema-cross")
    text = form.text
    counter.telegram.world.updates.repeat(mia.last_update)
    async with serving_people(counter.again()):
        await mia.says("/help")
    assert form.text == text
    assert len(mia.chat.messages) == 2


async def test_what_is_being_answered_at_the_end_is_finished(counter: TelegramHarness) -> None:
    mia = counter.mia
    go_on = counter.telegram.faults.hold("sendMessage")
    async with serving_people(counter):
        mia.writes("/help")
        await counter.telegram.faults.arrived("sendMessage")
        asyncio.get_running_loop().call_later(0.05, go_on.set)
    async with serving_people(counter.again()):
        await mia.says("/bots")
    assert len(mia.chat.messages) == 2


async def test_a_press_that_a_killed_process_had_done_changes_no_message(counter: TelegramHarness) -> None:
    mia = counter.mia
    go_on = counter.telegram.faults.hold("editMessageText")
    async with serving_people(counter):
        form = await mia.says("/new")
        mia.starts_press(form, form.button("ema-cross").data)
        await counter.telegram.faults.arrived("editMessageText")
    go_on.set()
    text = form.text
    async with serving_people(counter.again()):
        await mia.says("/help")
    assert form.text == text


async def test_a_chat_that_blocks_us_is_known_and_one_that_opens_again_too(open_counter: TelegramHarness) -> None:
    mia, chats = open_counter.mia, open_counter.chat.command_bus.chats
    await mia.says("/bots")
    mia.blocks()
    await open_counter.handled()
    found = await chats.find_destination(f"telegram:{mia.user_id}")
    assert found is not None
    assert found.blocked
    mia.unblocks()
    await open_counter.handled()
    found = await chats.find_destination(f"telegram:{mia.user_id}")
    assert found is not None
    assert not found.blocked


async def test_a_group_that_throws_us_out_is_told_nothing_until_we_are_back(open_counter: TelegramHarness) -> None:
    group, world, chats = open_counter.group, open_counter.telegram.world, open_counter.chat.command_bus.chats
    await open_counter.follow(group)
    kick(world, group, open_counter.mia)
    await open_counter.handled()
    found = await chats.find_destination(f"{PLATFORM}:{group.chat_id}")
    assert found is not None
    assert found.blocked
    promote(world, group, open_counter.mia)
    await open_counter.handled()
    found = await chats.find_destination(f"{PLATFORM}:{group.chat_id}")
    assert found is not None
    assert not found.blocked


async def test_a_group_that_moves_takes_along_what_it_follows(open_counter: TelegramHarness) -> None:
    group, chats = open_counter.group, open_counter.chat.command_bus.chats
    await open_counter.follow(group)
    new = upgrade(open_counter.telegram.world, group, open_counter.mia)
    await open_counter.handled()
    assert await chats.subscribed_bots(f"{PLATFORM}:{new.chat_id}")
    assert not await chats.subscribed_bots(f"{PLATFORM}:{group.chat_id}")


async def test_a_line_that_is_dead_is_noticed(open_counter: TelegramHarness, monkeypatch: pytest.MonkeyPatch) -> None:
    await open_counter.mia.says("/bots")
    monkeypatch.setattr(polling, "WATCHDOG", timedelta(milliseconds=50))
    go_on = open_counter.telegram.faults.hold("getUpdates")
    open_counter.telegram.world.updates.release()
    await open_counter.reports("Telegram cannot be reached")
    go_on.set()
    open_counter.mia.writes("/help")
    await open_counter.in_time(open_counter.mia.chat.counts(2))
