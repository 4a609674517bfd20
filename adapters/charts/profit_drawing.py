"""Profit charts: profit and loss of days, weeks or months as bars."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from adapters.charts.canvas import LINE_HEIGHT, LINE_WIDTH, AreaStyle, Canvas, LineStyle, text_width
from adapters.charts.placement import clamp_center
from adapters.charts.plot import (
    LABEL_COLUMN_GAP,
    Panel,
    Scale,
    SlotRow,
    TimeAxis,
    centered_slots,
    draw_value_axis,
    fit_scale,
    panel_beside,
    rectangles,
    widened_range,
)
from adapters.charts.tick import day_ticks
from bot.commands.text.chart_figures import money_decimals, signed_amount_text, tick_text
from bot.ports.charts import PERCENT, ProfitChart
from bot.strategy.candles import Floats

_MAX_SLOT = 160.0
_BAR_SHARE = 0.7
_PADDING = 12.0
_LABEL_GAP = 3
_HATCH = "//"


def draw_profit(canvas: Canvas, chart: ProfitChart) -> None:
    canvas.draw_title(chart.title)
    if not len(chart.profits):
        canvas.draw_message("no closed trades yet")
        return
    profits = np.asarray(chart.profits, dtype=np.float64)
    decimals = money_decimals(chart.currency, float(np.abs(profits).max()))

    def signed(profit: float) -> str:
        return signed_amount_text(profit, decimals, chart.currency)

    total = f"total\n{signed(chart.total)}" + ("" if chart.currency == PERCENT else f"\n{chart.currency}")
    edges = widened_range(min(float(profits.min()), 0.0), max(float(profits.max()), 0.0), decimals)
    panel = panel_beside([total, *(signed(edge) for edge in edges)])
    bars = _ProfitBars(profits, centered_slots(panel, len(profits), _MAX_SLOT), panel, _scale(profits, panel, decimals))
    axis = TimeAxis(
        chart.starts[0],
        chart.starts[-1],
        bars.slots.center(0),
        bars.slots.center(len(profits) - 1),
        chart.timezone,
        day_ticks,
    )
    axis.draw_axis(canvas, [panel])
    taken = [panel.top - (line + 0.5) * LINE_HEIGHT for line in range(3)]
    draw_value_axis(canvas, panel, bars.scale, decimals, lambda tick: tick_text(tick, decimals, chart.currency), taken)
    zero = LineStyle(colour=canvas.palette.text, width=2)
    canvas.draw_horizontal_line(bars.scale.pixel(0), panel.left, panel.right, zero)
    canvas.draw_text(panel.right + LABEL_COLUMN_GAP, panel.top, total, is_below=True)
    bars.draw_bars(canvas)
    bars.draw_figures(canvas, signed)


def _scale(profits: Floats, panel: Panel, decimals: int) -> Scale:
    """Return a scale with room for figures above the highest and below the lowest bar."""
    low, high = min(float(profits.min()), 0.0), max(float(profits.max()), 0.0)
    room = LINE_HEIGHT + _LABEL_GAP
    bottom = panel.bottom + _PADDING + room * (low < 0)
    return fit_scale(low, high, bottom, panel.top - _PADDING - room * (high > 0), decimals)


@dataclass(frozen=True, slots=True)
class _ProfitBars:
    """Bars of profit, one a slot."""

    profits: Floats
    slots: SlotRow
    panel: Panel
    scale: Scale

    @property
    def centers(self) -> Floats:
        return self.slots.centers(np.arange(len(self.profits)))

    def draw_bars(self, canvas: Canvas) -> None:
        palette, y = canvas.palette, self.scale.pixels(self.profits)
        half = max(self.slots.width * _BAR_SHARE / 2, LINE_WIDTH) - LINE_WIDTH / 2
        for rows, fill in (
            (self.profits > 0, AreaStyle(edge_colour=palette.up, face_colour=palette.up)),
            (self.profits < 0, AreaStyle(edge_colour=palette.drawdown, face_colour=palette.background, hatch=_HATCH)),
        ):
            base = np.full(int(rows.sum()), self.scale.pixel(0))
            canvas.draw_polygons(rectangles(self.centers[rows], half, base, y[rows]), fill)

    def draw_figures(self, canvas: Canvas, signed: Callable[[float], str]) -> None:
        """Write the figures of the bars, the largest first, as long as they cover nothing."""
        placed: list[tuple[int, float, float]] = []
        for row in np.argsort(-np.abs(self.profits), kind="stable").tolist():
            profit = float(self.profits[row])
            if profit == 0:
                break
            text = signed(profit)
            half = text_width(text) / 2
            center = clamp_center(float(self.centers[row]), 2 * half, self.panel.left, self.panel.right)
            side = -1 if profit < 0 else 1
            if self._is_free(row, side, center, half, placed):
                y = self.scale.pixel(profit) + side * (LINE_HEIGHT / 2 + _LABEL_GAP)
                canvas.draw_text(center, y, text, align="center")
                placed.append((side, center, half))

    def _is_free(
        self, row: int, side: int, center: float, half: float, placed: Sequence[tuple[int, float, float]]
    ) -> bool:
        if any(side == other and abs(center - x) < half + width + _LABEL_GAP for other, x, width in placed):
            return False
        reach = half + self.slots.width * _BAR_SHARE / 2
        near = (np.abs(self.centers - center) < reach) & (np.arange(len(self.profits)) != row)
        return bool((self.profits[near] * side <= self.profits[row] * side).all())
