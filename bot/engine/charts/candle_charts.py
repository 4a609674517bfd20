"""Charts of a bot's candles with its fills, price levels and resting orders."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal

from bot.domain.errors import Refused
from bot.domain.fill import Fill
from bot.domain.instance import Bot, BotStatus
from bot.domain.market import Market
from bot.domain.money import to_decimal
from bot.domain.order import Order, OrderPurpose, OrderSide, OrderStatus
from bot.engine.charts.candle_grouping import Bars, bar_label, group_candles
from bot.engine.charts.fill_marks import fill_marks, fills_between, trades_since
from bot.engine.charts.unfinished_bar import append_bar, bar_open, unfinished_bar
from bot.engine.reports.chart_titles import format_days
from bot.engine.reports.queries import Queries
from bot.ports.charts import MAX_BARS, CandleChart, ChartMark, PriceLine, RestingLevel
from bot.ports.storage import Reader
from bot.strategy.candles import Candles, from_milliseconds

WORKING_STATUSES = (OrderStatus.ACCEPTED, OrderStatus.PARTIALLY_FILLED)


class CandleChartReader:
    """Reads what a chart of candles shows."""

    def __init__(self, reader: Reader, queries: Queries) -> None:
        self._reader = reader
        self._queries = queries

    async def present_chart(self, bot: Bot, count: int, timezone: str) -> CandleChart:
        """Return a bot's newest candles with its fills and what works at the venue; raise Refused without candles."""
        figures = await self._queries.figures(bot)
        view, now = figures.view, self._queries.venue(bot.venue).clock.now()
        candles, fills = await self._candles_and_fills(bot, now, count, figures.last_price)
        lines = price_lines(
            last=figures.last_price or to_decimal(float(candles.close[-1])),
            entry=view.ledger.position.average_entry if view.ledger.trade else None,
            stop=view.stop_price,
            target=view.target_price,
        )
        chart = await self._chart(bot, candles, fills, now, timezone)
        return replace(chart, lines=lines, resting=_resting_levels(view.working_orders))

    async def fill_chart(
        self, bot: Bot, fill: Fill, lines: tuple[PriceLine, ...], *, count: int, timezone: str
    ) -> CandleChart:
        """Return what was known at a fill: the candles closed by then, and the fill's own as far as it had come."""
        until = fill.moment.market
        candles, fills = await self._candles_and_fills(bot, until, count, None)
        return replace(await self._chart(bot, candles, fills, until, timezone), lines=lines)

    async def _candles_and_fills(
        self, bot: Bot, until: datetime, count: int, last: Decimal | None
    ) -> tuple[Candles, tuple[Fill, ...]]:
        feed, length = self._queries.feed(bot.venue), bot.config.timeframe.duration
        closed = await feed.history(bot.series, until, count)
        opened = bar_open(until, length)
        first = from_milliseconds(int(closed.time[0])) if len(closed) else opened
        fills = await fills_between(self._reader, bot.bot_id, first, until)
        prices = [float(fill.price) for fill in fills if fill.moment.market >= opened]
        known = await feed.unfinished_candle(bot.series, until)
        bar = unfinished_bar(known, opened, prices, None if last is None else float(last))
        candles = closed if bar is None else append_bar(closed, bar)
        if not len(candles):
            raise Refused("no-candles-yet", symbol=bot.config.symbol, timeframe=bot.config.timeframe)
        return candles, fills

    async def _chart(
        self, bot: Bot, candles: Candles, fills: Sequence[Fill], until: datetime, timezone: str
    ) -> CandleChart:
        bars = group_candles(candles, bot.config.timeframe.duration, MAX_BARS)
        shown = [fill for fill in fills if fill.moment.market >= bars.first]
        return CandleChart(
            title=candle_title(bot, bars, timezone),
            candles=bars.candles,
            bar_length=bars.length,
            is_unfinished=until < bars.end,
            marks=await self._marks(bot, shown),
            lines=(),
            decimals=_decimals(await self._queries.market_of(bot)),
            timezone=timezone,
        )

    async def _marks(self, bot: Bot, fills: Sequence[Fill]) -> tuple[ChartMark, ...]:
        """Mark the fills, with the numbers of trades unless an order plan makes many within one trade."""
        is_plan = bot.status is not BotStatus.DELETED and (await self._queries.view(bot)).plan_rounds is not None
        if is_plan or not fills:
            return fill_marks(fills, ())
        return fill_marks(fills, await trades_since(self._reader, bot.bot_id, fills[0].moment.market))


def price_lines(**prices: Decimal | None) -> tuple[PriceLine, ...]:
    """Return a line for each price there is, labelled by its keyword."""
    return tuple(PriceLine(label=label, price=float(price)) for label, price in prices.items() if price is not None)


def candle_title(bot: Bot, bars: Bars, timezone: str) -> str:
    """Return `alpha · PAPER · BTC/USDT 5m · 22-26 Aug CEST`, then `1 bar = 15 min` if bars join candles."""
    series = f"{bot.config.symbol} {bot.config.timeframe}"
    title = f"{bot.name} · {bot.mode} · {series} · {format_days(bars.first, bars.last, bot.mode, timezone)}"
    return title if bars.length == bot.config.timeframe.duration else f"{title} · 1 bar = {bar_label(bars.length)}"


def _resting_levels(orders: Sequence[Order]) -> tuple[RestingLevel, ...]:
    """Return the prices of a plan's orders that the venue has taken."""
    return tuple(
        RestingLevel(price=float(order.intent.price), is_buy=order.intent.side is OrderSide.BUY)
        for order in orders
        if order.intent.purpose is OrderPurpose.PLAN
        and order.status in WORKING_STATUSES
        and order.intent.price is not None
    )


def _decimals(market: Market) -> int:
    exponent = market.tick.normalize().as_tuple().exponent
    return max(-exponent, 0) if isinstance(exponent, int) else 0
