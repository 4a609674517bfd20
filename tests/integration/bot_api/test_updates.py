"""Long polling as the library does it, and what people's doings look like to the bot."""

import asyncio

import pytest
from telegram import Update
from telegram.error import Conflict
from telegram.ext import ExtBot

from tests.fakes.bot_api.groups import kick, open_group, promote, upgrade
from tests.fakes.bot_api.people import TelegramUser, posts_as
from tests.fakes.bot_api.records import ANONYMOUS_ADMIN
from tests.fakes.bot_api.rooms import Kind
from tests.fakes.bot_api.server import FakeTelegram

Bot = ExtBot[None]
LONG = 30


async def poll(bot: Bot, offset: int = 0) -> tuple[Update, ...]:
    return await bot.get_updates(offset, timeout=LONG)


async def test_a_poll_waits_for_what_comes_and_confirms_what_it_had(
    bot: Bot, telegram: FakeTelegram, ann: TelegramUser
) -> None:
    waiting = asyncio.create_task(poll(bot))
    await telegram.world.updates.polled()
    ann.writes("/bots now")
    (update,) = await waiting
    assert update.message is not None
    assert update.message.text == "/bots now"
    assert update.message.parse_entities(["bot_command"]) == {update.message.entities[0]: "/bots"}
    assert update.update_id == ann.last_update
    assert len(await poll(bot)) == 1, "what was not confirmed comes again"
    confirming = asyncio.create_task(poll(bot, update.update_id + 1))
    await telegram.world.updates.confirmed()
    telegram.world.updates.release()
    assert await confirming == ()


async def test_a_second_poll_ends_the_first(bot: Bot, telegram: FakeTelegram) -> None:
    first = asyncio.create_task(poll(bot))
    await telegram.world.updates.polled()
    second = asyncio.create_task(poll(bot))
    with pytest.raises(Conflict, match="make sure that only one bot instance is running"):
        await first
    telegram.world.updates.release()
    assert await second == ()


async def test_a_webhook_keeps_polls_away_until_it_is_deleted(bot: Bot, telegram: FakeTelegram) -> None:
    telegram.world.updates.webhook = "https://example.org"
    assert (await bot.get_webhook_info()).url == "https://example.org"
    with pytest.raises(Conflict):
        await poll(bot)
    await bot.delete_webhook()
    telegram.world.updates.close()
    assert await poll(bot) == ()


async def test_updates_come_twice_and_in_disorder_when_a_test_wants_it(
    bot: Bot, telegram: FakeTelegram, ann: TelegramUser
) -> None:
    ann.writes("one")
    first = ann.last_update
    ann.writes("two")
    telegram.world.updates.is_reversed = True
    assert [update.update_id for update in await poll(bot)] == [first + 1, first]
    telegram.world.updates.repeat(first)
    assert [update.update_id for update in await poll(bot, first + 2)] == [first]
    assert telegram.world.updates.delivered == [first + 1, first, first]


async def test_a_press_waits_for_its_answer(bot: Bot, telegram: FakeTelegram, ann: TelegramUser) -> None:
    waiting = asyncio.create_task(bot.send_message(42, "x"))
    await waiting
    pressing = asyncio.create_task(ann.sends_data(ann.chat.last, "r:1"))
    (update,) = await poll(bot)
    query = update.callback_query
    assert query is not None
    assert (query.data, query.from_user.id) == ("r:1", 42)
    await query.answer("done", show_alert=True)
    popup = await pressing
    assert (popup.text, popup.is_alert) == ("done", True)
    with pytest.raises(Exception, match="Query is too old"):
        await query.answer("again")


async def test_in_a_group_the_bot_hears_commands_answers_and_services_alone(
    bot: Bot, telegram: FakeTelegram, ann: TelegramUser
) -> None:
    room = open_group(telegram.world, ann, kind=Kind.GROUP)
    sent = await bot.send_message(room.chat_id, "which?")
    ann.writes("among us", room)
    ann.writes("/bots", room)
    ann.writes("alpha", room, answers=room.find(sent.message_id))
    posts_as(telegram.world, room, ANONYMOUS_ADMIN, "/panic", room.chat)
    promote(telegram.world, room, ann)
    ann.writes("all of us", room)
    updates = await poll(bot)
    heard = [update.message.text for update in updates if update.message and update.message.text]
    assert heard == ["/bots", "alpha", "/panic", "all of us"]
    anonymous = next(update.message for update in updates if update.message and update.message.text == "/panic")
    assert anonymous.sender_chat is not None
    standing = [update.my_chat_member.new_chat_member.status for update in updates if update.my_chat_member]
    assert standing == ["member", "administrator"]


async def test_the_bot_is_told_of_edits_moves_blocks_and_ends(
    bot: Bot, telegram: FakeTelegram, ann: TelegramUser
) -> None:
    room = open_group(telegram.world, ann, kind=Kind.GROUP)
    ann.edits(ann.writes("/bot alpha"), "/bot beta")
    new = upgrade(telegram.world, room, ann)
    kick(telegram.world, new, ann)
    ann.blocks()
    updates = await poll(bot)
    assert [update.edited_message.text for update in updates if update.edited_message] == ["/bot beta"]
    services = [update.message for update in updates if update.message]
    assert [one.migrate_to_chat_id for one in services if one.migrate_to_chat_id] == [new.chat_id]
    assert [one.migrate_from_chat_id for one in services if one.migrate_from_chat_id] == [room.chat_id]
    assert [update.my_chat_member.chat.id for update in updates if update.my_chat_member][-2:] == [new.chat_id, 42]


async def test_what_the_bot_did_not_ask_for_is_not_delivered(
    bot: Bot, telegram: FakeTelegram, ann: TelegramUser
) -> None:
    telegram.world.updates.release()
    await bot.get_updates(timeout=0, allowed_updates=["callback_query"])
    ann.writes("hello")
    assert ann.last_update == 0
    assert await bot.get_updates(timeout=0) == ()
