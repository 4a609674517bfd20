"""What goes wrong between the library and Telegram, as the library reports it."""

import asyncio

import pytest
from telegram.error import BadRequest, ChatMigrated, Conflict, InvalidToken, NetworkError, RetryAfter, TelegramError
from telegram.ext import ExtBot
from telegram.request import HTTPXRequest

from tests.fakes.bot_api.faults import (
    Fault,
    bad_gateway,
    conflict,
    dropped,
    lost_answer,
    migrated,
    refused,
    revoked,
    too_fast,
)
from tests.fakes.bot_api.people import TelegramUser
from tests.fakes.bot_api.server import FakeTelegram

Bot = ExtBot[None]


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (too_fast(7), RetryAfter),
        (bad_gateway(), NetworkError),
        (dropped(), NetworkError),
        (revoked(), InvalidToken),
        (refused("message can't be deleted"), BadRequest),
        (migrated(-1009), ChatMigrated),
    ],
)
async def test_a_call_fails_once_and_does_nothing(
    bot: Bot, telegram: FakeTelegram, ann: TelegramUser, fault: Fault, error: type[TelegramError]
) -> None:
    telegram.fail("sendMessage", fault)
    with pytest.raises(error):
        await bot.send_message(42, "lost")
    assert ann.chat.texts == []
    await bot.send_message(42, "arrived")
    assert ann.chat.texts == ["arrived"]
    assert telegram.faults.left == {}


@pytest.mark.parametrize("fault", [lost_answer(), bad_gateway(is_done=True)])
async def test_an_answer_is_lost_after_the_message_arrived(
    bot: Bot, telegram: FakeTelegram, ann: TelegramUser, fault: Fault
) -> None:
    telegram.fail("sendMessage", None, fault)
    await bot.send_message(42, "one")
    with pytest.raises(NetworkError):
        await bot.send_message(42, "two")
    assert ann.chat.texts == ["one", "two"]


async def test_polls_meet_another_program_and_a_revoked_token(bot: Bot, telegram: FakeTelegram) -> None:
    telegram.fail("getUpdates", conflict(), revoked())
    for error in (Conflict, InvalidToken):
        with pytest.raises(error):
            await bot.get_updates(timeout=30)


async def test_a_telegram_that_goes_down_cuts_polls_and_comes_back(bot: Bot, telegram: FakeTelegram) -> None:
    waiting = asyncio.create_task(bot.get_updates(timeout=30))
    await telegram.world.updates.polled()
    telegram.go_down()
    with pytest.raises(NetworkError):
        await waiting
    with pytest.raises(NetworkError):
        await bot.get_me()
    telegram.come_back()
    assert (await bot.get_me()).username == "DeskBot"


async def test_another_token_is_not_known(telegram: FakeTelegram, url: str) -> None:
    stranger: Bot = ExtBot("1:other", base_url=f"{url}/bot", request=HTTPXRequest())
    with pytest.raises(InvalidToken):
        await stranger.initialize()
    await stranger.shutdown()


async def test_a_call_waits_until_the_test_lets_it_go_on(bot: Bot, telegram: FakeTelegram, ann: TelegramUser) -> None:
    go = telegram.faults.hold("sendMessage")
    sending = asyncio.create_task(bot.send_message(42, "late"))
    await telegram.faults.arrived("sendMessage")
    assert ann.chat.texts == []
    go.set()
    await sending
    assert ann.chat.texts == ["late"]
