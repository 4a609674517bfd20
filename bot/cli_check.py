"""Subcommand `quarterdeck check`: checks whether the process could start, part by part."""

import asyncio
import sys
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path

from adapters.clock import SystemClock
from adapters.data.recording import bundled_recording
from adapters.venue.simulated.state_journal import open_venue_state
from bot.assembly.engine import DATABASE_NAME, RECORDED_MARKET_NAME, data_folder, speed_text
from bot.assembly.platforms import token_checks
from bot.domain.errors import QuarterdeckError, Unavailable
from bot.settings import Settings, load_settings
from storage.database import open_database
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
    return f"{data_folder(settings)} can be written"


async def _check_database(settings: Settings) -> str:
    target = settings.database_url or data_folder(settings) / DATABASE_NAME
    if isinstance(target, Path) and not target.exists():
        return "none yet, the first start makes it"
    try:
        async with open_database(target, SystemClock()) as database:
            bots = await database.reader.bots()
            return f"opened, {len(bots)} bots"
    except Unavailable as error:
        return f"in use: {error}"


async def _check_market(settings: Settings) -> str:
    path = data_folder(settings) / RECORDED_MARKET_NAME
    if not path.exists():
        return "no book yet, the first start makes it"
    async with open_venue_state(path) as journal:
        orders = sum(len(ledger.open_orders) for ledger in journal.state.accounts)
        return f"book opened, {orders} orders rest"


async def _check_candles() -> str:
    recording = bundled_recording()
    loaded = [await asyncio.to_thread(recording.candles, series) for series in recording.series]
    rows = sum(len(candles) for candles in loaded)
    return f"{len(recording.series)} series, {rows:,} candles"


async def _check_strategies() -> str:
    return ", ".join(strategy.name for strategy in builtin_strategies().all_strategies())
