"""Subcommand `quarterdeck check`: checks whether the process could start, part by part."""

import asyncio
import os
import shutil
import sys
import tempfile
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from adapters.clock import SystemClock
from adapters.data.recording import bundled_recording
from adapters.venue.simulated.state_journal import open_venue_state
from bot.assembly.engine import DATABASE_NAME, RECORDED_MARKET_NAME, data_folder, speed_text
from bot.assembly.platforms import token_checks
from bot.domain.errors import QuarterdeckError, SettingsError, Unavailable
from bot.settings import Settings, load_settings, unknown_settings
from storage.database import open_database
from storage.location import database_path, lock_holder
from strategies.builtin import builtin_strategies

EXIT_DONE, EXIT_FAILED = 0, 1


def run_check() -> int:
    """Check every part; return 0 if all are in order; raise SettingsError for unusable settings."""
    settings = load_settings()
    parts, failed = asyncio.run(_check_parts(settings))
    sys.stdout.write("Everything is in order.\n" if not failed else f"Failed: {failed} of {parts} parts.\n")
    return EXIT_FAILED if failed else EXIT_DONE


async def _check_parts(settings: Settings) -> tuple[int, int]:
    """Return the number of parts and how many failed."""
    parts: dict[str, Callable[[], Awaitable[str]]] = {
        "settings": partial(_check_settings, settings),
        "DATA_DIR": partial(_check_folder, settings),
        "database": partial(_check_database, settings),
        "recorded market": partial(_check_market, settings),
        "candles": _check_candles,
        "strategies": _check_strategies,
        **token_checks(settings),
    }
    for text in unknown_settings():
        sys.stdout.write(f"look    settings          {text}\n")
    failed = 0
    for name, examination in parts.items():
        try:
            found, mark = await examination(), "ok"
        except QuarterdeckError as error:
            found, mark = str(error), "FAILED"
            failed += 1
        sys.stdout.write(f"{mark:6}  {name:16}  {found}\n")
    if not token_checks(settings):
        sys.stdout.write("No chat platform is set up: TELEGRAM_TOKEN or DISCORD_TOKEN in .env, or run --console.\n")
    return len(parts), failed


async def _check_settings(settings: Settings) -> str:
    return f"times in {settings.timezone}, recorded market at {speed_text(settings.speed)}"


async def _check_folder(settings: Settings) -> str:
    folder = settings.data_dir
    if folder.is_dir():
        return f"{data_folder(settings)} can be written"
    parent = next(one for one in folder.absolute().parents if one.exists())
    if folder.exists() or not os.access(parent, os.W_OK | os.X_OK):
        raise SettingsError(f"DATA_DIR: expected a folder that can be written or made, {folder.absolute()} cannot")
    return f"{folder} is not there yet, the first start makes it"


async def _check_database(settings: Settings) -> str:
    path = database_path(settings.database_url or settings.data_dir / DATABASE_NAME)
    if not path.exists():
        return "none yet, the first start makes it"
    if holder := lock_holder(path):
        return f"in use by the quarterdeck that runs (pid {holder}), which has checked it"
    with _copy_of(path) as copy:
        try:
            async with open_database(copy, SystemClock()) as database:
                bots = await database.reader.bots()
                return f"a copy opens, {len(bots)} bots"
        except QuarterdeckError as error:
            raise Unavailable(str(error).replace(str(copy), str(path))) from None


async def _check_market(settings: Settings) -> str:
    path = settings.data_dir / RECORDED_MARKET_NAME
    if not path.exists():
        return "no book yet, the first start makes it"
    with _copy_of(path) as copy:
        async with open_venue_state(copy) as journal:
            orders = sum(len(ledger.open_orders) for ledger in journal.state.accounts)
            return f"a copy of its book opens, {orders} orders rest"


@contextmanager
def _copy_of(path: Path) -> Iterator[Path]:
    """Copy an SQLite file with what its log holds: opening the original would write beside it, or migrate it."""
    with tempfile.TemporaryDirectory(prefix="quarterdeck-check-") as folder:
        for suffix in ("", "-wal"):
            source = path.with_name(path.name + suffix)
            if source.exists():
                shutil.copyfile(source, Path(folder, source.name))
        yield Path(folder, path.name)


async def _check_candles() -> str:
    recording = bundled_recording()
    loaded = [await asyncio.to_thread(recording.candles, series) for series in recording.series]
    rows = sum(len(candles) for candles in loaded)
    return f"{len(recording.series)} series, {rows:,} candles"


async def _check_strategies() -> str:
    return ", ".join(strategy.name for strategy in builtin_strategies().all_strategies())
