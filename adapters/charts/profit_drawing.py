"""Profit charts: daily profit and loss as bars."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import numpy as np

from adapters.charts.canvas import LINE_HEIGHT, LINE_WIDTH, AreaStyle, Canvas, LineStyle, text_width
from adapters.charts.number import money_decimals, money_text, signed_text
from adapters.charts.placement import clamp_center
from adapters.charts.plot import (
    LABEL_COLUMN_GAP,
    MIN_SLOT,
    Panel,
    Scale,
    TimeAxis,
    centered_slots,
    draw_bar_note,
    draw_value_axis,
    fit_scale,
    panel_beside,
    panel_ticks,
    rectangles,
)
from adapters.charts.tick import day_ticks
from bot.ports.charts import ProfitChart
from bot.strategy.candles import Floats

_MAX_SLOT = 120.0
_BAR_SHARE = 0.7
_PADDING = 12.0
_HATCH = "//"


def draw_profit(canvas: Canvas, chart: ProfitChart) -> None:
    canvas.draw_title(chart.title)
    if not len(chart.profits):
        canvas.draw_message("no closed trades yet")
        return
    profits = np.asarray(chart.profits, dtype=np.float64)
    decimals = money_decimals(chart.currency, float(np.abs(profits).max()))
    total = f"total\n{signed_text(float(profits.sum()), decimals)}\n{chart.currency}"
    extremes = [signed_text(float(edge), decimals) for edge in (profits.min(), profits.max())]
    panel = panel_beside([total, *extremes])
    bars = _ProfitBars.from_chart(chart, profits, panel)
    scale = _scale(bars.profit, panel)
    _draw_axes(canvas, chart, bars, panel, scale)
    canvas.draw_text(panel.right + LABEL_COLUMN_GAP, panel.top, total, is_below=True)
    bars.draw_bars(canvas, scale)
    _draw_extremes(canvas, bars, panel, scale, decimals)


@dataclass(frozen=True, slots=True)
class _ProfitBars:
    """Profits joined to bars of a minimum width; the last bar ends on the last day."""

    profit: Floats
    x: Floats
    width: float
    days_per_bar: int
    axis: TimeAxis

    @classmethod
    def from_chart(cls, chart: ProfitChart, profits: Floats, panel: Panel) -> "_ProfitBars":
        zone = ZoneInfo(chart.timezone)
        dates = [day.astimezone(zone).date() for day in chart.days]
        day_count = (dates[-1] - dates[0]).days + 1
        merged = -(-day_count // int(panel.width / MIN_SLOT))
        count = -(-day_count // merged)
        slot = np.array([count - 1 - (dates[-1] - date).days // merged for date in dates])
        first = datetime.combine(dates[-1] - timedelta(days=count * merged - 1), datetime.min.time(), zone)
        joined = np.bincount(slot, weights=profits, minlength=count).astype(np.float64)
        slots = centered_slots(panel, count, _MAX_SLOT)
        x, last = slots.centers(np.arange(count)), first + timedelta(days=(count - 1) * merged)
        axis = TimeAxis(first, last, float(x[0]), float(x[-1]), chart.timezone, day_ticks)
        return cls(joined, x, slots.width, merged, axis)

    def draw_bars(self, canvas: Canvas, scale: Scale) -> None:
        palette = canvas.palette
        y = scale.pixels(self.profit)
        half = max(self.width * _BAR_SHARE / 2, LINE_WIDTH) - LINE_WIDTH / 2
        for rows, fill in (
            (self.profit > 0, AreaStyle(edge_colour=palette.up, face_colour=palette.up)),
            (self.profit < 0, AreaStyle(edge_colour=palette.drawdown, face_colour=palette.background, hatch=_HATCH)),
        ):
            base = np.full(int(rows.sum()), scale.pixel(0))
            canvas.draw_polygons(rectangles(self.x[rows], half, base, y[rows]), fill)


def _scale(profits: Floats, panel: Panel) -> Scale:
    """Return a scale with room for the figures of the best bar above and the worst bar below."""
    low, high = min(float(profits.min()), 0.0), max(float(profits.max()), 0.0)
    bottom = panel.bottom + _PADDING + LINE_HEIGHT * (low < 0)
    return fit_scale(low, high, bottom, panel.top - _PADDING - LINE_HEIGHT * (high > 0))


def _draw_axes(canvas: Canvas, chart: ProfitChart, bars: _ProfitBars, panel: Panel, scale: Scale) -> None:
    bars.axis.draw_axis(canvas, [panel])
    decimals = money_decimals(chart.currency, float(np.abs(bars.profit).max()))
    ticks = panel_ticks(panel, scale, decimals)
    taken = [panel.top - (line + 0.5) * LINE_HEIGHT for line in range(3)]
    draw_value_axis(canvas, panel, [(scale.pixel(tick), money_text(tick, decimals)) for tick in ticks], taken)
    canvas.draw_horizontal_line(scale.pixel(0), panel.left, panel.right, LineStyle(colour=canvas.palette.text, width=2))
    draw_bar_note(canvas, bars.days_per_bar, "days")


def _draw_extremes(canvas: Canvas, bars: _ProfitBars, panel: Panel, scale: Scale, decimals: int) -> None:
    """Draw the figures of the best and the worst bar, where no other bar can be."""
    best, worst = int(bars.profit.argmax()), int(bars.profit.argmin())
    for row, side in ((best, 1), (worst, -1)):
        profit = float(bars.profit[row])
        if profit * side <= 0:
            continue
        text = signed_text(profit, decimals)
        center = clamp_center(float(bars.x[row]), text_width(text), panel.left, panel.right)
        y = scale.pixel(profit) + side * (LINE_HEIGHT / 2 + 3)
        canvas.draw_text(center, y, text, align="center")
