"""Charts with sensible defaults."""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import numpy as np

from bot.ports.charts import CandleChart, ChartMark, DrawdownChart, EquityChart, PriceLine, ProfitChart, RestingLevel
from bot.strategy.candles import Candles, from_milliseconds, to_milliseconds

NOON = datetime(2024, 8, 22, 12, tzinfo=UTC)
MIDNIGHT = datetime(2024, 8, 21, 22, tzinfo=UTC)
"""Of Berlin."""
HOUR_MS = 3_600_000


def wavy_candles(count: int, *, scale: float = 60_000.0, start: datetime = NOON) -> Candles:
    """Make hourly candles that go up and down around `scale`."""
    rows = np.arange(count)
    close = scale * (1 + 0.02 * np.sin(rows / 5) + 0.005 * np.cos(rows * 1.7))
    opened = np.concatenate([[scale], close[:-1]])[:count]
    low, high = np.minimum(opened, close) * 0.998, np.maximum(opened, close) * 1.002
    time = (to_milliseconds(start) + rows * HOUR_MS).astype(np.int64)
    return Candles(time, opened, high, low, close, np.ones(count))


def flat_candles(count: int, price: float) -> Candles:
    """Make hourly candles that all have one price."""
    column = np.full(count, price)
    time = (to_milliseconds(NOON) + np.arange(count) * HOUR_MS).astype(np.int64)
    return Candles(time, column, column, column, column, np.zeros(count))


def a_mark(candles: Candles, row: int, *, is_buy: bool = True, label: str = "1") -> ChartMark:
    return ChartMark(
        time=from_milliseconds(int(candles.time[row])), price=float(candles.open[row]), is_buy=is_buy, label=label
    )


def a_candle_chart(
    candles: Candles | None = None,
    *,
    marks: tuple[ChartMark, ...] = (),
    levels: Sequence[tuple[str, float]] = (),
    title: str = "alpha · PAPER · BTC/USDT 1h · 22-26 Aug CEST",
    decimals: int = 2,
    bar_length: timedelta = timedelta(hours=1),
    is_unfinished: bool = False,
    resting: Sequence[tuple[float, bool]] = (),
) -> CandleChart:
    return CandleChart(
        title=title,
        candles=wavy_candles(60) if candles is None else candles,
        bar_length=bar_length,
        is_unfinished=is_unfinished,
        marks=marks,
        lines=tuple(PriceLine(label=label, price=price) for label, price in levels),
        resting=tuple(RestingLevel(price=price, is_buy=is_buy) for price, is_buy in resting),
        decimals=decimals,
        timezone="Europe/Berlin",
    )


def an_equity_chart(
    equity: Sequence[float] = (1000.0, 1010.0, 990.0, 1020.0),
    *,
    benchmark: Sequence[float] = (),
    currency: str = "USDT",
    step: timedelta = timedelta(hours=1),
) -> EquityChart:
    return EquityChart(
        title="alpha · PAPER · equity · 22-26 Aug CEST",
        times=tuple(NOON + index * step for index in range(len(equity))),
        equity=equity,
        growth=[value / (equity[0] or 1.0) for value in equity],
        benchmark=benchmark,
        currency=currency,
        timezone="Europe/Berlin",
    )


def a_drawdown_chart(
    drawdown: Sequence[float] = (0.0, -0.02, -0.01, -0.005), *, step: timedelta = timedelta(hours=1)
) -> DrawdownChart:
    return DrawdownChart(
        title="alpha · PAPER · drawdown · 22-26 Aug CEST",
        times=tuple(NOON + index * step for index in range(len(drawdown))),
        drawdown=drawdown,
        timezone="Europe/Berlin",
    )


def a_profit_chart(profits: Sequence[float] = (5.0, -2.5, 0.0), *, currency: str = "USDT") -> ProfitChart:
    return ProfitChart(
        title="alpha · PAPER · PnL a day · Aug CEST",
        starts=tuple(MIDNIGHT + timedelta(days=index) for index in range(len(profits))),
        profits=profits,
        bases=(100.0,) * len(profits),
        total=sum(profits),
        currency=currency,
        timezone="Europe/Berlin",
    )
