"""Candle charts with fills and price levels."""

from dataclasses import dataclass

import numpy as np

from adapters.charts.canvas import LINE_WIDTH, WIDTH, AreaStyle, Canvas, LineStyle, TextStyle
from adapters.charts.mark_drawing import MARK_HEIGHT, BarLayout, draw_marks
from adapters.charts.number import price_text
from adapters.charts.plot import (
    EDGE_MARGIN,
    PANEL_BOTTOM,
    EdgeLabel,
    Panel,
    Scale,
    TimeAxis,
    draw_edge_labels,
    draw_value_axis,
    fit_scale,
    label_column_width,
    panel_beside,
)
from adapters.charts.thinning import merge_candles
from adapters.charts.tick import value_ticks
from bot.ports.charts import CandleChart, PriceLine
from bot.strategy.candles import Floats, from_milliseconds, to_milliseconds

_MIN_SLOT = 10.0
"""Pixels of a candle with its gap; narrower ones cannot be told apart on a phone."""
_MAX_SLOT = 44.0
_BODY_SHARE = 0.68
_PADDING = 14.0
_FLAT_SHARE = 0.01
_MAX_ONE_LINE = 300.0
_LONG_DASHES = (12.0, 6.0)
_DOTS = (3.0, 5.0)


def draw_candles(canvas: Canvas, chart: CandleChart) -> None:
    canvas.draw_title(chart.title)
    if not len(chart.candles):
        canvas.draw_message("no candles yet")
        return
    low, high = float(chart.candles.low.min()), float(chart.candles.high.max())
    labels = _LevelLabels.from_chart(chart, low, high)
    panel = panel_beside(
        label_column_width([*labels.texts, *(price_text(edge, chart.decimals) for edge in (low, high))])
    )
    dependencies = _bar_layout(chart, panel)
    prices = _price_scale(chart, dependencies, low, high)
    _time_axis(chart, dependencies).draw_axis(canvas, [panel])
    _draw_levels(canvas, chart, labels, panel, prices)
    _draw_bars(canvas, dependencies, prices)
    draw_marks(canvas, chart.marks, dependencies, prices)
    if dependencies.bars.candles_per_bar > 1:
        message = f"1 bar =\n{dependencies.bars.candles_per_bar} candles"
        canvas.draw_text(
            WIDTH - EDGE_MARGIN,
            PANEL_BOTTOM - 8,
            message,
            TextStyle(horizontal_alignment="right", vertical_alignment="top"),
        )


@dataclass(frozen=True, slots=True)
class _LevelLabels:
    """Labels of the price levels; one that is far off is shown at the edge, with an arrow, instead of scaled to."""

    texts: tuple[str, ...]
    is_far: tuple[bool, ...]
    line_count: int

    @classmethod
    def from_chart(cls, chart: CandleChart, low: float, high: float) -> "_LevelLabels":
        reach = max(high - low, _FLAT_SHARE * abs(high))
        is_far = tuple(not low - reach <= line.price <= high + reach for line in chart.lines)
        arrows = tuple(
            ("↑ " if line.price > high else "↓ ") * far for line, far in zip(chart.lines, is_far, strict=True)
        )
        texts = _level_texts(chart.lines, arrows, chart.decimals, " ")
        if label_column_width(texts) <= _MAX_ONE_LINE:
            return cls(texts, is_far, 1)
        return cls(_level_texts(chart.lines, arrows, chart.decimals, "\n"), is_far, 2)


def _level_texts(lines: tuple[PriceLine, ...], arrows: tuple[str, ...], decimals: int, gap: str) -> tuple[str, ...]:
    return tuple(
        f"{arrow}{line.label}{gap}{price_text(line.price, decimals)}" for line, arrow in zip(lines, arrows, strict=True)
    )


def _bar_layout(chart: CandleChart, panel: Panel) -> BarLayout:
    width = panel.right - panel.left
    bars = merge_candles(chart.candles, int(width / _MIN_SLOT))
    # A fill at the next open needs one more slot after the last candle.
    slots = bars.count + any(to_milliseconds(mark.time) >= bars.end for mark in chart.marks)
    slot_width = min(width / slots, _MAX_SLOT)
    return BarLayout(bars, panel, panel.left + (width - slots * slot_width) / 2, slot_width)


