"""The profit curve: cash and quantity after each fill, and the closes of the bot's own candles.

Nothing of it is stored: profit(t) = cash(t) + quantity(t) x price(t). Cash and quantity are those after every fill
before t, so that a fill at midnight belongs to the new day; the price is the close of the last candle closed by t.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

import numpy as np
import numpy.typing as npt

from bot.domain.growth import CapitalSpan
from bot.strategy.candles import Candles, Floats, Times, to_milliseconds

Rows = npt.NDArray[np.int64]


@dataclass(frozen=True, kw_only=True)
class FillColumns:
    """Fills as columns, oldest first: time in Unix milliseconds, price, and cash and quantity after each.

    Cash begins with 0: it is what came in less what was paid, fees in quote taken off; a fee in base lowers quantity.
    """

    time: Times
    price: Floats
    cash: Floats
    quantity: Floats


@dataclass(frozen=True, kw_only=True)
class CurvePoints:
    """A curve as columns of equal length: time in Unix milliseconds, profit, equity, and growth (1 at the start)."""

    time: Times
    profit: Floats
    equity: Floats
    growth: Floats

    @cached_property
    def falls(self) -> Floats:
        """Return how far the growth is below its highest so far, as shares of it."""
        peaks = np.maximum.accumulate(self.growth)
        falls: Floats = np.divide(peaks - self.growth, peaks, out=np.zeros_like(peaks), where=peaks > 0)
        return falls


@dataclass(frozen=True, kw_only=True)
class ProfitCurve:
    """Profit of one bot in quote from `begin` to `end`; `candles` are those of its series that closed by the end.

    The curve is known at each close, and at the end, where it is `end_profit` at `end_price`.
    """

    begin: datetime
    end: datetime
    fills: FillColumns
    candles: Candles
    candle_milliseconds: int
    capital: Sequence[CapitalSpan]
    end_profit: float
    end_price: float | None

    @cached_property
    def closes(self) -> Times:
        """Return the times of the closes between begin and end."""
        return self._all_closes[self._first_row :]

    @cached_property
    def points(self) -> CurvePoints:
        """Return the curve at its begin, at each close, and at its end."""
        ends = np.array([to_milliseconds(self.begin), to_milliseconds(self.end)], dtype=np.int64)
        times = np.concatenate((ends[:1], self.closes, ends[1:]))
        profit = np.concatenate(([0.0], self.held_at_closes[0], [self.end_profit]))
        return CurvePoints(
            time=times, profit=profit, equity=self.capital_at(times) + profit, growth=self.growth_of(times, profit)
        )

    @cached_property
    def held_at_closes(self) -> tuple[Floats, Floats]:
        """Return the profit, and the value of what was held, at each of `closes`."""
        # Fills are few and closes many: each fill counts from the first close after it on.
        first = np.searchsorted(self.closes, self.fills.time, "right")
        done = np.cumsum(np.bincount(first, minlength=len(self.closes) + 1))[:-1]
        cash, quantity = self._states(done)
        value = quantity * self.candles.close[self._first_row :]
        return cash + value, value

    def profit_at(self, times: Times) -> Floats:
        """Return the profit at times: 0 before the begin, `end_profit` from the end on."""
        cash, quantity = self._states(np.searchsorted(self.fills.time, times, "left"))
        profit = cash + quantity * np.where(quantity != 0, self.price_at(times), 0.0)
        return np.where(times >= to_milliseconds(self.end), self.end_profit, profit)

    def price_at(self, times: Times) -> Floats:
        """Return the close of the last candle closed by each time; before the first one its open, or a fill's price."""
        if not len(self.candles):
            prices = np.concatenate(([self.end_price or 0.0], self.fills.price))
            return prices[np.searchsorted(self.fills.time, times, "left")]
        rows = np.searchsorted(self._all_closes, times, "right") - 1
        return np.where(rows >= 0, self.candles.close[np.maximum(rows, 0)], self.candles.open[0])

    def capital_at(self, times: Times) -> Floats:
        """Return the capital at times."""
        if not len(self._span_starts):
            return np.full(len(times), float(self.capital[0].capital))
        return np.array([float(span.capital) for span in self.capital])[self._span_rows(times)]

    def growth_of(self, times: Times, profit: Floats) -> Floats:
        """Return the time-weighted growth that belongs to profits at times; 1 is none."""
        if not len(self._span_starts):
            capital = float(self.capital[0].capital)
            return (capital + profit) / capital if capital > 0 else np.ones_like(profit)
        rows = self._span_rows(times)
        begun = np.array([float(span.profit) for span in self.capital])[rows]
        growth = np.array([float(span.growth) for span in self.capital])[rows]
        equity = self.capital_at(times) + begun
        gained = np.divide(profit - begun, equity, out=np.zeros_like(equity), where=equity > 0)
        grown: Floats = growth * (1.0 + gained)
        return grown

    @cached_property
    def _all_closes(self) -> Times:
        closes: Times = self.candles.time + self.candle_milliseconds
        return closes

    @cached_property
    def _first_row(self) -> int:
        return int(np.searchsorted(self._all_closes, to_milliseconds(self.begin), "right"))

    @cached_property
    def _span_starts(self) -> Times:
        starts = [to_milliseconds(span.start) for span in self.capital if span.start is not None]
        return np.array(starts, dtype=np.int64)

    def _span_rows(self, times: Times) -> Rows:
        return np.searchsorted(self._span_starts, times, "right")

    def _states(self, done: Rows) -> tuple[Floats, Floats]:
        """Return cash and quantity after each number of fills."""
        cash = np.concatenate(([0.0], self.fills.cash))
        quantity = np.concatenate(([0.0], self.fills.quantity))
        return cash[done], quantity[done]
