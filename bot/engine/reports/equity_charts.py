"""Charts of the equity of bots, and of their profit per period."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from itertools import accumulate
from zoneinfo import ZoneInfo

from bot.domain.drawdown import drawdown_ratios
from bot.domain.errors import Refused
from bot.domain.instance import Bot
from bot.domain.money import ZERO
from bot.engine.reports.chart_titles import format_days
from bot.engine.reports.period_profit import PeriodProfitReader
from bot.engine.reports.periods import periods_since
from bot.engine.reports.queries import BotFigures, Queries
from bot.ports.charts import DrawdownChart, EquityChart, ProfitChart
from bot.ports.storage import Reader
from bot.strategy.candles import last_row_before

BENCHMARK_CANDLES = 5000
PROFIT_BARS = 60


class EquityChartReader:
    """Reads the curves of bots from their equity points."""

    def __init__(self, reader: Reader, queries: Queries, period_profits: PeriodProfitReader) -> None:
        self._reader = reader
        self._queries = queries
        self._period_profits = period_profits

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
        span = format_days(times[0], times[-1], rows[0].bot.mode, timezone)
        return EquityChart(
            title=f"{title} · {span}",
            times=times,
            equity=equity,
            benchmark=(),
            currency=rows[0].market.quote,
            timezone=timezone,
        )

    async def drawdown_chart(self, bot: Bot, timezone: str) -> DrawdownChart:
        """Return how far a bot's equity was below its highest; raise Refused without equity points."""
        chart = await self.equity_chart(bot, timezone)
        return DrawdownChart(
            title=chart.title.replace("equity", "drawdown"),
            times=chart.times,
            drawdown=drawdown_ratios(chart.equity),
            timezone=timezone,
        )

    async def profit_chart(self, bot: Bot, timezone: str) -> ProfitChart:
        """Return a bot's profit of each day it lived, of weeks or months when that is long; refuse one never run."""
        row, zone = await self._queries.figures(bot), ZoneInfo(timezone)
        if row.bot.run_started_market is None:
            raise Refused("bot-never-ran", bot=bot.name, mode=bot.mode)
        points = await self._reader.equity(bot.bot_id, None)
        began = min([point.market_time for point in points[:1]] + [row.bot.run_started_market])
        now = self._queries.venue(bot.venue).clock.now()
        period, count = periods_since(began, now, zone, PROFIT_BARS)
        lines = await self._period_profits.period_lines([row], period, zone, count)
        days = format_days(lines[0].start, now, bot.mode, timezone)
        return ProfitChart(
            title=f"{bot.name} · {bot.mode} · profit a {period} · {days}",
            starts=[line.start for line in lines],
            profits=[float(line.profit) for line in lines],
            bases=[float(line.opening_equity) for line in lines],
            total=float(sum((line.profit for line in lines), ZERO)),
            currency=row.market.quote,
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
