"""What a thousand bots cost while nothing happens: the whole desk in real time, over two candles."""

import asyncio
import time
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.figure import Figure, below
from benchmarks.fleet import CHAT_SETTINGS, Fleet, a_running_fleet
from benchmarks.playing import playing
from bot.assembly.chat import open_chat
from bot.domain.market import Timeframe
from bot.domain.money import use_money_context
from bot.engine.concurrency.task_scope import task_scope
from bot.engine.runtime.engine import Engine

NAME = "idle"
BUDGET = "1,000 bots on 1m < 5 % of one core"
BOTS = 1_000
SETTLING_SECONDS = 5.0
CLOSES = 2


def run() -> tuple[Figure, ...]:
    """Measure CPU time against the clock on the wall, each bot with a parameter set of its own."""
    use_money_context()
    fleet = Fleet(bots=BOTS, sets=BOTS, closes=CLOSES + 2, timeframe=Timeframe.M1, speed="1x")
    with TemporaryDirectory() as folder:
        percent = asyncio.run(_percent(Path(folder), fleet))
    return (below(f"CPU of {BOTS:,} bots on 1m, {BOTS:,} sets, {CLOSES} closes", percent, "% of one core", 5),)


async def _percent(folder: Path, fleet: Fleet) -> float:
    async with (
        a_running_fleet(folder, fleet) as engine,
        task_scope() as scope,
        open_chat(engine, CHAT_SETTINGS, "benchmark") as chat,
        playing(engine),
    ):
        scope.start_task(chat.relay.run(), "relay")
        await asyncio.sleep(SETTLING_SECONDS)
        wall, cpu, handled = time.perf_counter(), time.process_time(), engine.supervisor.mailboxes.handled_count
        await asyncio.sleep(CLOSES * fleet.timeframe.duration.total_seconds())
        percent = (time.process_time() - cpu) / (time.perf_counter() - wall) * 100
        _assert_decided(engine, handled)
        return percent


def _assert_decided(desk: Engine, handled_before: int) -> None:
    decisions = desk.supervisor.mailboxes.handled_count - handled_before
    assert decisions == CLOSES * BOTS, f"expected {CLOSES} decisions of each bot, found {decisions} in all"
