"""Assembly of the chat on the engine: people, commands, charts, relay, gateways."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from functools import partial

from adapters.charts.renderer import MatplotlibRenderer
from adapters.chat.console.assembly import ConsoleOptions
from adapters.chat.console.gateway import PLATFORM, ConsoleGateway, Dispatcher, local_person
from bot.assembly.engine import data_folder
from bot.assembly.platforms import Platform, serve_platform
from bot.assembly.process_health import LoopLag, ProcessHealthMonitor
from bot.backtesting.worker_process import WorkerProcess
from bot.commands.dispatch.command_bus import CommandBus
from bot.commands.notify.notifier import ChatNotifier
from bot.commands.spec.registry import CommandRegistry
from bot.domain.market import Mode
from bot.engine.health.figures import ComponentHealth
from bot.engine.notifications.interfaces import RelayContext
from bot.engine.notifications.level import LastChats
from bot.engine.notifications.relay import Relay
from bot.engine.people.claim import Ownership
from bot.engine.people.onboarding import PeopleDependencies
from bot.engine.reports.book_check import BookCheck
from bot.engine.runtime.engine import Engine
from bot.log import Redactor
from bot.settings import Settings

SETUP_CODE_FILE = "setup-code"
ConsoleFactory = Callable[[Dispatcher, CommandRegistry, ConsoleOptions], ConsoleGateway]


@dataclass(frozen=True, slots=True, kw_only=True)
class ChatPlatforms:
    """The chat of the process."""

    command_bus: CommandBus
    people: Ownership
    relay: Relay
    console: ConsoleGateway | None


@asynccontextmanager
async def open_chat(
    engine: Engine,
    settings: Settings,
    version: str,
    *,
    console_factory: ConsoleFactory | None = None,
    platforms: tuple[Platform, ...] = (),
) -> AsyncIterator[ChatPlatforms]:
    """Open the chat; stored events are delivered once the relay runs.

    Platforms are loaded and served by tasks of their own.
    """
    lag = LoopLag()
    engine.task_scope.start_task(lag.run(), "loop lag")
    health = ProcessHealthMonitor(engine, lag, version)
    async with MatplotlibRenderer() as charts:
        commands = CommandBus(engine, charts, _people_dependencies(engine, settings.timezone), health, WorkerProcess())
        health.components = lambda: (*commands.platform_health.components(), _books(commands.book_check))
        engine.task_scope.start_task(commands.book_check.run(), "book check")
        gateway = _create_console(console_factory, settings, commands) if console_factory else None
        notifier = commands.build_notifier((gateway,) if gateway else ())
        _start_platforms(platforms, engine, commands, notifier)
        relay = _create_relay(engine, notifier, commands.last_chats)
        yield ChatPlatforms(command_bus=commands, people=commands.ownership, relay=relay, console=gateway)


def _books(check: BookCheck) -> ComponentHealth:
    differing = ", ".join(check.differing)
    return ComponentHealth("Books", f"differ: {differing}" if differing else "add up", is_healthy=not differing)


def _people_dependencies(engine: Engine, timezone: str) -> PeopleDependencies:
    venues = (context.venue for context in engine.venue_contexts.values())
    return PeopleDependencies(
        reader=engine.reader,
        writer=engine.writer,
        clock=engine.clock,
        practice_venue=next(venue for venue in venues if venue.mode is Mode.PRACTICE),
        timezone=timezone,
    )


def _start_platforms(
    platforms: tuple[Platform, ...], engine: Engine, command_bus: CommandBus, notifier: ChatNotifier
) -> None:
    scope = engine.task_scope
    for platform in platforms:
        command_bus.platform_health.register_platform(platform.name)
        scope.start_task(serve_platform(platform, command_bus, notifier, engine.clock), platform.name)
    scope.start_task(command_bus.platform_health.run(), "platform board")
    scope.start_task(command_bus.live_messages.run(), "live cards")
    news = command_bus.backtest_news.run(notifier.gateways, command_bus.pipeline.refresh_reply)
    scope.start_task(news, "results of backtests")


def _create_relay(engine: Engine, notifier: ChatNotifier, last_chats: LastChats) -> Relay:
    reader, writer, clock = engine.reader, engine.writer, engine.clock
    relay = Relay(RelayContext(reader=reader, writer=writer, clock=clock, notifier=notifier, last_chats=last_chats))
    writer.add_commit_listener(relay.on_stored)
    return relay


def _create_console(console_factory: ConsoleFactory, settings: Settings, command_bus: CommandBus) -> ConsoleGateway:
    complete = partial(command_bus.complete_line, PLATFORM, local_person().platform_id)
    options = ConsoleOptions(data_dir=data_folder(settings), complete=complete, clock=command_bus.clock)
    return console_factory(command_bus.pipeline, command_bus.registry, options)


async def publish_setup_code(settings: Settings, people: Ownership, redactor: Redactor) -> str | None:
    """Write the one-time setup code to DATA_DIR (mode 0600) and return it; None if there is an owner."""
    given = settings.setup_code
    file = data_folder(settings) / SETUP_CODE_FILE
    code = await people.prepare_setup_code(given.get_secret_value() if given else None)
    file.unlink(missing_ok=True)
    if code is not None:
        redactor.add_secret(code)
        file.touch(mode=0o600)
        file.write_text(f"{code}\n", encoding="utf-8")
    return code
