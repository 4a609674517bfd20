"""Port to charts: plain figures in, PNG bytes out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from bot.strategy.candles import Candles

MAX_BARS = 130
"""Bars that can be told apart on a phone."""
PERCENT = "%"
"""The currency of a chart that shows amounts as shares, where they are hidden."""


class Theme(StrEnum):
    """Background of a chart."""

    DARK = "dark"
    LIGHT = "light"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartMark:
    """A fill on a candle chart: a small mark at its price, or one with `label`, its number in `/trades`."""

    time: datetime
    price: float
    is_buy: bool
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceLine:
    """A horizontal line with a label at the right edge, such as entry, stop, target, exit or last price."""

    label: str
    price: float


@dataclass(frozen=True, slots=True, kw_only=True)
class RestingLevel:
    """The price of a limit order that rests at the venue: a thin line, labelled where it fills next."""

    price: float
    is_buy: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class CandleChart:
    """At most about `MAX_BARS` bars of equal length, with fills, price lines and resting orders.

    `is_unfinished` says that the last bar has not closed: it shows the prices known so far. `decimals` is the number of
    digits of the market's tick.
    """

    title: str
    candles: Candles
    bar_length: timedelta
    is_unfinished: bool = False
    marks: tuple[ChartMark, ...]
    lines: tuple[PriceLine, ...]
    resting: tuple[RestingLevel, ...] = ()
    decimals: int
    timezone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EquityChart:
    """Equity over time above its drawdown; `benchmark` (buy and hold) has the same times or is empty.

    `growth` is 1 at the start and time-weighted: editing the capital moves the equity, not the growth. Percentages and
    drawdowns are of it.
    """

    title: str
    times: Sequence[datetime]
    equity: Sequence[float]
    growth: Sequence[float]
    benchmark: Sequence[float]
    currency: str
    timezone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawdownChart:
    """How far below its highest a curve was, as ratios of at most 0."""

    title: str
    times: Sequence[datetime]
    drawdown: Sequence[float]
    timezone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfitChart:
    """Profit and loss of consecutive days, weeks or months as bars; `bases` is the equity each began with."""

    title: str
    starts: Sequence[datetime]
    profits: Sequence[float]
    bases: Sequence[float]
    total: float
    currency: str
    timezone: str


ChartSpec = CandleChart | EquityChart | DrawdownChart | ProfitChart


class ChartRenderer(Protocol):
    """Renders charts off the event loop."""

    async def render(self, spec: ChartSpec, theme: Theme = Theme.DARK) -> bytes:
        """Return the chart as PNG, 1080 x 720 pixels; wait while too many requests are queued."""
