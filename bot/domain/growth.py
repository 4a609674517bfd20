"""Time-weighted growth: what a bot earned for each unit of its capital, whatever capital was added or taken away."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import NamedTuple

from bot.domain.money import ONE, ZERO


@dataclass(frozen=True, slots=True, kw_only=True)
class CapitalChange:
    """An edit of a bot's capital: its market time, the capital before it, and the bot's profit at that time."""

    at: datetime
    before: Decimal
    profit: Decimal


class CapitalSpan(NamedTuple):
    """A time of one capital, with the profit and the growth (1 is none) that it began with; the first has no start."""

    start: datetime | None
    capital: Decimal
    profit: Decimal
    growth: Decimal

    def growth_at(self, profit: Decimal) -> Decimal:
        """Return the growth at a profit; what has no equity left grows no more."""
        equity = self.capital + self.profit
        return self.growth * (ONE + (profit - self.profit) / equity) if equity > 0 else self.growth


class ProfitAt(NamedTuple):
    """A bot's profit at a market time."""

    time: datetime
    profit: Decimal


def capital_spans(changes: Sequence[CapitalChange], capital: Decimal) -> tuple[CapitalSpan, ...]:
    """Return the times of one capital each, oldest first; `capital` is the present one."""
    after = [*(change.before for change in changes), capital]
    spans = [CapitalSpan(None, after[0], ZERO, ONE)]
    for change, amount in zip(changes, after[1:], strict=True):
        spans.append(CapitalSpan(change.at, amount, change.profit, spans[-1].growth_at(change.profit)))
    return tuple(spans)


def capital_at(spans: Sequence[CapitalSpan], time: datetime) -> Decimal:
    """Return the capital at a market time, that of a change at the very time after it."""
    return _span_at(spans, time).capital


def growth_between(spans: Sequence[CapitalSpan], start: ProfitAt, end: ProfitAt) -> Decimal | None:
    """Return the gain from one time to another as a share of the equity it was made with; None without equity."""
    first, last = _span_at(spans, start.time), _span_at(spans, end.time)
    if first is last:
        equity = first.capital + start.profit
        return (end.profit - start.profit) / equity if equity > 0 else None
    before = first.growth_at(start.profit)
    return last.growth_at(end.profit) / before - ONE if before > 0 else None


def total_growth(spans: Sequence[CapitalSpan], profit: Decimal) -> Decimal | None:
    """Return a bot's whole profit as a share of the capital it was made with."""
    last = spans[-1]
    if last.start is None:
        return profit / last.capital if last.capital > 0 else None
    return last.growth_at(profit) - ONE


def average_capital(spans: Sequence[CapitalSpan], start: datetime, end: datetime) -> Decimal:
    """Return the capital at work from start to end, each amount by the time that it was there."""
    if end <= start:
        return capital_at(spans, end)
    ends = [*(span.start for span in spans[1:]), None]
    total = ZERO
    for span, until in zip(spans, ends, strict=True):
        begin = start if span.start is None else max(span.start, start)
        stop = end if until is None else min(until, end)
        if stop > begin:
            total += span.capital * _microseconds(stop - begin)
    return total / _microseconds(end - start)


def _microseconds(duration: timedelta) -> int:
    return duration // timedelta(microseconds=1)


def _span_at(spans: Sequence[CapitalSpan], time: datetime) -> CapitalSpan:
    return next(span for span in reversed(spans) if span.start is None or span.start <= time)
