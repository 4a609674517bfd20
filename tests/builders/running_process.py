"""The composed desk in this process: everything of `quarterdeck run --console` but signals and standard streams."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from adapters.chat.console.assembly import CHARTS_FOLDER, ConsoleOptions
from adapters.chat.console.gateway import ConsoleGateway, Dispatcher
from adapters.chat.console.render.menu import ReplyMenu
from adapters.chat.console.saved_files import SavedFiles
from adapters.data.recording import RECORDED_VENUE, Recording
from bot.assembly.chat import ChatPlatforms, ConsoleFactory, open_chat, publish_setup_code
from bot.assembly.engine import DATABASE_NAME, RECORDED_MARKET_NAME, open_engine
from bot.assembly.platforms import Platform
from bot.commands.spec.registry import CommandRegistry
from bot.domain.instance import Bot
from bot.engine.runtime.engine import Engine
from bot.log import Redactor
from bot.settings import Settings
from bot.strategy.registry import StrategyRegistry
from tests.builders.fresh_database import lay_database
from tests.builders.stretches import a_stretch
from tests.fakes.screen import TypedScreen

SETUP_CODE = "ABCD-EFGH-1"
CONSOLE_TASK = "console"
DEADLINE_SECONDS = 20.0
STANDING = "0.001x"
"""A speed at which the market stands still for as long as a test takes."""


@dataclass(frozen=True, slots=True)
class RunningProcess:
    """A running desk, and mia who types at its console."""

    engine: Engine
    chat: ChatPlatforms
    screen: TypedScreen
    folder: Path

    async def say(self, line: str) -> str:
        """Type a line and return the answer as it is drawn."""
        async with asyncio.timeout(DEADLINE_SECONDS):
            return await self.screen.say(line)

    async def told(self, *texts: str, count: int = 1) -> str:
        """Wait for news that hold all these texts."""
        async with asyncio.timeout(DEADLINE_SECONDS):
            return await self.screen.told(*texts, count=count)

    async def answered_with(self, line: str, text: str) -> str:
        """Type a line again and again until its answer holds a text."""
        async with asyncio.timeout(DEADLINE_SECONDS):
            while text not in (answer := await self.screen.say(line)):  # noqa: ASYNC110 - what is awaited is an answer, not an event
                await asyncio.sleep(0.01)
            return answer

    async def confirmed(self, line: str, act: str = "") -> str:
        """Send a dangerous line and then the yes it asks for; `act` chooses among several ways on."""
        return await self.say(yes_to(await self.say(line), act))

    async def played(self) -> None:
        """Let the market run to its end and wait until everything of it is told."""
        async with asyncio.timeout(DEADLINE_SECONDS):
            await self.screen.say("/market speed=max")
            await self.engine.venue_contexts[RECORDED_VENUE].feed.wait_until_ended()
            await self.settled()

    async def settled(self) -> None:
        """Wait until what was begun is stored and told."""
        async with asyncio.timeout(DEADLINE_SECONDS):
            await self.engine.supervisor.wait_until_idle()
            await self.engine.writer.wait_until_idle()
            await self.chat.relay.drain_queues()

    async def bot(self, name: str) -> Bot:
        """Return a bot by its name."""
        bot = await self.engine.reader.bot_by_name(name)
        assert bot is not None, f"no bot {name}"
        return bot

    @property
    def database(self) -> Path:
        return self.folder / DATABASE_NAME

    @property
    def venue_file(self) -> Path:
        return self.folder / RECORDED_MARKET_NAME


def yes_to(question: str, choice: str = "") -> str:
    """Return the line that answers a question with yes."""
    words = question.replace("\n", " ")
    _, _, after = words.partition(f"{choice}: send yes " if choice else ": send yes ")
    assert after, f"no question: {question}"
    return f"yes {after[:4]}"


@dataclass(frozen=True, slots=True)
class Composition:
    """What `quarterdeck run` puts together, running; `is_new` tells that nobody owns it yet."""

    engine: Engine
    chat: ChatPlatforms
    is_new: bool


@asynccontextmanager
async def a_composition(
    folder: Path,
    console_factory: ConsoleFactory,
    *,
    recording: Recording | None = None,
    speed: str = STANDING,
    strategies: StrategyRegistry | None = None,
    platforms: tuple[Platform, ...] = (),
) -> AsyncIterator[Composition]:
    """Open desk and chat on `folder` and run them; the market stands until it is told."""
    settings = Settings.model_validate(
        {"data_dir": folder, "setup_code": SETUP_CODE, "replay_speed": speed, "timezone": "UTC"}
    )
    recording = recording or a_stretch("BTC/USDT", "1h", first=2000, warm_up=300, length=200)
    async with AsyncExitStack() as stack:
        lay_database(folder / DATABASE_NAME)
        engine = await stack.enter_async_context(open_engine(settings, recording, strategies))
        chat = await stack.enter_async_context(
            open_chat(engine, settings, "0.0.0", console_factory=console_factory, platforms=platforms)
        )
        assert chat.console is not None
        has_owner = await publish_setup_code(settings, chat.people, Redactor()) is None
        replays = engine.start_replays()
        engine.task_scope.start_task(chat.relay.run(), "relay")
        engine.task_scope.start_task(chat.console.run(), CONSOLE_TASK)
        yield Composition(engine, chat, is_new=not has_owner)
        for task in replays:
            task.cancel()


@asynccontextmanager
async def a_running_process(
    folder: Path,
    recording: Recording | None = None,
    *,
    speed: str = STANDING,
    is_claimed: bool = True,
    platforms: tuple[Platform, ...] = (),
) -> AsyncIterator[RunningProcess]:
    """Open the desk on `folder`, going on with what an earlier one left there; the market stands until it is told."""
    screen = TypedScreen(CONSOLE_TASK)

    def open_console(dispatcher: Dispatcher, registry: CommandRegistry, options: ConsoleOptions) -> ConsoleGateway:
        del registry
        return ConsoleGateway(
            dispatcher, screen, SavedFiles(options.data_dir / CHARTS_FOLDER), ReplyMenu(), options.clock
        )

    async with a_composition(folder, open_console, recording=recording, speed=speed, platforms=platforms) as made:
        opened = RunningProcess(made.engine, made.chat, screen, folder)
        if is_claimed and made.is_new:
            await opened.say(f"/claim {SETUP_CODE}")
        yield opened
