"""Charts of a bot's candles with its fills and price levels."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from bot.domain.candle import Candle
from bot.domain.errors import Refused
from bot.domain.fill import Fill
from bot.domain.instance import Bot
from bot.domain.order import OrderSide
from bot.domain.trade import Trade
from bot.engine.reports.chart_titles import candle_title
from bot.engine.reports.queries import Queries
from bot.ports.charts import CandleChart, ChartMark, PriceLine
from bot.ports.storage import Page, Reader
from bot.strategy.candles import from_milliseconds

MAX_MARKS = 200
MAX_TRADES = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class PositionLevels:
    """Prices of an open position that get a line."""

    entry: Decimal | None
    stop: Decimal | None
    target: Decimal | None


class CandleChartReader:
    """Reads what a chart of candles shows."""

    def __init__(self, reader: Reader, queries: Queries) -> None:
        self._reader = reader
        self._queries = queries

    async def candle_chart(self, bot: Bot, count: int, timezone: str) -> CandleChart:
        """Return the newest candles of a bot's series with its fills and levels; raise Refused without candles."""
        view = (await self._queries.figures(bot)).view
        entry = view.ledger.position.average_entry if view.ledger.trade else None
        levels = PositionLevels(entry=entry, stop=view.stop_price, target=view.target_price)
        now = self._queries.venue(bot.venue).clock.now()
        return await self.candle_chart_until(bot, now, count=count, levels=levels, timezone=timezone)

    async def candle_chart_until(
        self, bot: Bot, until: datetime, *, count: int, levels: PositionLevels, timezone: str
    ) -> CandleChart:
        """Return the candles up to a market time with the fills among them; raise Refused without candles."""
        candles = await self._queries.feed(bot.venue).history(bot.series, until, count)
        if not len(candles):
            raise Refused("no-candles-yet", symbol=bot.config.symbol, timeframe=bot.config.timeframe)
        market = await self._queries.market_of(bot)
        first = from_milliseconds(int(candles.time[0]))
        fills = await self._reader.fills(bot.bot_id, Page(limit=MAX_MARKS))
        trades = await self._reader.trades(bot.bot_id, Page(limit=MAX_TRADES))
        shown = [fill for fill in reversed(fills) if first <= fill.moment.market <= until]
        exponent = market.tick.normalize().as_tuple().exponent
        return CandleChart(
            title=candle_title(bot, candles, timezone),
            candles=candles,
            marks=tuple(_mark(fill, trades) for fill in shown),
            lines=_lines(candles.row(len(candles) - 1), levels),
            decimals=max(-exponent, 0) if isinstance(exponent, int) else 0,
            timezone=timezone,
        )


def _mark(fill: Fill, trades: Sequence[Trade]) -> ChartMark:
    time = fill.moment.market
    numbers = (
        str(trade.number)
        for trade in trades  # newest first
        if trade.opened_at.market <= time and (trade.closed_at is None or time <= trade.closed_at.market)
    )
    is_buy = fill.side is OrderSide.BUY
    return ChartMark(time=time, price=float(fill.price), is_buy=is_buy, label=next(numbers, ""))


def _lines(last: Candle, levels: PositionLevels) -> tuple[PriceLine, ...]:
    named = (("last", last.close), ("entry", levels.entry), ("stop", levels.stop), ("target", levels.target))
    return tuple(PriceLine(label=label, price=float(price)) for label, price in named if price is not None)
