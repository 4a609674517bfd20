"""A seat at Telegram: the real library over HTTP, in a private chat."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from adapters.chat.telegram.gateway import create_telegram_gateway
from adapters.clock import SystemClock
from adapters.data.recording import RECORDED_VENUE
from bot.assembly.platforms import GatewayFactory, Platform
from tests.builders.chat_driver import NAME, ChatDriver, ShownMessage, market, shown_message
from tests.builders.running_process import SETUP_CODE, RunningProcess, a_running_process
from tests.fakes.bot_api.messages import Message
from tests.fakes.bot_api.people import TelegramUser
from tests.fakes.bot_api.server import TOKEN, FakeTelegram, serving

PLATFORM = "telegram"
PERSON_ID = 42


@dataclass(slots=True)
class TelegramDriver:
    """Types and presses at a phone."""

    process: RunningProcess
    person: TelegramUser

    async def say(self, line: str) -> ShownMessage:
        return _shown_message(await self.person.says(line))

    async def answer(self, form: ShownMessage, text: str) -> ShownMessage:
        return _shown_message(await self.person.fills(_message(form), text))

    async def press(self, shown: ShownMessage, label: str) -> ShownMessage:
        message = _message(shown)
        wanted = next(one for one in message.labels if one.casefold() == label.casefold())
        return _shown_message(await self.person.taps(message, wanted))

    async def news(self, *texts: str) -> ShownMessage:
        return replace(_shown_message(await self.person.chat.shows(*texts)), buttons=())

    async def play(self) -> None:
        await self.say("/market speed=max")
        await self.process.engine.venue_contexts[RECORDED_VENUE].feed.wait_until_ended()
        await self.process.settled()


def _message(shown: ShownMessage) -> Message:
    assert isinstance(shown.source, Message)
    return shown.source


def _shown_message(message: Message) -> ShownMessage:
    pictures = int(message.content.picture is not None)
    labels = tuple(button.text for button in message.buttons if button.data)
    return shown_message(message.text, labels, pictures, message)


@asynccontextmanager
async def a_telegram() -> AsyncIterator[tuple[FakeTelegram, Platform]]:
    """Serve a fake Telegram, and the platform that a desk can be given."""
    telegram = FakeTelegram(SystemClock())
    async with serving(telegram) as url:

        def load() -> GatewayFactory:
            return lambda front: create_telegram_gateway(TOKEN, url, front)

        yield telegram, Platform(name=PLATFORM, load_gateway_factory=load)


@asynccontextmanager
async def a_telegram_driver(folder: Path) -> AsyncIterator[ChatDriver]:
    """Claim a desk on Telegram."""
    async with (
        a_telegram() as (telegram, platform),
        a_running_process(folder, market(), is_claimed=False, platforms=(platform,)) as engine,
    ):
        seat = TelegramDriver(engine, TelegramUser(telegram.world, PERSON_ID, NAME))
        await seat.say(f"/claim {SETUP_CODE}")
        yield seat
