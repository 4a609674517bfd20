"""Statistics of one bot (METRICS.md)."""

from dataclasses import dataclass
from datetime import timedelta

from bot.domain.instance import Bot
from bot.domain.metrics import Metrics, average_slippage
from bot.domain.money import ZERO
from bot.engine.performance.measure import TradingRecord, measure
from bot.engine.reports.curves import CurveReader
from bot.engine.reports.queries import BotFigures, Queries
from bot.ports.storage import EVERYTHING, Reader


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistics:
    """A bot's metrics since its books were begun, and how long that is."""

    figures: BotFigures
    length: timedelta
    metrics: Metrics


class StatisticsReader:
    """Computes statistics from stored facts."""

    def __init__(self, reader: Reader, queries: Queries, curves: CurveReader) -> None:
        self._reader = reader
        self._queries = queries
        self._curves = curves

    async def read_statistics(self, bot: Bot) -> Statistics:
        """Return the statistics of a bot that has run."""
        row = await self._queries.figures(bot)
        curve = await self._curves.curve(row)
        trades = await self._reader.trades(bot.bot_id, EVERYTHING)
        record = TradingRecord(
            curve=curve.columns,
            # Oldest first: figures of trades do not depend on it, sums of floats do.
            trades=trades[::-1],
            fees=sum((step.fee for step in curve.steps), ZERO),
            notional=sum((step.value for step in curve.steps), ZERO),
            slippage=average_slippage((step.side, step.price, step.reference) for step in curve.steps),
            closed_profit=row.closed_profit,
            open_profit=row.open_profit,
            fee_rate=row.market.fee_rate,
        )
        return Statistics(figures=row, length=curve.now - curve.begin, metrics=measure(record))
