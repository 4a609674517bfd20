"""Everything `quarterdeck run` puts together, without a console, served over HTTP to people at the fake Bot API."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from adapters.data.recording import Recording
from bot.assembly.chat import ChatPlatforms, open_chat, publish_setup_code
from bot.assembly.engine import DATABASE_NAME, open_engine
from bot.assembly.platforms import configured_platforms
from bot.domain.instance import Bot
from bot.engine.runtime.engine import Engine
from bot.log import Redactor
from bot.settings import Settings
from tests.builders.fresh_database import lay_database
from tests.builders.running_process import DEADLINE_SECONDS, SETUP_CODE, STANDING
from tests.builders.stretches import a_stretch
from tests.fakes.bot_api.messages import Message
from tests.fakes.bot_api.people import TelegramUser
from tests.fakes.bot_api.server import TOKEN, FakeTelegram
from tests.fakes.time_lapse import TimeLapse

PLATFORM = "telegram"
NEW_ALPHA = "/new alpha ema-cross BTC/USDT 1h capital=1000"


@dataclass(frozen=True, slots=True)
class Server:
    """A Telegram that goes on while desks come and go, its address, and the clock of all."""

    telegram: FakeTelegram
    url: str
    clock: TimeLapse

    def person(self, user_id: int, name: str) -> TelegramUser:
        """Return somebody who has a phone."""
        return TelegramUser(self.telegram.world, user_id, name)


@dataclass(frozen=True, slots=True)
class TelegramDesk:
    """A running desk that people reach at Telegram."""

    desk: Engine
    chat: ChatPlatforms
    server: Server

    @property
    def health(self) -> str:
        """Return what the desk says of Telegram."""
        return next(part.state for part in self.chat.command_bus.platform_health.components() if part.name == PLATFORM)

    async def reports(self, text: str) -> None:
        """Wait until the desk says something of Telegram."""
        async with asyncio.timeout(DEADLINE_SECONDS):
            while text not in self.health:  # noqa: ASYNC110 - the board is looked at, it tells nobody
                await asyncio.sleep(0.01)

    async def settled(self) -> None:
        """Wait until what was begun is stored and told."""
        await self.desk.supervisor.wait_until_idle()
        await self.desk.writer.wait_until_idle()
        await self.chat.relay.drain_queues()

    async def bot(self, name: str) -> Bot:
        """Return a bot by its name."""
        bot = await self.desk.reader.bot_by_name(name)
        assert bot is not None, f"no bot {name}"
        return bot


async def claimed(mia: TelegramUser) -> None:
    """Make somebody the owner."""
    assert "You are the owner" in (await mia.says(f"/claim {SETUP_CODE}")).text


async def aboard(owner: TelegramUser, guest: TelegramUser, role: str) -> None:
    """Let somebody join by the link of an invitation."""
    invitation = await owner.says(f"/invite {role}")
    if "Invite an owner" in invitation.labels:
        await sure(owner, invitation, "Invite an owner")
    welcome = await guest.follows(invitation.button("Copy link").copied)
    assert f"linked as {role}" in welcome.text
    await owner.chat.shows(f"came aboard as {role}")


async def sure(person: TelegramUser, question: Message, label: str) -> None:
    """Answer a question, not as fast as a double tap would."""
    clock = person.world.clock
    await clock.sleep(timedelta(seconds=1.5))
    await person.taps(question, label)


async def made(mia: TelegramUser, line: str = NEW_ALPHA, label: str = "Create") -> None:
    """Create a bot by a line and a tap."""
    summary = await mia.says(line)
    await mia.presses(summary, label)
    await mia.chat.shows(line.split()[1], "created" if label == "Create" else "running")


@asynccontextmanager
async def a_telegram_desk(
    folder: Path, server: Server, *, recording: Recording | None = None, speed: str = STANDING
) -> AsyncIterator[TelegramDesk]:
    """Open desk and chat on `folder`, going on with what an earlier one left there."""
    settings = Settings.model_validate(
        {
            "data_dir": folder,
            "setup_code": SETUP_CODE,
            "replay_speed": speed,
            "timezone": "UTC",
            "telegram_token": TOKEN,
            "telegram_api_url": server.url,
        }
    )
    recording = recording or a_stretch("BTC/USDT", "1h", first=2000, warm_up=300, length=200)
    async with AsyncExitStack() as stack:
        lay_database(folder / DATABASE_NAME)
        engine = await stack.enter_async_context(open_engine(settings, recording, clock=server.clock))
        chat = await stack.enter_async_context(
            open_chat(engine, settings, "0.0.0", platforms=configured_platforms(settings))
        )
        await publish_setup_code(settings, chat.people, Redactor())
        engine.start_replays()
        engine.task_scope.start_task(chat.relay.run(), "relay")
        yield TelegramDesk(engine, chat, server)
