"""Curves of bots: their fills and the candles of their series, read for the whole life of a pass."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import cached_property

import numpy as np

from bot.domain.fill import FillStep
from bot.domain.growth import CapitalSpan, ProfitAt, average_capital, growth_between
from bot.domain.instance import Bot
from bot.domain.market import Series
from bot.domain.money import ZERO, to_decimal
from bot.engine.concurrency.time_slice import INTERACTIVE_SLICE_SECONDS, TimeSlice
from bot.engine.performance.curve import FillColumns, ProfitCurve
from bot.engine.reports.queries import BotFigures, Queries
from bot.ports.storage import Reader
from bot.strategy.candles import Candles, Times, to_milliseconds

_NOTHING = np.empty(0, dtype=np.float64)
NO_CANDLES = Candles(np.empty(0, dtype=np.int64), _NOTHING, _NOTHING, _NOTHING, _NOTHING, _NOTHING)


@dataclass(frozen=True, kw_only=True)
class BotCurve:
    """A bot's profit since its books were begun, exact at any market time up to now; see `ProfitCurve` for the rule."""

    row: BotFigures
    begin: datetime
    now: datetime
    steps: Sequence[FillStep]
    candles: Candles

    @cached_property
    def columns(self) -> ProfitCurve:
        """Return the same curve as columns of floats, for ratios and pictures."""
        fills = FillColumns(
            time=self._times,
            price=np.array([float(step.price) for step in self.steps], dtype=np.float64),
            cash=np.array([float(cash) for cash, _ in self._sums[1:]], dtype=np.float64),
            quantity=np.array([float(quantity) for _, quantity in self._sums[1:]], dtype=np.float64),
        )
        last = self.row.last_price
        return ProfitCurve(
            begin=self.begin,
            end=self.now,
            fills=fills,
            candles=self.candles,
            candle_milliseconds=_length(self.row.bot),
            capital=self.spans,
            end_profit=float(self.row.total),
            end_price=None if last is None else float(last),
        )

    @cached_property
    def spans(self) -> tuple[CapitalSpan, ...]:
        """Return the times of one capital each."""
        return self.row.bot.capital_spans

    def profit_at(self, time: datetime) -> Decimal:
        """Return closed and open profit at a market time; a fill of that very time comes after it."""
        if time <= self.begin:
            return ZERO
        if time >= self.now:
            return self.row.total
        at = to_milliseconds(time)
        cash, quantity = self._sums[int(np.searchsorted(self._times, at, "left"))]
        if not quantity:
            return cash
        return cash + quantity * to_decimal(float(self.columns.price_at(np.array([at]))[0]))

    def profit_by(self, end: datetime) -> Decimal:
        """Return the profit at the end of a time; now it is all, also of what has just begun."""
        return self.row.total if end >= self.now else self.profit_at(end)

    def growth(self, start: datetime, end: datetime) -> Decimal | None:
        """Return the gain between two times as a share of the equity it was made with."""
        return growth_between(self.spans, ProfitAt(start, self.profit_at(start)), ProfitAt(end, self.profit_by(end)))

    def capital_at_work(self, start: datetime, end: datetime) -> Decimal:
        """Return the equity at a start (or the begin) plus later edits by their time: the base of sums of bots."""
        first = max(start, self.begin)
        if end < self.begin:
            return ZERO
        return average_capital(self.spans, first, end) + self.profit_at(first)

    @cached_property
    def _times(self) -> Times:
        return np.array([to_milliseconds(step.time) for step in self.steps], dtype=np.int64)

    @cached_property
    def _sums(self) -> list[tuple[Decimal, Decimal]]:
        """Return cash and quantity before the first fill and after each."""
        cash = quantity = ZERO
        sums = [(cash, quantity)]
        for step in self.steps:
            cash, quantity = cash + step.cash, quantity + step.quantity
            sums.append((cash, quantity))
        return sums


class CurveReader:
    """Reads the curves of bots: all of their fills, and all candles since the first."""

    def __init__(self, reader: Reader, queries: Queries) -> None:
        self._reader = reader
        self._queries = queries

    async def curve(self, row: BotFigures) -> BotCurve:
        """Return the curve of a bot until now."""
        (found,) = await self.curves([row])
        return found

    async def curves(self, rows: Sequence[BotFigures]) -> tuple[BotCurve, ...]:
        """Return the curves of bots, yielding to the loop in between; candles of a series are read once."""
        time_slice = TimeSlice(INTERACTIVE_SLICE_SECONDS)
        begun: list[tuple[BotFigures, datetime, tuple[FillStep, ...]]] = []
        for row in rows:
            steps = await self._steps(row)
            begun.append((row, _begin(row.bot, steps, self._now(row.bot)), steps))
            await time_slice.yield_if_expired()
        first: dict[Series, datetime] = {}
        for row, begin, _ in begun:
            first[row.bot.series] = min(begin, first.get(row.bot.series, begin))
        candles = {series: await self._candles(series, begin) for series, begin in first.items()}
        return tuple(
            BotCurve(row=row, begin=begin, now=self._now(row.bot), steps=steps, candles=candles[row.bot.series])
            for row, begin, steps in begun
        )

    async def _steps(self, row: BotFigures) -> tuple[FillStep, ...]:
        if not row.view.ledger.totals.fills:
            return ()
        steps = await self._reader.fill_steps(row.bot.bot_id)
        # Venues may report fills late; the curve is that of the market's time.
        return tuple(sorted(steps, key=lambda step: step.time))

    async def _candles(self, series: Series, begin: datetime) -> Candles:
        """Return the candles that closed since a time, and the last one before."""
        feed = self._queries.feed(series.venue)
        if series not in feed.all_series():
            # Of an earlier recording: the prices of the fills are all that is known.
            return NO_CANDLES
        now = self._queries.venue(series.venue).clock.now()
        count = (now - begin) // series.timeframe.duration + 2
        return await feed.history(series, now, count)

    def _now(self, bot: Bot) -> datetime:
        return self._queries.venue(bot.venue).clock.now()


def _length(bot: Bot) -> int:
    return round(bot.config.timeframe.duration.total_seconds() * 1000)


def _begin(bot: Bot, steps: Sequence[FillStep], now: datetime) -> datetime:
    """Return when the first run since the books were begun started; the first fill for a bot of an older version."""
    if bot.pass_started_market is not None:
        return bot.pass_started_market
    known = [time for time in (bot.run_started_market, steps[0].time if steps else None) if time is not None]
    return min([now, *known])
