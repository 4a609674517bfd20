"""The chat put together on a desk: people, commands, charts, relay, gateways."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from adapters.charts.renderer import MatplotlibRenderer
from adapters.chat.console.assembly import ConsoleOptions
from adapters.chat.console.gateway import PLATFORM, ConsoleGateway, Dispatcher
from adapters.chat.console.person import local_person
from bot.assembly.engine import Desk, data_folder
from bot.assembly.platforms import Platform, serve
from bot.assembly.process_health import LoopLag, ProcessHealth
from bot.commands.dispatch.assembly import Desk as CommandDesk
from bot.commands.dispatch.assembly import DeskParts
from bot.commands.notify.notifier import Notifier
from bot.commands.spec.registry import Registry
from bot.engine.concurrency.task_scope import TaskNest
from bot.engine.notifications.interfaces import RelayParts
from bot.engine.notifications.relay import Relay
from bot.engine.people.claim import People
from bot.engine.people.onboarding import PeopleParts
from bot.log import Redactor
from bot.ports.clock import Clock

SETUP_FILE = "setup-code"
OpenConsole = Callable[[Dispatcher, Registry, ConsoleOptions], ConsoleGateway]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chat:
    """The chat of a desk."""

    commands: CommandDesk
    people: People
    relay: Relay
    console: ConsoleGateway | None


@asynccontextmanager
async def open_chat(
    desk: Desk,
    nest: TaskNest,
    version: str,
    *,
    console: OpenConsole | None = None,
    platforms: tuple[Platform, ...] = (),
) -> AsyncIterator[Chat]:
    """Open the chat; nobody is served yet, but what is stored is told once the relay runs.

    Platforms are loaded and served by tasks of their own.
    """
    health = _health(desk, nest, version)
    async with MatplotlibRenderer() as charts:
        venue_id = desk.market.venue.venue_id
        commands = CommandDesk(
            DeskParts(
                reader=desk.database.reader,
                writer=desk.database.writer,
                clock=desk.clock,
                host=desk.supervisor,
                venues={venue_id: desk.market.venue},
                feeds={venue_id: desk.market.feed},
                charts=charts,
                strategies=desk.strategies,
                lifecycle=desk.lifecycle,
                panic=desk.panic,
                people=_people(desk),
                health=health,
                replay=desk.market.replay,
            )
        )
        health.parts = commands.board.parts
        gateway = _console(console, desk, commands) if console else None
        notifier = commands.notifier((gateway,) if gateway else ())
        _start_platforms(platforms, nest, commands, notifier, desk.clock)
        relay = _relay(desk, commands, notifier)
        desk.news.listener = relay.wake
        yield Chat(commands=commands, people=commands.services.people, relay=relay, console=gateway)


def _health(desk: Desk, nest: TaskNest, version: str) -> ProcessHealth:
    lag = LoopLag()
    health = ProcessHealth(supervisor=desk.supervisor, lag=lag, started_at=desk.opened_at, version=version)
    health.pending_writes = lambda: desk.database.writer.pending
    nest.start(lag.run(), "loop lag")
    return health


def _people(desk: Desk) -> PeopleParts:
    return PeopleParts(
        reader=desk.database.reader,
        writer=desk.database.writer,
        clock=desk.clock,
        practice=desk.market.venue,
        timezone=desk.settings.timezone,
    )


def _start_platforms(
    platforms: tuple[Platform, ...], nest: TaskNest, commands: CommandDesk, notifier: Notifier, clock: Clock
) -> None:
    for platform in platforms:
        commands.board.add(platform.name)
        nest.start(serve(platform, commands, notifier, clock), platform.name)
    nest.start(commands.board.run(), "platform board")
    nest.start(commands.live.run(), "live cards")


def _relay(desk: Desk, commands: CommandDesk, notifier: Notifier) -> Relay:
    return Relay(
        RelayParts(
            reader=desk.database.reader,
            writer=desk.database.writer,
            clock=desk.clock,
            notifier=notifier,
            presence=commands.presence,
        )
    )


def _console(open_console: OpenConsole, desk: Desk, commands: CommandDesk) -> ConsoleGateway:
    complete = commands.completer(PLATFORM, local_person().platform_id)
    options = ConsoleOptions(data_dir=data_folder(desk.settings), complete=complete)
    return open_console(commands.pipeline, commands.registry, options)


async def publish_setup_code(desk: Desk, people: People, redactor: Redactor) -> str | None:
    """Write the one-time code of a desk without an owner to DATA_DIR (mode 0600) and return it; None with an owner."""
    given = desk.settings.setup_code
    file = data_folder(desk.settings) / SETUP_FILE
    code = await people.prepare_setup_code(given.get_secret_value() if given else None)
    if code is None:
        file.unlink(missing_ok=True)
        return None
    redactor.add(code)
    _write_private(file, f"{code}\n")
    return code


def _write_private(file: Path, text: str) -> None:
    file.unlink(missing_ok=True)
    file.touch(mode=0o600)
    file.write_text(text, encoding="utf-8")
