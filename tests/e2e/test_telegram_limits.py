"""Whatever is drawn arrives: replies of any shape and script, over HTTP, at a Telegram that measures them itself."""

import asyncio
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from telegram import Bot

from adapters.chat.telegram.render.message import TelegramMessage
from adapters.chat.telegram.transport import api_calls
from adapters.chat.telegram.transport.connection import create_connection
from adapters.chat.telegram.transport.request_mapping import TelegramAddress
from bot.commands.reply.blocks import Image, Reply
from tests.builders.replies import replies
from tests.builders.telegram_messages import drawn
from tests.fakes.bot_api.people import TelegramUser
from tests.fakes.bot_api.server import TOKEN, FakeTelegram, serving
from tests.fakes.charts import blank_png
from tests.fakes.clock import FakeClock

PICTURE = blank_png(4, 3)
SLOW = [HealthCheck.too_slow, HealthCheck.data_too_large]
TO = TelegramAddress(42)


def with_pictures(reply: Reply) -> Reply:
    """Return the reply with pictures that are some."""
    return replace(
        reply, blocks=tuple(replace(one, png=PICTURE) if isinstance(one, Image) else one for one in reply.blocks)
    )


@dataclass(frozen=True, slots=True)
class Line:
    """A Telegram with somebody who listens, and the way to it."""

    telegram: FakeTelegram
    clock: FakeClock
    bot: Bot

    async def show(self, reply: Reply) -> None:
        """Send a reply in every way there is, and change it."""
        message = await drawn(with_pictures(reply))
        for post in message.messages:
            await self._send(post)
        message_id = await self._send(message.single_message)
        self.clock.advance(timedelta(seconds=2))
        await api_calls.edit_message(self.bot, TO, message_id, message.single_message)
        assert self.telegram.forgive() == []

    async def _send(self, post: TelegramMessage) -> int:
        self.clock.advance(timedelta(seconds=2))
        return await api_calls.send_message(self.bot, post, api_calls.SendOptions(address=TO))


async def opened(stack: AsyncExitStack) -> Line:
    clock = FakeClock()
    telegram = FakeTelegram(clock)
    TelegramUser(telegram.world, 42, "Ann").writes("hello")
    url = await stack.enter_async_context(serving(telegram))
    return Line(telegram, clock, await stack.enter_async_context(create_connection(TOKEN, url).open_bot()))


def search(examples: int) -> None:
    """Look for a reply that does not arrive."""
    with asyncio.Runner() as runner:
        stack = AsyncExitStack()
        line = runner.run(opened(stack))

        @settings(max_examples=examples, deadline=None, suppress_health_check=SLOW)
        @given(replies)
        def arrives(reply: Reply) -> None:
            runner.run(line.show(reply))

        try:
            arrives()
        finally:
            runner.run(stack.aclose())


def test_whatever_is_drawn_arrives() -> None:
    search(20)


@pytest.mark.fuzz
def test_whatever_is_drawn_in_a_long_search_arrives() -> None:
    search(200)
