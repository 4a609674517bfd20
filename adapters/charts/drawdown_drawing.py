"""Drawdown charts: how far below its highest a curve was, hatched; also the lower part of an equity chart."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

import numpy as np

from adapters.charts.canvas import LINE_HEIGHT, AreaStyle, Canvas, text_width
from adapters.charts.placement import clamp_center
from adapters.charts.plot import (
    EDGE_MARGIN,
    EdgeLabel,
    Panel,
    Scale,
    TimeAxis,
    downsampled_rows,
    draw_edge_labels,
    draw_value_axis,
    panel_beside,
    widened_range,
)
from bot.commands.text.chart_figures import percent_text
from bot.ports.charts import DrawdownChart
from bot.strategy.candles import Floats

_HATCH = "//"
_LINE_WIDTH = 2
_DECIMALS = 4
"""A ratio to a hundredth of a percent."""
_SHALLOWEST = -0.0004
"""Where the axis ends at least, so that its ticks differ."""
_LABEL_GAP = 3


def draw_drawdown(canvas: Canvas, chart: DrawdownChart) -> None:
    canvas.draw_title(chart.title)
    if not len(chart.drawdown):
        canvas.draw_message("no equity yet")
        return
    last, deepest = chart.drawdown[-1], min(chart.drawdown)
    now = f"now\n{percent_text(last)}"
    panel = panel_beside([now, percent_text(widened_range(deepest, 0.0, _DECIMALS)[0])])
    axis = TimeAxis(chart.times[0], chart.times[-1], panel.left, panel.right, chart.timezone)
    axis.draw_axis(canvas, [panel])
    water = Underwater.in_panel(panel, chart.drawdown)
    taken = draw_edge_labels(canvas, panel, [EdgeLabel(now, water.scale.pixel(last))], line_count=2)
    water.draw_curve(canvas, axis, chart.times, taken)
    time = chart.times[int(water.ratios.argmin())].astimezone(ZoneInfo(chart.timezone))
    water.draw_deepest(canvas, axis, chart.times, f"deepest {percent_text(deepest)} · {time.day} {time:%b %H:%M}")


@dataclass(frozen=True, slots=True)
class Underwater:
    """Ratios of at most 0 in a panel whose upper edge is the water's surface."""

    panel: Panel
    scale: Scale
    ratios: Floats

    @classmethod
    def in_panel(cls, panel: Panel, drawdown: Sequence[float]) -> "Underwater":
        ratios = np.asarray(drawdown, dtype=np.float64)
        # Leave room for the label below the deepest point, so that it never covers the area.
        bottom = panel.bottom + LINE_HEIGHT + 2 * _LABEL_GAP
        return cls(panel, Scale(min(float(ratios.min()), _SHALLOWEST), 0.0, bottom, panel.top - EDGE_MARGIN), ratios)

    def draw_curve(
        self, canvas: Canvas, axis: TimeAxis, times: Sequence[datetime], taken: Sequence[float] = ()
    ) -> None:
        """Draw the axis and the curve; the area up to the surface is hatched."""
        draw_value_axis(canvas, self.panel, self.scale, _DECIMALS, percent_text, taken)
        rows = downsampled_rows(self.ratios, int(self.panel.width) // 2)
        x = [axis.pixel(times[row]) for row in rows.tolist()]
        points, surface = np.column_stack([x, self.scale.pixels(self.ratios[rows])]), self.scale.pixel(0.0)
        outline = np.vstack([(points[0, 0], surface), points, (points[-1, 0], surface)])
        style = AreaStyle(edge_colour=canvas.palette.drawdown, hatch=_HATCH, width=_LINE_WIDTH)
        canvas.draw_polygons([outline], style)

    def draw_deepest(self, canvas: Canvas, axis: TimeAxis, times: Sequence[datetime], text: str) -> None:
        """Write a text below the deepest point, or that there is none."""
        worst = int(self.ratios.argmin())
        deepest = float(self.ratios[worst])
        if deepest == 0:
            middle = (self.panel.left + self.panel.right) / 2
            canvas.draw_text(middle, (self.panel.bottom + self.panel.top) / 2, "no drawdown", align="center")
            return
        center = clamp_center(axis.pixel(times[worst]), text_width(text), self.panel.left, self.panel.right)
        canvas.draw_text_on_background(center, self.scale.pixel(deepest) - LINE_HEIGHT / 2 - _LABEL_GAP, text)
