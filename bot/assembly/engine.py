"""Opening of the engine: database, recorded market, jobs and recovery; in order, closed in reverse."""

import gc
import os
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from decimal import Decimal
from pathlib import Path

from adapters.clock import SystemClock
from adapters.data.recording import Recording
from adapters.scheduler import open_scheduler
from adapters.venue.recorded.market import RecordedMarketOptions, open_recorded_venue
from bot.assembly.crash_note import note_corruption, tell_of_corruption
from bot.domain.errors import SettingsError
from bot.engine.runtime.engine import Engine, assemble_engine
from bot.engine.runtime.jobs import save_last_alive, schedule_jobs
from bot.engine.runtime.supervisor import EngineDependencies
from bot.ports.clock import Clock
from bot.settings import Settings
from bot.strategy.registry import StrategyRegistry
from storage.database import open_database
from strategies.builtin import builtin_strategies

DATABASE_NAME = "quarterdeck.sqlite3"
RECORDED_MARKET_NAME = "recorded-market.sqlite3"
GC_YOUNG_THRESHOLD = 5000
SWITCH_SECONDS = 0.002
"""Time after which the loop gives up the interpreter to a waiting thread, such as the one that stores (ADR 0014).

An iteration of a loop that is busy with thousands of bots takes 3 to 6 ms. With Python's 5 ms the threads had to get in
at its end, where it gives up the interpreter for an instant that is too short to wake up in: some commits then took
half a second.
"""


def data_folder(settings: Settings) -> Path:
    """Return DATA_DIR, created if it is missing; raise SettingsError if it cannot be used."""
    folder, reason = settings.data_dir, ""
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        reason = f" ({error.strerror})"
    if reason or not os.access(folder, os.W_OK | os.X_OK):
        expected = f"expected a folder that can be written, {folder} is not{reason}"
        raise SettingsError(f"the setting DATA_DIR cannot be used: {expected}. See .env.example")
    return folder


@asynccontextmanager
async def open_engine(
    settings: Settings,
    recording: Recording | None = None,
    strategies: StrategyRegistry | None = None,
    *,
    clock: Clock | None = None,
) -> AsyncIterator[Engine]:
    """Open the engine and recover what was running; the markets' clocks are not started yet."""
    sys.setswitchinterval(SWITCH_SECONDS)
    clock = clock or SystemClock()
    folder = data_folder(settings)
    _make_private(folder)
    async with AsyncExitStack() as stack:
        # The database is opened first and closed last: an open connection would keep the process from ending.
        database = await stack.enter_async_context(
            open_database(settings.database_url or folder / DATABASE_NAME, clock)
        )
        stack.enter_context(note_corruption(folder, clock))
        scheduler = await stack.enter_async_context(open_scheduler())
        dependencies = EngineDependencies(
            reader=database.reader,
            writer=database.writer,
            clock=clock,
            strategies=strategies or builtin_strategies(),
            process_name=f"{socket.gethostname()}:{os.getpid()}",
        )
        recorded = open_recorded_venue(
            folder / RECORDED_MARKET_NAME,
            clock=clock,
            options=RecordedMarketOptions(speed=settings.speed),
            recording=recording,  # the bundled one without any
        )
        engine = await stack.enter_async_context(assemble_engine(dependencies, [recorded]))
        await tell_of_corruption(folder, engine)
        _tune_garbage_collector()
        await save_last_alive(engine)
        schedule_jobs(scheduler, engine, database.retention.delete_expired_rows)
        yield engine


def _make_private(folder: Path) -> None:
    """Take what an earlier version wrote from other accounts of the system; a file of somebody else stays as it is."""
    for file in folder.glob("*.sqlite3*"):
        with suppress(OSError):
            file.chmod(0o600)


def _tune_garbage_collector() -> None:
    # What was loaded at the start lives as long as the process: collecting garbage among thousands of sessions
    # would stall the loop for a tenth of a second each time.
    gc.collect()
    gc.freeze()
    gc.set_threshold(GC_YOUNG_THRESHOLD, 20, 100)
    gc.enable()


def speed_text(speed: Decimal | None) -> str:
    """Format a replay speed as people type it."""
    return "max" if speed is None else f"{speed.normalize():f}x"
