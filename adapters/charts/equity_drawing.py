"""Equity charts: equity over time beside buy and hold, and its drawdown below."""

from dataclasses import dataclass

import numpy as np

from adapters.charts.canvas import AreaStyle, Canvas, LineStyle
from adapters.charts.drawdown_drawing import Underwater
from adapters.charts.plot import (
    PANEL_BOTTOM,
    PANEL_TOP,
    EdgeLabel,
    Panel,
    Scale,
    TimeAxis,
    downsampled_rows,
    draw_edge_labels,
    draw_value_axis,
    fit_scale,
    panel_beside,
    widened_range,
)
from bot.commands.text.chart_figures import figure_text, money_decimals, percent_text, tick_text
from bot.domain.drawdown import drawdown_ratios
from bot.ports.charts import PERCENT, EquityChart
from bot.strategy.candles import Floats

_SPLIT = 280
_GAP = 26
_PADDING = 12.0
_BENCHMARK = "buy & hold"
_BENCHMARK_DASHES = (10.0, 6.0)
_BENCHMARK_REACH = 1.5
"""How much of the equity's own range buy and hold may add above and below before it leaves the picture."""
_DOT = np.array([(0, -7), (7, 0), (0, 7), (-7, 0)])


def draw_equity(canvas: Canvas, chart: EquityChart) -> None:
    # The currency once, for all figures of the axis.
    canvas.draw_title(chart.title if chart.currency == PERCENT else f"{chart.title} · {chart.currency}")
    if not len(chart.equity):
        canvas.draw_message("no equity yet")
        return
    drawing = _EquityDrawing.from_chart(chart)
    lower = Panel(drawing.panel.left, drawing.panel.right, PANEL_BOTTOM, _SPLIT)
    drawing.axis.draw_axis(canvas, [drawing.panel, lower])
    drawing.draw_values(canvas)
    water = Underwater.in_panel(lower, drawdown_ratios(chart.growth))
    water.draw_curve(canvas, drawing.axis, chart.times)
    water.draw_deepest(canvas, drawing.axis, chart.times, f"max drawdown {percent_text(float(water.ratios.min()))}")


@dataclass(frozen=True, slots=True)
class _EquityDrawing:
    """Equity and buy and hold in the upper panel; the scale is the equity's, so that it is never a flat line."""

    chart: EquityChart
    equity: Floats
    benchmark: Floats
    panel: Panel
    axis: TimeAxis
    scale: Scale
    decimals: int

    @classmethod
    def from_chart(cls, chart: EquityChart) -> "_EquityDrawing":
        equity = np.asarray(chart.equity, dtype=np.float64)
        benchmark = np.asarray(chart.benchmark, dtype=np.float64)
        low, high = _shown_range(equity, benchmark)
        decimals = money_decimals(chart.currency, max(abs(low), abs(high)))
        ends = [_end_text("equity", equity, chart.currency)]
        if len(benchmark):
            ends.append("↑ " + _end_text(_BENCHMARK, benchmark, chart.currency))
        edges = widened_range(low, high, decimals)
        panel = panel_beside(
            [*ends, *(tick_text(edge, decimals, chart.currency) for edge in edges)], _SPLIT + _GAP, PANEL_TOP
        )
        axis = TimeAxis(chart.times[0], chart.times[-1], panel.left, panel.right, chart.timezone)
        scale = fit_scale(low, high, panel.bottom + _PADDING, panel.top - _PADDING, decimals)
        return cls(chart, equity, benchmark, panel, axis, scale, decimals)

    def draw_values(self, canvas: Canvas) -> None:
        palette, currency = canvas.palette, self.chart.currency
        labels = [EdgeLabel(_end_text("equity", self.equity, currency), self.scale.pixel(float(self.equity[-1])))]
        if len(self.benchmark):
            labels.append(self._benchmark_label())
        taken = draw_edge_labels(canvas, self.panel, labels)
        draw_value_axis(
            canvas, self.panel, self.scale, self.decimals, lambda tick: tick_text(tick, self.decimals, currency), taken
        )
        if len(self.benchmark):
            style = LineStyle(colour=palette.benchmark, dashes=_BENCHMARK_DASHES)
            canvas.draw_lines([self._points(self.benchmark)], style, within=(self.panel.bottom, self.panel.top))
        points = self._points(self.equity)
        canvas.draw_lines([points], LineStyle(colour=palette.equity))
        # A dot ends the curve, so that the leader beside it is not taken for its last turn.
        canvas.draw_polygons([points[-1] + _DOT], AreaStyle(edge_colour=palette.equity, face_colour=palette.equity))

    def _benchmark_label(self) -> EdgeLabel:
        """Label the end of buy and hold, with an arrow if it is outside the picture."""
        y = self.scale.pixel(float(self.benchmark[-1]))
        arrow = "↑ " if y > self.panel.top else "↓ " if y < self.panel.bottom else ""
        text = arrow + _end_text(_BENCHMARK, self.benchmark, self.chart.currency)
        return EdgeLabel(text, min(max(y, self.panel.bottom), self.panel.top))

    def _points(self, line: Floats) -> Floats:
        rows = downsampled_rows(line, int(self.panel.width) // 2)
        x = [self.axis.pixel(self.chart.times[row]) for row in rows.tolist()]
        return np.column_stack([x, self.scale.pixels(line[rows])])


def _shown_range(equity: Floats, benchmark: Floats) -> tuple[float, float]:
    low, high = float(equity.min()), float(equity.max())
    reach = max(high - low, abs(high) / 100) * _BENCHMARK_REACH
    near = benchmark[(benchmark >= low - reach) & (benchmark <= high + reach)]
    return min(low, float(near.min(initial=np.inf))), max(high, float(near.max(initial=-np.inf)))


def _end_text(name: str, line: Floats, currency: str) -> str:
    return f"{name} {figure_text(float(line[-1]), currency)}"
