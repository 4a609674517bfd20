"""A desk on a real engine, served over HTTP to people at the fake Bot API."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

from adapters.chat.telegram.gateway import TelegramGateway, create_telegram_gateway
from adapters.chat.telegram.transport.connection import create_connection
from bot.commands.notify.gateway import PlatformGateway
from bot.domain.facts import Fact, Saved
from bot.domain.ids import OperatorId
from bot.domain.people import Identity, Operator, Role
from bot.engine.concurrency.task_scope import task_scope
from bot.engine.people.chats import Chat
from tests.builders.chat_harness import ChatHarness, a_chat_harness
from tests.builders.engine import MIA
from tests.fakes.bot_api.people import TelegramUser
from tests.fakes.bot_api.rooms import Kind, Room
from tests.fakes.bot_api.server import TOKEN, FakeTelegram, serving

T = TypeVar("T")
PLATFORM = "telegram"
MIA_ID, STRANGER_ID, GROUP_ID = 42, 77, -100
GROUP = "traders"
STEP = timedelta(seconds=1)
DEADLINE_SECONDS, LOOK_SECONDS = 20.0, 0.005


@dataclass(frozen=True, slots=True)
class TelegramHarness:
    """The desk, Telegram, and who sends something: mia, its owner, and a stranger."""

    chat: ChatHarness
    telegram: FakeTelegram
    url: str
    gateway: PlatformGateway
    mia: TelegramUser
    stranger: TelegramUser
    group: Room

    @property
    def health(self) -> str:
        """Return what the desk says of Telegram."""
        return next(part.state for part in self.chat.command_bus.platform_health.components() if part.name == PLATFORM)

    async def handled(self) -> None:
        """Wait until everything that was sent so far is done: what is done is confirmed."""
        await self.telegram.world.updates.confirmed()

    async def reports(self, text: str) -> None:
        """Wait until the desk says this of Telegram."""
        async with asyncio.timeout(DEADLINE_SECONDS):
            while text not in self.health:  # noqa: ASYNC110 - what is awaited is a state, not an event
                await asyncio.sleep(LOOK_SECONDS)

    async def pauses(self) -> None:
        """Wait until somebody waits for the clock."""
        async with asyncio.timeout(DEADLINE_SECONDS):
            while not self.chat.clock.sleepers:  # noqa: ASYNC110 - as above
                await asyncio.sleep(LOOK_SECONDS)

    async def in_time(self, waiting: Coroutine[object, object, T]) -> T:
        """Wait for something while the time goes by."""
        task = asyncio.ensure_future(waiting)
        async with asyncio.timeout(DEADLINE_SECONDS):
            while not task.done():
                await asyncio.wait({task}, timeout=LOOK_SECONDS)
                self.chat.clock.advance(STEP)
        return await task

    async def follow(self, room: Room) -> None:
        """Let a group follow a bot."""
        await self.chat.made()
        bot = await self.chat.engine.database.reader.bot_by_name("alpha")
        assert bot is not None
        await self.chat.command_bus.chats.subscribe_chat(Chat(platform=PLATFORM, address=str(room.chat_id)), bot, MIA)

    async def store(self, *facts: Fact) -> None:
        """Store facts as one unit."""
        await self.chat.engine.database.writer.commit(facts)

    async def add_person(self, name: str, user_id: int) -> None:
        """Let somebody aboard as a trader."""
        operator = Operator(
            operator_id=OperatorId(name), name=name, role=Role.TRADER, timezone="UTC", created_at=MIA.created_at
        )
        await self.store(Saved(operator), _identity(operator, user_id))

    def again(self) -> "TelegramHarness":
        """Return the same desk with a gateway that knows nothing, as after a restart."""
        gateway = create_telegram_gateway(TOKEN, self.url, self.chat.command_bus)
        return replace(self, gateway=gateway)


@asynccontextmanager
async def a_telegram_harness(folder: Path, telegram: FakeTelegram | None = None) -> AsyncIterator[TelegramHarness]:
    """Open a desk at Telegram; nobody is served before `serving_people`."""
    async with a_chat_harness(folder) as bench:
        fake = telegram or FakeTelegram(bench.clock)
        async with serving(fake) as url:
            bench.command_bus.platform_health.register_platform(PLATFORM)
            line = create_connection(TOKEN, url)
            gateway = TelegramGateway(line, bench.command_bus)
            await bench.engine.database.writer.commit((_identity(MIA, MIA_ID),))
            group = fake.world.open(GROUP_ID, Kind.SUPERGROUP, GROUP)
            people = TelegramUser(fake.world, MIA_ID, "Mia"), TelegramUser(fake.world, STRANGER_ID, "Sam")
            async with line.open_bot():
                yield TelegramHarness(bench, fake, url, gateway, *people, group)


def _identity(operator: Operator, user_id: int) -> Saved:
    return Saved(
        Identity(
            platform=PLATFORM,
            platform_id=str(user_id),
            operator_id=operator.operator_id,
            linked_at=operator.created_at,
        )
    )


@asynccontextmanager
async def serving_people(harness: TelegramHarness) -> AsyncIterator[None]:
    """Let the gateway serve while the block lasts."""
    async with task_scope() as scope:
        scope.start_task(harness.gateway.run(), PLATFORM)
        yield