def _price_scale(chart: CandleChart, bar_layout: BarLayout, low: float, high: float) -> Scale:
    near = [
        line.price
        for line, far in zip(chart.lines, _LevelLabels.from_chart(chart, low, high).is_far, strict=True)
        if not far
    ]
    late = [mark.price for mark in chart.marks if to_milliseconds(mark.time) >= bar_layout.bars.end]
    shown = [mark for mark in chart.marks if bar_layout.has_mark(mark)]
    bottom = bar_layout.panel.bottom + _PADDING + MARK_HEIGHT * any(mark.is_buy for mark in shown)
    top = bar_layout.panel.top - _PADDING - MARK_HEIGHT * any(not mark.is_buy for mark in shown)
    return fit_scale(min([low, *near, *late]), max([high, *near, *late]), bottom, top)


def _time_axis(chart: CandleChart, bar_layout: BarLayout) -> TimeAxis:
    bars = bar_layout.bars
    return TimeAxis(
        from_milliseconds(bars.start),
        from_milliseconds(bars.end - bars.width),
        bar_layout.slot_center(0),
        bar_layout.slot_center(bars.count - 1),
        chart.timezone,
    )


def _draw_levels(canvas: Canvas, chart: CandleChart, labels: _LevelLabels, panel: Panel, prices: Scale) -> None:
    tags = []
    for line, text in zip(chart.lines, labels.texts, strict=True):
        y = min(max(prices.pixel(line.price), panel.bottom), panel.top)
        tags.append(EdgeLabel(text, y, _level_line_style(canvas, line.label)))
    taken = draw_edge_labels(canvas, panel, tags, labels.line_count)
    lowest, highest = prices.value(panel.bottom + EDGE_MARGIN), prices.value(panel.top - EDGE_MARGIN)
    ticks = value_ticks(lowest, highest, chart.decimals)
    draw_value_axis(canvas, panel, [(prices.pixel(tick), price_text(tick, chart.decimals)) for tick in ticks], taken)
    for tag in tags:
        canvas.draw_horizontal_line(tag.y, panel.left, panel.right, tag.line_style)


def _level_line_style(canvas: Canvas, label: str) -> LineStyle:
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


def _draw_bars(canvas: Canvas, bar_layout: BarLayout, prices: Scale) -> None:
    bars = bar_layout.bars
    centers = np.round(bar_layout.left + (bars.slot + 0.5) * bar_layout.slot_width) + 0.5
    half = max(round(bar_layout.slot_width * _BODY_SHARE / 2), 2)
    first, last = prices.pixels(bars.open), prices.pixels(bars.close)
    # A body is never thinner than its outline: an unchanged price is a dash.
    bottoms = np.minimum(first, last)
    tops = np.maximum(np.maximum(first, last), bottoms + 1)
    lows, highs = prices.pixels(bars.low), prices.pixels(bars.high)
    line = LINE_WIDTH if half >= LINE_WIDTH + 2 else LINE_WIDTH - 1
    for is_up, colour in ((True, canvas.palette.up), (False, canvas.palette.down)):
        rows = (bars.close >= bars.open) == is_up
        x, bottom, top = centers[rows], bottoms[rows], tops[rows]
        stroke = LineStyle(colour=colour, width=line)
        canvas.draw_segments(_vertical_segments(x, lows[rows], bottom), stroke)
        canvas.draw_segments(_vertical_segments(x, top, highs[rows]), stroke)
        inside = canvas.palette.background if is_up else colour
        canvas.draw_polygons(
            _rectangles(x, half - line / 2, bottom, top), AreaStyle(edge_colour=colour, face_colour=inside, width=line)
        )


def _vertical_segments(x: Floats, low: Floats, high: Floats) -> Floats:
    return np.stack([np.column_stack([x, low]), np.column_stack([x, high])], axis=1)


def _rectangles(x: Floats, half: float, low: Floats, high: Floats) -> Floats:
    left, right = x - half, x + half
    corners = ((left, low), (right, low), (right, high), (left, high))
    return np.stack([np.column_stack(corner) for corner in corners], axis=1)
