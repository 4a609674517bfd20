"""Charts of the equity of bots, and of their profit per period."""

from collections.abc import Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

import numpy as np

from bot.domain.drawdown import drawdown_ratios
from bot.domain.errors import Refused
from bot.domain.instance import Bot
from bot.domain.money import ZERO
from bot.engine.concurrency.time_slice import INTERACTIVE_SLICE_SECONDS, TimeSlice
from bot.engine.performance.curve import CurvePoints
from bot.engine.performance.drawdown import thin_points
from bot.engine.performance.measure import benchmark_equity
from bot.engine.reports.chart_titles import format_days
from bot.engine.reports.curves import BotCurve, CurveReader
from bot.engine.reports.period_profit import PeriodProfitReader
from bot.engine.reports.periods import periods_since
from bot.engine.reports.queries import BotFigures, Queries
from bot.ports.charts import DrawdownChart, EquityChart, ProfitChart
from bot.strategy.candles import from_milliseconds

PROFIT_BARS = 60


class EquityChartReader:
    """Draws up charts from the curves of bots."""

    def __init__(self, queries: Queries, curves: CurveReader, period_profits: PeriodProfitReader) -> None:
        self._queries = queries
        self._curves = curves
        self._period_profits = period_profits

    async def equity_chart(self, bot: Bot, timezone: str) -> EquityChart:
        """Return a bot's equity beside buy and hold; raise Refused before its first run."""
        row = await self._queries.figures(bot)
        curve = await self._curves.curve(row)
        points = thin_points(_drawn([curve]).columns.points)
        chart = _chart([curve], points, f"{bot.name} · {bot.mode} · equity", timezone)
        held = benchmark_equity(curve.columns, points.time, row.market.fee_rate)
        return replace(chart, benchmark=() if held is None else held.tolist())

    async def combined_equity_chart(self, rows: Sequence[BotFigures], title: str, timezone: str) -> EquityChart:
        """Return the summed equity of bots of one mode and currency, from their first start to now."""
        curves = [curve for curve in await self._curves.curves(rows) if curve.row.bot.has_run]
        first = _drawn(curves)
        points = first.columns.points if len(curves) == 1 else await _summed_points(curves)
        return _chart(curves, thin_points(points), title, timezone)

    async def drawdown_chart(self, bot: Bot, timezone: str) -> DrawdownChart:
        """Return how far a bot's equity was below its highest; raise Refused before time has passed."""
        chart = await self.equity_chart(bot, timezone)
        return DrawdownChart(
            title=chart.title.replace(" · equity · ", " · drawdown · "),
            times=chart.times,
            drawdown=drawdown_ratios(chart.growth),
            timezone=timezone,
        )

    async def profit_chart(self, bot: Bot, timezone: str) -> ProfitChart:
        """Return a bot's profit of each day it lived, of weeks or months when that is long; refuse one never run."""
        row, zone = await self._queries.figures(bot), ZoneInfo(timezone)
        if not bot.has_run:
            raise Refused("bot-never-ran", bot=bot.name, mode=bot.mode)
        curve = await self._curves.curve(row)
        began, now = curve.begin, curve.now
        period, count = periods_since(began, now, zone, PROFIT_BARS)
        lines = await self._period_profits.period_lines([row], period, zone, count)
        days = format_days(lines[0].start, now, bot.mode, timezone)
        return ProfitChart(
            title=f"{bot.name} · {bot.mode} · profit a {period} · {days}",
            starts=[line.start for line in lines],
            profits=[float(line.profit) for line in lines],
            bases=[float(line.base) for line in lines],
            total=float(sum((line.profit for line in lines), ZERO)),
            currency=row.market.quote,
            timezone=timezone,
        )


def _drawn(curves: Sequence[BotCurve]) -> BotCurve:
    """Return the first of curves; raise Refused if no time has passed in any."""
    if not any(curve.row.bot.has_run and curve.now > curve.begin for curve in curves):
        raise Refused("no-curve-yet")
    return curves[0]


async def _summed_points(curves: Sequence[BotCurve]) -> CurvePoints:
    """Return the sum of curves at every close of any of them; capital counts from the first begin on."""
    time_slice = TimeSlice(INTERACTIVE_SLICE_SECONDS)
    times = np.unique(np.concatenate([curve.columns.points.time for curve in curves]))
    profit, capital = np.zeros(len(times)), np.zeros(len(times))
    for curve in curves:
        profit += curve.columns.profit_at(times)
        capital += curve.columns.capital_at(times)
        await time_slice.yield_if_expired()
    equity = capital + profit
    gained = np.divide(np.diff(profit), equity[:-1], out=np.zeros(len(times) - 1), where=equity[:-1] > 0)
    growth = np.concatenate(([1.0], np.cumprod(1.0 + gained)))
    return CurvePoints(time=times, profit=profit, equity=equity, growth=growth)


def _chart(curves: Sequence[BotCurve], points: CurvePoints, title: str, timezone: str) -> EquityChart:
    times = [from_milliseconds(time) for time in points.time.tolist()]
    first = curves[0].row
    return EquityChart(
        title=f"{title} · {format_days(times[0], times[-1], first.bot.mode, timezone)}",
        times=times,
        equity=points.equity.tolist(),
        growth=points.growth.tolist(),
        benchmark=(),
        currency=first.market.quote,
        timezone=timezone,
    )
