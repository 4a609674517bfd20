"""Profit by period: closed and open, after fees, in the reader's time zone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from bot.domain.equity import EquityPoint
from bot.domain.market import MODES_BY_RISK, Mode
from bot.domain.money import ZERO
from bot.engine.reports.periods import Period, period_start, period_starts
from bot.engine.reports.queries import BotFigures, Queries
from bot.ports.storage import Reader


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodProfit:
    """A bot's profit over a period in quote; percentages are of `base`: capital, or the opening equity."""

    row: BotFigures
    profit: Decimal
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
    def base(self) -> Decimal:
        return sum((item.base for item in self.bots), ZERO)


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodLine:
    """Profit of one of several periods, with its opening equity."""

    start: datetime
    profit: Decimal
    opening_equity: Decimal


class PeriodProfitReader:
    """Reads profit by period."""

    def __init__(self, reader: Reader, queries: Queries) -> None:
        self._reader = reader
        self._queries = queries

    async def profit_groups(
        self, rows: Sequence[BotFigures], period: Period, timezone: ZoneInfo
    ) -> tuple[ProfitGroup, ...]:
        """Return the bots' profit over the present period, by mode and currency, LIVE first."""
        groups: dict[tuple[Mode, str], list[PeriodProfit]] = {}
        starts: dict[tuple[Mode, str], tuple[datetime | None, datetime]] = {}
        for row in rows:
            now = self._queries.venue(row.bot.venue).clock.now()
            start = period_start(period, now, timezone)
            key = (row.bot.mode, row.market.quote)
            groups.setdefault(key, []).append(await self._period_profit(row, start))
            starts.setdefault(key, (start, now))
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
        now = self._queries.venue(rows[0].bot.venue).clock.now()
        starts = period_starts(period, now, timezone, count)
        points = [await self._reader.equity(row.bot.bot_id, None) for row in rows]
        before = [sum((profit_at(known, start) for known in points), ZERO) for start in starts]
        after = [*before, sum((row.total for row in rows), ZERO)][1:]
        capital = sum((row.bot.config.capital for row in rows), ZERO)
        return tuple(
            PeriodLine(start=start, profit=end - begin, opening_equity=capital + begin)
            for start, begin, end in zip(starts, before, after, strict=True)
        )

    async def _period_profit(self, row: BotFigures, start: datetime | None) -> PeriodProfit:
        capital = row.bot.config.capital
        if start is None:
            return PeriodProfit(row=row, profit=row.total, base=capital)
        before = profit_at(await self._reader.equity(row.bot.bot_id, None), start)
        return PeriodProfit(row=row, profit=row.total - before, base=capital + before)


def profit_at(points: Sequence[EquityPoint], time: datetime) -> Decimal:
    """Return closed and open profit at the last point at or before a time, 0 before the first."""
    total = ZERO
    for point in points:
        if point.market_time > time:
            break
        total = point.closed_profit + point.open_profit
    return total
