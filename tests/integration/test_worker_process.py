"""The worker process: the same result as here, an end on demand, and an end with its parent."""

import asyncio
import os
import signal
import subprocess
import sys
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal, localcontext
from pathlib import Path

import psutil  # type: ignore[import-untyped]
import pytest

from bot.backtesting.worker_process import WorkerProcess
from bot.domain.errors import InvalidInput, Unavailable
from bot.domain.market import Timeframe
from bot.domain.money import use_money_context
from bot.engine.backtest.job import BacktestJob
from bot.engine.backtest.result import BacktestOptions, ignore_progress
from strategies.builtin import builtin_strategies
from tests.builders.backtest_config import a_backtest_config
from tests.builders.series import bundled_candles, bundled_market

GRID = {"lower": "50000", "upper": "70000", "levels": "40"}


def a_job(strategy: str = "ema-cross", rows: int = 1000, words: dict[str, str] | None = None) -> BacktestJob:
    market = bundled_market("BTC_USDT-1h")
    return BacktestJob(
        config=a_backtest_config(strategy, words or {}, market, Timeframe.H1),
        market=market,
        candles=bundled_candles("BTC_USDT-1h").slice_rows(0, rows),
        cash=Decimal(10_000),
        options=BacktestOptions(),
    )


def workers() -> list[psutil.Process]:
    """The workers that this process started and that live."""
    return [child for child in psutil.Process().children() if child.status() != psutil.STATUS_ZOMBIE]


@pytest.mark.timeout(60)
async def test_a_worker_gives_the_result_of_this_process() -> None:
    job, heard = a_job(), list[int]()
    found = await WorkerProcess().run(job, heard.append)
    with localcontext():
        use_money_context()
        here = job.run(builtin_strategies(), ignore_progress)
    assert found.trades == here.trades
    assert found.fills == here.fills
    assert found.metrics == here.metrics
    assert list(found.equity) == list(here.equity)
    assert workers() == []


async def test_what_a_worker_refuses_is_the_error_as_it_was_raised() -> None:
    with pytest.raises(InvalidInput) as refused:
        await WorkerProcess().run(a_job(rows=100), ignore_progress)
    assert (refused.value.code, refused.value.fields["count"]) == ("candles-too-few", 100)


async def test_a_worker_that_breaks_is_unavailable() -> None:
    broken = replace(a_job(), config=replace(a_job().config, parameters=(("fast", "no number"),)))
    with pytest.raises(Unavailable, match="the backtest broke: "):
        await WorkerProcess().run(broken, ignore_progress)


@pytest.mark.timeout(60)
async def test_a_worker_that_is_not_wanted_any_more_ends_at_once() -> None:
    told = asyncio.Event()

    def hear(row: int) -> None:
        told.set()

    running = asyncio.create_task(WorkerProcess().run(a_job("grid", 5980, GRID), hear))
    # It says how far it is while it runs.
    await asyncio.wait_for(told.wait(), 50)
    assert len(workers()) == 1
    running.cancel()
    with suppress(asyncio.CancelledError):
        await running
    assert workers() == []


PARENT = """
import asyncio, sys
from bot.backtesting.worker_process import WorkerProcess
from tests.integration.test_worker_process import GRID, a_job

async def main():
    def hear(row):
        print("busy", flush=True)
    await WorkerProcess().run(a_job("grid", 5980, GRID), hear)

asyncio.run(main())
"""


@pytest.mark.fault
@pytest.mark.timeout(90)
def test_a_worker_ends_when_its_parent_is_killed() -> None:
    root = Path(__file__).parent.parent.parent
    parent = subprocess.Popen([sys.executable, "-c", PARENT], stdout=subprocess.PIPE, cwd=root)
    try:
        assert parent.stdout is not None
        assert parent.stdout.readline() == b"busy\n"
        (worker,) = psutil.Process(parent.pid).children()
        os.kill(parent.pid, signal.SIGKILL)
        parent.wait()
        worker.wait(timeout=10)
        assert not worker.is_running()
    finally:
        with suppress(ProcessLookupError):
            parent.kill()
        parent.wait()
        if parent.stdout is not None:
            parent.stdout.close()
