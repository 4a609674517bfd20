"""Equity over time, and below it how far it was under its own peak."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from adapters.charts.canvas import LINE_HEIGHT, Canvas, Fill, Print, Stroke, width_of
from adapters.charts.number import money_decimals, money_text, percent_text
from adapters.charts.placement import inside
from adapters.charts.plot import (
    BOTTOM,
    EDGE,
    TOP,
    Panel,
    Scale,
    Tag,
    TimeAxis,
    column_width,
    draw_tags,
    draw_value_axis,
    fit,
    panel_beside,
)
from adapters.charts.thinning import Indices, drawdown_of, extreme_rows
from adapters.charts.tick import value_ticks
from bot.ports.charts import EquityChart
from bot.strategy.candles import Floats

_SPLIT = 280
_GAP = 26
_PADDING = 12.0
_BENCHMARK_DASHES = (10.0, 6.0)
_HATCH = "//"
_LOSS_TICKS = 3
_LOSS_LINE = 2
_DOT = np.array([(0, -6), (6, 0), (0, 6), (-6, 0)])
_CENTERED = Print(across="center")


def draw_equity(canvas: Canvas, chart: EquityChart) -> None:
    """Draw an equity chart."""
    canvas.title(chart.title)
    if not len(chart.equity):
        canvas.message("no equity yet")
        return
    drawing = _EquityDrawing.of(chart)
    drawing.axis.draw(canvas, [drawing.upper, drawing.lower])
    drawing.draw_values(canvas)
    drawing.draw_losses(canvas)


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
    def of(cls, chart: EquityChart) -> "_EquityDrawing":
        equity = np.asarray(chart.equity, dtype=np.float64)
        benchmark = np.asarray(chart.benchmark, dtype=np.float64)
        largest = float(max(np.abs(equity).max(), np.abs(benchmark).max(initial=0.0)))
        decimals = money_decimals(chart.currency, largest)
        texts = [_end_text("equity", float(equity[-1]), decimals, chart.currency), money_text(largest, decimals)]
        if len(benchmark):
            texts.append(_end_text("buy & hold", float(benchmark[-1]), decimals, chart.currency))
        upper = panel_beside(column_width(texts), _SPLIT + _GAP, TOP)
        lower = Panel(upper.left, upper.right, BOTTOM, _SPLIT)
        axis = TimeAxis(chart.times[0], chart.times[-1], upper.left, upper.right, chart.timezone)
        return cls(chart, equity, benchmark, upper, lower, axis, decimals)

    def draw_values(self, canvas: Canvas) -> None:
        panel = self.upper
        low = float(min(self.equity.min(), self.benchmark.min(initial=np.inf)))
        high = float(max(self.equity.max(), self.benchmark.max(initial=-np.inf)))
        scale = fit(low, high, panel.bottom + _PADDING, panel.top - _PADDING)
        palette = canvas.palette
        lines = [("equity", self.equity, Stroke(colour=palette.equity))]
        if len(self.benchmark):
            grey = Stroke(colour=palette.benchmark, dashes=_BENCHMARK_DASHES)
            lines.append(("buy & hold", self.benchmark, grey))
        tags = [
            Tag(_end_text(name, float(line[-1]), self.decimals, self.chart.currency), scale.at(float(line[-1])), stroke)
            for name, line, stroke in lines
        ]
        taken = draw_tags(canvas, panel, tags, lines=2)
        ticks = value_ticks(scale.value(panel.bottom + EDGE), scale.value(panel.top - EDGE), self.decimals)
        draw_value_axis(canvas, panel, [(scale.at(tick), money_text(tick, self.decimals)) for tick in ticks], taken)
        for _, line, stroke in reversed(lines):
            rows = self._rows(line)
            points = np.column_stack([self._xs(rows), scale.all_at(line[rows])])
            canvas.curve(points, stroke)
            if len(points) == 1:
                canvas.areas([points + _DOT], Fill(edge=stroke.colour, inside=stroke.colour))

    def draw_losses(self, canvas: Canvas) -> None:
        panel, losses = self.lower, drawdown_of(self.equity)
        worst = int(losses.argmin())
        deepest = float(losses[worst])
        if deepest == 0:
            _draw_loss_axis(canvas, panel, Scale(-1, 0, panel.bottom, panel.top), (0.0,))
            canvas.text((panel.left + panel.right) / 2, (panel.bottom + panel.top) / 2, "no drawdown", _CENTERED)
            return
        # Below the deepest point there is room for its label, which therefore never covers the area.
        scale = Scale(deepest, 0.0, panel.bottom + LINE_HEIGHT + 6, panel.top)
        _draw_loss_axis(canvas, panel, scale, value_ticks(deepest, 0.0, count=_LOSS_TICKS))
        rows = self._rows(losses)
        x, y = self._xs(rows), scale.all_at(losses[rows])
        outline = np.vstack([[(x[0], panel.top)], np.column_stack([x, y]), [(x[-1], panel.top)]])
        canvas.areas([outline], Fill(edge=canvas.palette.drawdown, hatch=_HATCH, width=_LOSS_LINE))
        text = f"max drawdown {percent_text(deepest)}"
        center = inside(self.axis.x(self.chart.times[worst]), width_of(text), panel.left, panel.right)
        canvas.backed_text(center, scale.start - LINE_HEIGHT / 2 - 3, text)

    def _rows(self, line: Floats) -> Indices:
        return extreme_rows(line, int(self.upper.right - self.upper.left) // 2)

    def _xs(self, rows: Indices) -> Floats:
        return np.array([self.axis.x(self.chart.times[row]) for row in rows.tolist()])


def _draw_loss_axis(canvas: Canvas, panel: Panel, scale: Scale, ticks: Sequence[float]) -> None:
    draw_value_axis(canvas, panel, [(scale.at(tick), percent_text(tick)) for tick in ticks], ())


def _end_text(name: str, value: float, decimals: int, currency: str) -> str:
    return f"{name}\n{money_text(value, decimals)} {currency}"
