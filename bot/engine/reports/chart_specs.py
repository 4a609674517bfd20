"""Chart specifications: candles with a bot's fills, equity of bots, profit per period."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from itertools import accumulate
from zoneinfo import ZoneInfo

from bot.domain.candle import Candle
from bot.domain.errors import Refused
from bot.domain.fill import Fill
from bot.domain.instance import Bot
from bot.domain.market import Mode
from bot.domain.money import ZERO
from bot.domain.order import OrderSide
from bot.domain.trade import Trade
from bot.engine.reports.period_profit import PeriodLine
from bot.engine.reports.queries import BotFigures, Queries
from bot.ports.charts import CandleChart, ChartMark, EquityChart, PriceLine, ProfitChart
from bot.ports.storage import Page, Reader
from bot.strategy.candles import Candles, from_milliseconds, last_row_before

MAX_MARKS = 200
MAX_TRADES = 500
BENCHMARK_CANDLES = 5000


@dataclass(frozen=True, slots=True, kw_only=True)
class PositionLevels:
    """Prices of an open position that get a line."""

    entry: Decimal | None
    stop: Decimal | None
    target: Decimal | None


class ChartSpecBuilder:
    """Builds chart specifications from stored facts."""

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
            title=chart_title(bot, candles, timezone),
            candles=candles,
            marks=tuple(_mark(fill, trades) for fill in shown),
            lines=_lines(candles.row(len(candles) - 1), levels),
            decimals=max(-exponent, 0) if isinstance(exponent, int) else 0,
            timezone=timezone,
        )

    async def equity_chart(self, bot: Bot, timezone: str) -> EquityChart:
        """Return a bot's equity beside buy and hold; raise Refused without equity points."""
        row = await self._queries.figures(bot)
        chart = await self.combined_equity_chart([row], f"{bot.name} · {bot.mode} · equity", timezone)
        return replace(chart, benchmark=await self._benchmark(row, chart.times))

    async def combined_equity_chart(self, rows: Sequence[BotFigures], title: str, timezone: str) -> EquityChart:
        """Return the summed equity of bots of one mode and currency, from their first start to now."""
        steps: dict[datetime, Decimal] = {}
        for row in rows:
            for time, change in (await self._profit_changes(row)).items():
                steps[time] = steps.get(time, ZERO) + change
        if len(steps) < 2:  # noqa: PLR2004  # a line needs two points
            raise Refused("no-curve-yet")
        times = sorted(steps)
        capital = sum((row.bot.config.capital for row in rows), ZERO)
        equity = [float(capital + profit) for profit in accumulate(steps[time] for time in times)]
        span = _span(times[0], times[-1], rows[0].bot.mode, timezone)
        return EquityChart(
            title=f"{title} · {span}",
            times=times,
            equity=equity,
            benchmark=(),
            currency=rows[0].market.quote,
            timezone=timezone,
        )

    def profit_chart(self, lines: Sequence[PeriodLine], title: str, currency: str, timezone: str) -> ProfitChart:
        return ProfitChart(
            title=title,
            days=[line.start for line in lines],
            profits=[float(line.profit) for line in lines],
            bases=[float(line.opening_equity) for line in lines],
            currency=currency,
            timezone=timezone,
        )

    async def _profit_changes(self, row: BotFigures) -> dict[datetime, Decimal]:
        """Return the changes of a bot's profit at each of its equity points and until now."""
        if row.bot.run_started_market is None:
            return {}
        changes: dict[datetime, Decimal] = {}
        level = ZERO
        points = await self._reader.equity(row.bot.bot_id, None)
        known = [(point.market_time, point.closed_profit + point.open_profit) for point in points]
        first = min([time for time, _ in known] + [row.bot.run_started_market])
        now = self._queries.venue(row.bot.venue).clock.now()
        for time, total in [(first, ZERO), *known, (now, row.total)]:
            changes[time] = changes.get(time, ZERO) + total - level
            level = total
        return changes

    async def _benchmark(self, row: BotFigures, times: Sequence[datetime]) -> tuple[float, ...]:
        candles = await self._queries.feed(row.bot.venue).history(row.bot.series, times[-1], BENCHMARK_CANDLES)
        closes = [float(candles.close[last_row_before(candles, time)]) for time in times] if len(candles) else []
        if not closes or not closes[0]:
            return ()
        bought = float(row.bot.config.capital) * (1 - float(row.market.fee_rate)) / closes[0]
        return tuple(bought * close for close in closes)


def chart_title(bot: Bot, candles: Candles, timezone: str) -> str:
    """Return `alpha · PAPER · BTC/USDT 1h · 22-26 Aug CEST`."""
    ends = (from_milliseconds(int(candles.time[0])), from_milliseconds(int(candles.time[-1])))
    series = f"{bot.config.symbol} {bot.config.timeframe}"
    return f"{bot.name} · {bot.mode} · {series} · {_span(*ends, bot.mode, timezone)}"


def _span(start: datetime, end: datetime, mode: Mode, timezone: str) -> str:
    """Format the days of a chart in the reader's calendar, with the year for recordings."""
    zone = ZoneInfo(timezone)
    first, last = start.astimezone(zone), end.astimezone(zone)
    year = f" {last.year}" if mode is Mode.PRACTICE or first.year != last.year else ""
    if first.date() == last.date():
        days = f"{last.day} {last:%b}"
    elif (first.year, first.month) == (last.year, last.month):
        days = f"{first.day}-{last.day} {last:%b}"
    elif first.year == last.year:
        days = f"{first.day} {first:%b} - {last.day} {last:%b}"
    else:
        days = f"{first.day} {first:%b %Y} - {last.day} {last:%b}"
    return f"{days}{year} {last.tzname()}"


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
