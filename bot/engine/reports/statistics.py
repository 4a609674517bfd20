"""Statistics of one bot (METRICS.md)."""

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from bot.domain.drawdown import max_drawdown
from bot.domain.equity import EquityPoint
from bot.domain.instance import Bot
from bot.domain.metrics import (
    NOT_APPLICABLE,
    Metrics,
    Ratio,
    buy_and_hold_return,
    equity_metrics,
    time_in_market,
    trade_metrics,
    turnover,
)
from bot.engine.reports.period_profit import profit_at
from bot.engine.reports.queries import BotFigures, Queries
from bot.ports.storage import Page, Reader
from bot.strategy.candles import last_row_before

MAX_TRADES = 100_000
MAX_CANDLES = 50_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistics:
    """A bot's metrics since its first run; `exposure` and `benchmark` are shares, None when unknown."""

    figures: BotFigures
    length: timedelta
    metrics: Metrics


class StatisticsReader:
    """Computes statistics from stored facts."""

    def __init__(self, reader: Reader, queries: Queries) -> None:
        self._reader = reader
        self._queries = queries

    async def read_statistics(self, bot: Bot) -> Statistics:
        """Return the statistics of a bot that has run."""
        row = await self._queries.figures(bot)
        now = self._queries.venue(bot.venue).clock.now()
        trades = await self._reader.trades(bot.bot_id, Page(limit=MAX_TRADES))
        points = await self._reader.equity(bot.bot_id, None)
        begin = min([now, *(trade.opened_at.market for trade in trades), *(point.market_time for point in points)])
        if row.bot.run_number == 1 and row.bot.run_started_market is not None:
            begin = row.bot.run_started_market
        closed = [trade for trade in trades if trade.closed_at is not None]
        daily = daily_curve(points, row, begin, now)
        spans = [(trade.opened_at.market, trade.closed_at.market if trade.closed_at else now) for trade in trades]
        days = (now - begin) / timedelta(days=1)
        equities = [value for _, value in daily]
        average = sum(equities) / len(equities)
        return Statistics(
            figures=row,
            length=now - begin,
            metrics=Metrics(
                trades=trade_metrics([trade.profit for trade in reversed(closed)]),
                equity=equity_metrics(daily, days, len(closed), max_drawdown(_fine_curve(points, row, begin, now))),
                fees=row.view.ledger.totals.fees,
                closed_profit=row.closed_profit,
                open_profit=row.open_profit,
                time_in_market=NOT_APPLICABLE if now <= begin else time_in_market(spans, begin, now),
                average_exposure=NOT_APPLICABLE,
                turnover=turnover(row.view.ledger.totals.notional, average),
                slippage=NOT_APPLICABLE,
                benchmark=await self._benchmark(row, begin, now),
            ),
        )

    async def _benchmark(self, row: BotFigures, begin: datetime, now: datetime) -> Ratio:
        candles = await self._queries.feed(row.bot.venue).history(row.bot.series, now, MAX_CANDLES)
        if not len(candles):
            return NOT_APPLICABLE
        first = float(candles.close[last_row_before(candles, begin)])
        return buy_and_hold_return(first, float(candles.close[-1]), float(row.market.fee_rate))


def daily_curve(
    points: tuple[EquityPoint, ...], row: BotFigures, begin: datetime, now: datetime
) -> list[tuple[datetime, float]]:
    """Return the start equity, the equity at each 00:00 UTC after it, and the equity now."""
    capital = row.bot.config.capital
    curve = [(begin, float(capital))]
    midnight = datetime.combine(begin.date() + timedelta(days=1), time(), UTC)
    while midnight < now:
        curve.append((midnight, float(capital + profit_at(points, midnight))))
        midnight += timedelta(days=1)
    return [*curve, (now, float(capital + row.total))]


def _fine_curve(
    points: tuple[EquityPoint, ...], row: BotFigures, begin: datetime, now: datetime
) -> list[tuple[datetime, float]]:
    capital = row.bot.config.capital
    known = [(point.market_time, float(capital + point.closed_profit + point.open_profit)) for point in points]
    return [(begin, float(capital)), *known, (now, float(capital + row.total))]
