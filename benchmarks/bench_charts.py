"""Charts: how long one takes, and how little the event loop notices."""

import asyncio
import statistics
import time
from datetime import UTC, datetime, timedelta

import numpy as np

from adapters.charts.renderer import MatplotlibRenderer
from benchmarks.figure import Figure, below
from benchmarks.loop_stall import percentile, watched_loop
from bot.ports.charts import CandleChart, ChartMark, ChartSpec, EquityChart, PriceLine, ProfitChart
from bot.strategy.candles import Candles, from_milliseconds

NAME = "charts"
BUDGET = "a chart < 150 ms; loop stall p99 < 20 ms, worst < 100 ms"
ROUNDS = 20
_START = datetime(2024, 1, 1, tzinfo=UTC)
_HOUR_MS = 3_600_000


def run() -> tuple[Figure, ...]:
    """Render every kind several times while a ticker watches the loop."""
    return asyncio.run(_measure())


async def _measure() -> tuple[Figure, ...]:
    figures: list[Figure] = []
    async with MatplotlibRenderer() as renderer:
        # The thread's first drawing is its warm-up, which nobody waits for.
        await renderer.render(_profits())
        async with watched_loop() as stalls:
            for kind, spec in (("candles", _candles()), ("equity", _equity()), ("profit", _profits())):
                times = [await _timed(renderer, spec) for _ in range(ROUNDS)]
                figures.append(below(f"{kind} median", statistics.median(times), "ms", 150))
                figures.append(below(f"{kind} p95", percentile(times, 95), "ms", 150))
    return (*figures, *stalls.figures())


async def _timed(renderer: MatplotlibRenderer, spec: ChartSpec) -> float:
    before = time.perf_counter()
    png = await renderer.render(spec)
    assert png.startswith(b"\x89PNG"), "not a picture"
    return (time.perf_counter() - before) * 1000


def _candles() -> CandleChart:
    random = np.random.default_rng(7)
    close = 60_000 * np.exp(np.cumsum(random.normal(0, 0.004, 500)))
    opened = np.concatenate([[60_000.0], close[:-1]])
    low, high = np.minimum(opened, close) * 0.998, np.maximum(opened, close) * 1.002
    start = int(_START.timestamp()) * 1000
    candles = Candles(start + np.arange(500) * _HOUR_MS, opened, high, low, close, np.ones(500))
    marks = tuple(
        ChartMark(
            time=from_milliseconds(int(candles.time[row])),
            price=float(opened[row]),
            is_buy=row % 2 == 0,
            label=str(row // 2),
        )
        for row in range(3, 500, 11)
    )
    last = float(close[-1])
    levels = (("entry", last * 0.99), ("stop", last * 0.97), ("target", last * 1.03), ("last", last))
    lines = tuple(PriceLine(label=label, price=price) for label, price in levels)
    return CandleChart(
        title="alpha · PAPER · BTC/USDT 1h",
        candles=candles,
        bar_length=timedelta(hours=1),
        marks=marks,
        lines=lines,
        decimals=2,
        timezone="Europe/Berlin",
    )


def _equity() -> EquityChart:
    random = np.random.default_rng(7)
    count = 10_000
    equity = 1000 + np.cumsum(random.normal(0, 1, count))
    return EquityChart(
        title="alpha · PAPER · equity",
        times=tuple(_START + timedelta(minutes=minute) for minute in range(count)),
        equity=equity.tolist(),
        growth=(equity / equity[0]).tolist(),
        benchmark=(1000 + np.cumsum(random.normal(0, 1, count))).tolist(),
        currency="USDT",
        timezone="Europe/Berlin",
    )


def _profits() -> ProfitChart:
    profits = np.random.default_rng(7).normal(2, 20, 31).tolist()
    days = tuple(_START + timedelta(days=day) for day in range(31))
    return ProfitChart(
        title="alpha · PAPER · PnL a day",
        starts=days,
        profits=profits,
        bases=[1000.0] * len(profits),
        total=sum(profits),
        currency="USDT",
        timezone="Europe/Berlin",
    )
