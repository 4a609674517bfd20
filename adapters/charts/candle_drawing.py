"""Candle charts with price levels and marks of fills: buys below, sells above, joined where they would overlap."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from adapters.charts.canvas import LINE_HEIGHT, LINE_WIDTH, AreaStyle, Canvas, LineStyle, text_width
from adapters.charts.number import price_text
from adapters.charts.placement import MarkCluster, cluster_marks
from adapters.charts.plot import (
    MIN_SLOT,
    EdgeLabel,
    Panel,
    Scale,
    SlotRow,
    TimeAxis,
    centered_slots,
    draw_bar_note,
    draw_edge_labels,
    draw_value_axis,
    fit_scale,
    label_column_width,
    panel_beside,
    panel_ticks,
    rectangles,
)
from adapters.charts.thinning import Bars, merge_candles
from bot.ports.charts import CandleChart, ChartMark, PriceLine
from bot.strategy.candles import Floats, from_milliseconds, to_milliseconds

_MAX_SLOT = 44.0
_BODY_SHARE = 0.68
_PADDING = 14.0
_FLAT_SHARE = 0.01
_MAX_ONE_LINE = 300.0
_LONG_DASHES = (12.0, 6.0)
_DOTS = (3.0, 5.0)
_ARROW_HALF = 12.0
_ARROW_HEIGHT = 21.0
_ARROW_GAP = 8.0
_LABEL_GAP = 10.0
_MARK_HEIGHT = _ARROW_GAP + _ARROW_HEIGHT + LINE_HEIGHT
"""Pixels of a mark below or above the candles."""


@dataclass(frozen=True, slots=True)
class _LevelLabels:
    """Labels of the price levels; one that is far off is shown at the edge, with an arrow, instead of scaled to."""

    texts: tuple[str, ...]
    near_prices: tuple[float, ...]
    line_count: int


@dataclass(frozen=True, slots=True)
class _CandlePlot:
    """Bars and marks in their panel."""

    panel: Panel
    bars: Bars
    slots: SlotRow
    marks: tuple[ChartMark, ...]
    prices: Scale

    def mark_slot(self, mark: ChartMark) -> int:
        """Return the slot of a mark; one after the last candle is to its right."""
        return min((to_milliseconds(mark.time) - self.bars.start) // self.bars.width, self.bars.count)


def draw_candles(canvas: Canvas, chart: CandleChart) -> None:
    canvas.draw_title(chart.title)
    if not len(chart.candles):
        canvas.draw_message("no candles yet")
        return
    low, high = float(chart.candles.low.min()), float(chart.candles.high.max())
    labels = _level_labels(chart, low, high)
    plot = _candle_plot(chart, labels, low, high)
    _time_axis(chart, plot).draw_axis(canvas, [plot.panel])
    _draw_levels(canvas, chart, labels, plot)
    _draw_bars(canvas, plot)
    _draw_marks(canvas, plot)
    draw_bar_note(canvas, plot.bars.candles_per_bar, "candles")


def _level_labels(chart: CandleChart, low: float, high: float) -> _LevelLabels:
    reach = max(high - low, _FLAT_SHARE * abs(high))
    near = tuple(line.price for line in chart.lines if low - reach <= line.price <= high + reach)

    def level_text(line: PriceLine, gap: str) -> str:
        arrow = "" if line.price in near else "↑ " if line.price > high else "↓ "
        return f"{arrow}{line.label}{gap}{price_text(line.price, chart.decimals)}"

    texts = tuple(level_text(line, " ") for line in chart.lines)
    if label_column_width(texts) <= _MAX_ONE_LINE:
        return _LevelLabels(texts, near, 1)
    return _LevelLabels(tuple(level_text(line, "\n") for line in chart.lines), near, 2)


def _candle_plot(chart: CandleChart, labels: _LevelLabels, low: float, high: float) -> _CandlePlot:
    panel = panel_beside([*labels.texts, *(price_text(edge, chart.decimals) for edge in (low, high))])
    bars = merge_candles(chart.candles, int(panel.width / MIN_SLOT))
    marks = tuple(mark for mark in chart.marks if to_milliseconds(mark.time) >= bars.start)
    # A fill at the next open needs one more slot after the last candle.
    late = [mark.price for mark in marks if to_milliseconds(mark.time) >= bars.end]
    slots = centered_slots(panel, bars.count + bool(late), _MAX_SLOT)
    bottom = panel.bottom + _PADDING + _MARK_HEIGHT * any(mark.is_buy for mark in marks)
    top = panel.top - _PADDING - _MARK_HEIGHT * any(not mark.is_buy for mark in marks)
    shown = [low, high, *labels.near_prices, *late]
    return _CandlePlot(panel, bars, slots, marks, fit_scale(min(shown), max(shown), bottom, top))


def _time_axis(chart: CandleChart, plot: _CandlePlot) -> TimeAxis:
    bars = plot.bars
    start, end = from_milliseconds(bars.start), from_milliseconds(bars.end - bars.width)
    return TimeAxis(start, end, plot.slots.center(0), plot.slots.center(bars.count - 1), chart.timezone)


def _draw_levels(canvas: Canvas, chart: CandleChart, labels: _LevelLabels, plot: _CandlePlot) -> None:
    panel, prices = plot.panel, plot.prices
    levels = [
        EdgeLabel(text, min(max(prices.pixel(line.price), panel.bottom), panel.top), _level_style(canvas, line.label))
        for line, text in zip(chart.lines, labels.texts, strict=True)
    ]
    taken = draw_edge_labels(canvas, panel, levels, labels.line_count)
    ticks = panel_ticks(panel, prices, chart.decimals)
    draw_value_axis(canvas, panel, [(prices.pixel(tick), price_text(tick, chart.decimals)) for tick in ticks], taken)
    for level in levels:
        canvas.draw_horizontal_line(level.y, panel.left, panel.right, level.line_style)


def _level_style(canvas: Canvas, label: str) -> LineStyle:
    palette = canvas.palette
    match label.partition(" ")[0].lower():
        case "stop":
            return LineStyle(colour=palette.drawdown, dashes=_LONG_DASHES)
        case "target":
            return LineStyle(colour=palette.target, dashes=_LONG_DASHES)
        case "last":
            return LineStyle(colour=palette.text, dashes=_DOTS, width=2)
        case _:
            return LineStyle(colour=palette.text, width=2)


def _draw_bars(canvas: Canvas, plot: _CandlePlot) -> None:
    bars, prices = plot.bars, plot.prices
    centers = np.round(plot.slots.centers(bars.slot)) + 0.5
    half = max(round(plot.slots.width * _BODY_SHARE / 2), 2)
    first, last = prices.pixels(bars.open), prices.pixels(bars.close)
    # A body is never thinner than its outline: an unchanged price is a dash.
    bottoms = np.minimum(first, last)
    tops = np.maximum(np.maximum(first, last), bottoms + 1)
    lows, highs = prices.pixels(bars.low), prices.pixels(bars.high)
    width = LINE_WIDTH if half >= LINE_WIDTH + 2 else LINE_WIDTH - 1
    for is_up, colour in ((True, canvas.palette.up), (False, canvas.palette.down)):
        rows = (bars.close >= bars.open) == is_up
        x, bottom, top = centers[rows], bottoms[rows], tops[rows]
        wick = LineStyle(colour=colour, width=width)
        canvas.draw_lines(_vertical_lines(x, lows[rows], bottom), wick)
        canvas.draw_lines(_vertical_lines(x, top, highs[rows]), wick)
        body = AreaStyle(edge_colour=colour, face_colour=canvas.palette.background if is_up else colour, width=width)
        canvas.draw_polygons(rectangles(x, half - width / 2, bottom, top), body)


def _vertical_lines(x: Floats, low: Floats, high: Floats) -> Floats:
    return np.stack([np.column_stack([x, low]), np.column_stack([x, high])], axis=1)


def _draw_marks(canvas: Canvas, plot: _CandlePlot) -> None:
    for is_buy in (True, False):
        side = [mark for mark in plot.marks if mark.is_buy == is_buy]
        positions = [(plot.slots.center(plot.mark_slot(mark)), mark.label) for mark in side]
        for cluster in cluster_marks(positions, plot.panel.left, plot.panel.right, _LABEL_GAP, _label_width):
            edge = _mark_edge(cluster, [side[row].price for row in cluster.rows], plot, is_buy=is_buy)
            _draw_cluster(canvas, cluster, edge, -1 if is_buy else 1)


def _label_width(label: str) -> float:
    return max(text_width(label), 2 * _ARROW_HALF)


def _mark_edge(cluster: MarkCluster, fills: Sequence[float], plot: _CandlePlot, *, is_buy: bool) -> float:
    """Return the pixel beyond which arrow and label cover no candle."""
    x, reach = plot.slots.centers(plot.bars.slot), plot.slots.width / 2
    left, right = min(cluster.left, cluster.x - _ARROW_HALF), max(cluster.right, cluster.x + _ARROW_HALF)
    near = (x > left - reach) & (x < right + reach)
    values = (plot.bars.low if is_buy else plot.bars.high)[near]
    if not len(values):
        values = np.array(fills)
    return plot.prices.pixel(float(values.min() if is_buy else values.max()))


def _draw_cluster(canvas: Canvas, cluster: MarkCluster, edge: float, sign: int) -> None:
    tip = edge + sign * _ARROW_GAP
    foot = tip + sign * _ARROW_HEIGHT
    arrow = np.array([(cluster.x, tip), (cluster.x - _ARROW_HALF, foot), (cluster.x + _ARROW_HALF, foot)])
    text, background = canvas.palette.text, canvas.palette.background
    canvas.draw_polygons([arrow], AreaStyle(edge_colour=background, face_colour=text, width=2))
    canvas.draw_text_on_background(cluster.label_x, foot + sign * LINE_HEIGHT / 2, cluster.label)
