"""Port to charts: plain figures in, PNG bytes out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from bot.strategy.candles import Candles


class Theme(StrEnum):
    """Background of a chart."""

    DARK = "dark"
    LIGHT = "light"


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartMark:
    """A fill on a candle chart; `label` is its number in `/trades`, `is_buy` decides shape and place."""

    time: datetime
    price: float
    is_buy: bool
    label: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PriceLine:
    """A horizontal line with a label at the right edge, such as entry, stop, target or last price."""

    label: str
    price: float


@dataclass(frozen=True, slots=True, kw_only=True)
class CandleChart:
    """Candles with fills and price lines; `decimals` is the number of digits of the market's tick."""

    title: str
    candles: Candles
    marks: tuple[ChartMark, ...]
    lines: tuple[PriceLine, ...]
    decimals: int
    timezone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EquityChart:
    """Equity over time above its drawdown; `benchmark` (buy and hold) has the same times or is empty."""

    title: str
    times: Sequence[datetime]
    equity: Sequence[float]
    benchmark: Sequence[float]
    currency: str
    timezone: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfitChart:
    """Daily profit and loss as bars; `bases` is the equity each day began with."""

    title: str
    days: Sequence[datetime]
    profits: Sequence[float]
    bases: Sequence[float]
    currency: str
    timezone: str


ChartSpec = CandleChart | EquityChart | ProfitChart


class ChartRenderer(Protocol):
    """Renders charts off the event loop."""

    async def render(self, spec: ChartSpec, theme: Theme = Theme.DARK) -> bytes:
        """Return the chart as PNG, 1080 x 720 pixels; wait while too many requests are queued."""
