"""Equity charts: equity over time, and its drawdown below."""

from dataclasses import dataclass

import numpy as np

from adapters.charts.canvas import LINE_HEIGHT, AreaStyle, Canvas, LineStyle, text_width
from adapters.charts.number import money_decimals, money_text, percent_text
from adapters.charts.placement import clamp_center
from adapters.charts.plot import (
    PANEL_BOTTOM,
    PANEL_TOP,
    EdgeLabel,
    Panel,
    Scale,
    TimeAxis,
    draw_edge_labels,
    draw_value_axis,
    fit_scale,
    panel_beside,
    panel_ticks,
)
from adapters.charts.thinning import downsampled_rows, drawdown_series
from adapters.charts.tick import value_ticks
from bot.ports.charts import EquityChart
from bot.strategy.candles import Floats

_SPLIT = 280
_GAP = 26
_PADDING = 12.0
_BENCHMARK_DASHES = (10.0, 6.0)
_HATCH = "//"
_DRAWDOWN_TICKS = 3
_DRAWDOWN_LINE_WIDTH = 2
_DOT = np.array([(0, -6), (6, 0), (0, 6), (-6, 0)])


def draw_equity(canvas: Canvas, chart: EquityChart) -> None:
    canvas.draw_title(chart.title)
    if not len(chart.equity):
        canvas.draw_message("no equity yet")
        return
    drawing = _EquityDrawing.from_chart(chart)
    drawing.axis.draw_axis(canvas, [drawing.upper, drawing.lower])
    drawing.draw_values(canvas)
    drawing.draw_drawdown(canvas)


@dataclass(frozen=True, slots=True)
class _EquityDrawing:
    chart: EquityChart
    equity: Floats
    benchmark: Floats
    upper: Panel
    lower: Panel
    axis: TimeAxis
    decimals: int

    @classmethod
    def from_chart(cls, chart: EquityChart) -> "_EquityDrawing":
        equity = np.asarray(chart.equity, dtype=np.float64)
        benchmark = np.asarray(chart.benchmark, dtype=np.float64)
        largest = float(max(np.abs(equity).max(), np.abs(benchmark).max(initial=0.0)))
        decimals = money_decimals(chart.currency, largest)
        texts = [_end_text("equity", float(equity[-1]), decimals, chart.currency), money_text(largest, decimals)]
        if len(benchmark):
            texts.append(_end_text("buy & hold", float(benchmark[-1]), decimals, chart.currency))
        upper = panel_beside(texts, _SPLIT + _GAP, PANEL_TOP)
        lower = Panel(upper.left, upper.right, PANEL_BOTTOM, _SPLIT)
        axis = TimeAxis(chart.times[0], chart.times[-1], upper.left, upper.right, chart.timezone)
        return cls(chart, equity, benchmark, upper, lower, axis, decimals)

    def draw_values(self, canvas: Canvas) -> None:
        panel = self.upper
        low = float(min(self.equity.min(), self.benchmark.min(initial=np.inf)))
        high = float(max(self.equity.max(), self.benchmark.max(initial=-np.inf)))
        scale = fit_scale(low, high, panel.bottom + _PADDING, panel.top - _PADDING)
        palette = canvas.palette
        lines = [("equity", self.equity, LineStyle(colour=palette.equity))]
        if len(self.benchmark):
            grey = LineStyle(colour=palette.benchmark, dashes=_BENCHMARK_DASHES)
            lines.append(("buy & hold", self.benchmark, grey))
        ends = [(name, float(line[-1]), stroke) for name, line, stroke in lines]
        labels = [
            EdgeLabel(_end_text(name, value, self.decimals, self.chart.currency), scale.pixel(value), stroke)
            for name, value, stroke in ends
        ]
        taken = draw_edge_labels(canvas, panel, labels, line_count=2)
        ticks = panel_ticks(panel, scale, self.decimals)
        draw_value_axis(canvas, panel, [(scale.pixel(tick), money_text(tick, self.decimals)) for tick in ticks], taken)
        for _, line, stroke in reversed(lines):
            points = self._points(line, scale)
            canvas.draw_lines([points], stroke)
            if len(points) == 1:
                canvas.draw_polygons([points + _DOT], AreaStyle(edge_colour=stroke.colour, face_colour=stroke.colour))

    def draw_drawdown(self, canvas: Canvas) -> None:
        panel, losses = self.lower, drawdown_series(self.equity)
        worst = int(losses.argmin())
        deepest = float(losses[worst])
        if deepest == 0:
            draw_value_axis(canvas, panel, [(panel.top, percent_text(0.0))])
            canvas.draw_text(
                (panel.left + panel.right) / 2, (panel.bottom + panel.top) / 2, "no drawdown", align="center"
            )
            return
        # Leave room for the label below the deepest point, so that it never covers the area.
        scale = Scale(deepest, 0.0, panel.bottom + LINE_HEIGHT + 6, panel.top)
        ticks = value_ticks(deepest, 0.0, count=_DRAWDOWN_TICKS)
        draw_value_axis(canvas, panel, [(scale.pixel(tick), percent_text(tick)) for tick in ticks])
        points = self._points(losses, scale)
        outline = np.vstack([(points[0, 0], panel.top), points, (points[-1, 0], panel.top)])
        canvas.draw_polygons(
            [outline], AreaStyle(edge_colour=canvas.palette.drawdown, hatch=_HATCH, width=_DRAWDOWN_LINE_WIDTH)
        )
        text = f"max drawdown {percent_text(deepest)}"
        center = clamp_center(self.axis.pixel(self.chart.times[worst]), text_width(text), panel.left, panel.right)
        canvas.draw_text_on_background(center, scale.start - LINE_HEIGHT / 2 - 3, text)

    def _points(self, line: Floats, scale: Scale) -> Floats:
        rows = downsampled_rows(line, int(self.upper.width) // 2)
        x = [self.axis.pixel(self.chart.times[row]) for row in rows.tolist()]
        return np.column_stack([x, scale.pixels(line[rows])])


def _end_text(name: str, value: float, decimals: int, currency: str) -> str:
    return f"{name}\n{money_text(value, decimals)} {currency}"
