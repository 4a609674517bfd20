"""Profit by period: closed and open, after fees, in the reader's time zone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from bot.domain.market import MODES_BY_RISK, Mode
from bot.domain.money import ZERO, round_money
from bot.engine.reports.curves import BotCurve, CurveReader
from bot.engine.reports.periods import Period, period_start, period_starts
from bot.engine.reports.queries import BotFigures


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodProfit:
    """A bot's profit over a period in quote, and as a share of the equity it was made with.

    `written` is the profit as it is written: what the written total gained, so that periods add up to it. `base` is the
    equity at the start, later edits of the capital counted by their time: what shares of sums are of.
    """

    row: BotFigures
    profit: Decimal
    written: Decimal
    share: Decimal | None
    base: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfitGroup:
    """Bots of one mode and quote currency over a period; `start` is None for all time."""

    mode: Mode
    currency: str
    start: datetime | None
    market_time: datetime
    bots: tuple[PeriodProfit, ...]

    @property
    def profit(self) -> Decimal:
        return sum((item.profit for item in self.bots), ZERO)

    @property
    def written(self) -> Decimal:
        return sum((item.written for item in self.bots), ZERO)

    @property
    def base(self) -> Decimal:
        return sum((item.base for item in self.bots), ZERO)

    @property
    def share(self) -> Decimal | None:
        """Return the profit as a share: of one bot its own, of several that of what they had together."""
        return self.bots[0].share if len(self.bots) == 1 else _share(self.profit, self.base)


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodLine:
    """Profit of one of several periods: exact, as it is written, and as a share of `base`, the opening equity."""

    start: datetime
    profit: Decimal
    written: Decimal
    share: Decimal | None
    base: Decimal


class PeriodProfitReader:
    """Reads profit by period."""

    def __init__(self, curves: CurveReader) -> None:
        self._curves = curves

    async def profit_groups(
        self, rows: Sequence[BotFigures], period: Period, timezone: ZoneInfo
    ) -> tuple[ProfitGroup, ...]:
        """Return the bots' profit over the present period, by mode and currency, LIVE first."""
        groups: dict[tuple[Mode, str], list[PeriodProfit]] = {}
        starts: dict[tuple[Mode, str], tuple[datetime | None, datetime]] = {}
        for curve in await self._curves.curves(rows):
            start = period_start(period, curve.now, timezone)
            key = (curve.row.bot.mode, curve.row.market.quote)
            groups.setdefault(key, []).append(_period_profit(curve, start or curve.begin, curve.now))
            starts.setdefault(key, (start, curve.now))
        return tuple(
            ProfitGroup(
                mode=key[0], currency=key[1], start=starts[key][0], market_time=starts[key][1], bots=tuple(found)
            )
            for key, found in sorted(groups.items(), key=lambda item: (MODES_BY_RISK.index(item[0][0]), item[0][1]))
        )

    async def period_lines(
        self, rows: Sequence[BotFigures], period: Period, timezone: ZoneInfo, count: int
    ) -> tuple[PeriodLine, ...]:
        """Return the profit of the last `count` periods, oldest first; `rows` share one mode and currency."""
        if not rows:
            return ()
        curves = await self._curves.curves(rows)
        now = max(curve.now for curve in curves)
        starts = period_starts(period, now, timezone, count)
        ends = [*starts, now][1:]
        return tuple(_line(curves, start, end) for start, end in zip(starts, ends, strict=True))


def _line(curves: Sequence[BotCurve], start: datetime, end: datetime) -> PeriodLine:
    parts = [_period_profit(curve, start, end) for curve in curves]
    profit, base = (sum(values, ZERO) for values in ([one.profit for one in parts], [one.base for one in parts]))
    share = parts[0].share if len(parts) == 1 else _share(profit, base)
    written = sum((one.written for one in parts), ZERO)
    return PeriodLine(start=start, profit=profit, written=written, share=share, base=base)


def _period_profit(curve: BotCurve, start: datetime, end: datetime) -> PeriodProfit:
    if end <= curve.begin and end < curve.now:
        return PeriodProfit(row=curve.row, profit=ZERO, written=ZERO, share=None, base=ZERO)
    before, after, quote = curve.profit_at(start), curve.profit_by(end), curve.row.market.quote
    return PeriodProfit(
        row=curve.row,
        profit=after - before,
        written=round_money(after, quote) - round_money(before, quote),
        share=curve.growth(start, end),
        # A deleted bot has nothing at work where it earned nothing.
        base=curve.capital_at_work(start, end) if after != before or not curve.row.is_deleted else ZERO,
    )


def _share(profit: Decimal, base: Decimal) -> Decimal | None:
    return profit / base if base > 0 else None
