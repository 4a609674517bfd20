"""A seat at Telegram: the real library over HTTP, in a private chat."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from adapters.chat.telegram.gateway import telegram_gateway
from adapters.clock import SystemClock
from bot.assembly.platforms import MakeGateway, Platform
from tests.builders.chat_driver import NAME, Seat, Told, market, told
from tests.builders.running_process import SETUP_CODE, OpenDesk, a_desk
from tests.fakes.bot_api.messages import Message
from tests.fakes.bot_api.people import Person
from tests.fakes.bot_api.server import TOKEN, FakeTelegram, serving

PLATFORM = "telegram"
PERSON_ID = 42


@dataclass(slots=True)
class TelegramSeat:
    """Types and presses at a phone."""

    desk: OpenDesk
    person: Person

    async def say(self, line: str) -> Told:
        return _told(await self.person.says(line))

    async def answer(self, form: Told, text: str) -> Told:
        return _told(await self.person.fills(_message(form), text))

    async def press(self, shown: Told, label: str) -> Told:
        message = _message(shown)
        wanted = next(one for one in message.labels if one.casefold() == label.casefold())
        return _told(await self.person.taps(message, wanted))

    async def news(self, *texts: str) -> Told:
        return replace(_told(await self.person.chat.shows(*texts)), buttons=())

    async def play(self) -> None:
        await self.say("/market speed=max")
        await self.desk.desk.market.feed.wait_until_ended()
        await self.desk.settled()


def _message(shown: Told) -> Message:
    assert isinstance(shown.place, Message)
    return shown.place


def _told(message: Message) -> Told:
    pictures = int(message.content.picture is not None)
    labels = tuple(button.text for button in message.buttons if button.data)
    return told(message.text, labels, pictures, message)


@asynccontextmanager
async def a_telegram() -> AsyncIterator[tuple[FakeTelegram, Platform]]:
    """Serve a fake Telegram, and the platform that a desk can be given."""
    telegram = FakeTelegram(SystemClock())
    async with serving(telegram) as url:

        def load() -> MakeGateway:
            return lambda front: telegram_gateway(TOKEN, url, front)

        yield telegram, Platform(name=PLATFORM, load=load)


@asynccontextmanager
async def a_telegram_seat(folder: Path) -> AsyncIterator[Seat]:
    """Claim a desk on Telegram."""
    async with (
        a_telegram() as (telegram, platform),
        a_desk(folder, market(), is_claimed=False, platforms=(platform,)) as desk,
    ):
        seat = TelegramSeat(desk, Person(telegram.world, PERSON_ID, NAME))
        await seat.say(f"/claim {SETUP_CODE}")
        yield seat
