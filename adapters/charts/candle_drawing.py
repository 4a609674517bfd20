"""Candles with fills and price levels."""

from dataclasses import dataclass

import numpy as np

from adapters.charts.canvas import LINE, WIDTH, Canvas, Fill, Print, Stroke
from adapters.charts.mark_drawing import MARK_ROOM, Ground, draw_marks
from adapters.charts.number import price_text
from adapters.charts.plot import (
    BOTTOM,
    EDGE,
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
from adapters.charts.thinning import join_candles
from adapters.charts.tick import value_ticks
from bot.ports.charts import CandleChart, PriceLine
from bot.strategy.candles import Floats, from_milliseconds, to_milliseconds

_MIN_SLOT = 10.0
"""Pixels of a candle with its gap: narrower ones are not told apart on a phone."""
_MAX_SLOT = 44.0
_BODY_SHARE = 0.68
_PADDING = 14.0
_FLAT_SHARE = 0.01
_MAX_ONE_LINE = 300.0
_LONG_DASHES = (12.0, 6.0)
_DOTS = (3.0, 5.0)


def draw_candles(canvas: Canvas, chart: CandleChart) -> None:
    """Draw a candle chart."""
    canvas.title(chart.title)
    if not len(chart.candles):
        canvas.message("no candles yet")
        return
    low, high = float(chart.candles.low.min()), float(chart.candles.high.max())
    labels = _Labels.of(chart, low, high)
    panel = panel_beside(column_width([*labels.texts, *(price_text(edge, chart.decimals) for edge in (low, high))]))
    ground = _ground(chart, panel)
    prices = _price_scale(chart, ground, low, high)
    _time_axis(chart, ground).draw(canvas, [panel])
    _draw_levels(canvas, chart, labels, panel, prices)
    _draw_bars(canvas, ground, prices)
    draw_marks(canvas, chart.marks, ground, prices)
    if ground.bars.merged > 1:
        note = f"1 bar =\n{ground.bars.merged} candles"
        canvas.text(WIDTH - EDGE, BOTTOM - 8, note, Print(across="right", along="top"))


@dataclass(frozen=True, slots=True)
class _Labels:
    """What the price levels say; a level too far off is named at the edge, with an arrow, instead of squeezing all."""

    texts: tuple[str, ...]
    is_far: tuple[bool, ...]
    lines: int

    @classmethod
    def of(cls, chart: CandleChart, low: float, high: float) -> "_Labels":
        reach = max(high - low, _FLAT_SHARE * abs(high))
        is_far = tuple(not low - reach <= line.price <= high + reach for line in chart.lines)
        arrows = tuple(
            ("↑ " if line.price > high else "↓ ") * far for line, far in zip(chart.lines, is_far, strict=True)
        )
        texts = _level_texts(chart.lines, arrows, chart.decimals, " ")
        if column_width(texts) <= _MAX_ONE_LINE:
            return cls(texts, is_far, 1)
        return cls(_level_texts(chart.lines, arrows, chart.decimals, "\n"), is_far, 2)


def _level_texts(lines: tuple[PriceLine, ...], arrows: tuple[str, ...], decimals: int, gap: str) -> tuple[str, ...]:
    return tuple(
        f"{arrow}{line.label}{gap}{price_text(line.price, decimals)}" for line, arrow in zip(lines, arrows, strict=True)
    )


def _ground(chart: CandleChart, panel: Panel) -> Ground:
    width = panel.right - panel.left
    bars = join_candles(chart.candles, int(width / _MIN_SLOT))
    # A fill at the next open is one slot to the right of the last candle.
    slots = bars.count + any(to_milliseconds(mark.time) >= bars.end for mark in chart.marks)
    slot_width = min(width / slots, _MAX_SLOT)
    return Ground(bars, panel, panel.left + (width - slots * slot_width) / 2, slot_width)


def _price_scale(chart: CandleChart, ground: Ground, low: float, high: float) -> Scale:
    near = [line.price for line, far in zip(chart.lines, _Labels.of(chart, low, high).is_far, strict=True) if not far]
    late = [mark.price for mark in chart.marks if to_milliseconds(mark.time) >= ground.bars.end]
    shown = [mark for mark in chart.marks if ground.has(mark)]
    bottom = ground.panel.bottom + _PADDING + MARK_ROOM * any(mark.is_buy for mark in shown)
    top = ground.panel.top - _PADDING - MARK_ROOM * any(not mark.is_buy for mark in shown)
    return fit(min([low, *near, *late]), max([high, *near, *late]), bottom, top)


def _time_axis(chart: CandleChart, ground: Ground) -> TimeAxis:
    bars = ground.bars
    return TimeAxis(
        from_milliseconds(bars.start),
        from_milliseconds(bars.end - bars.width),
        ground.x(0),
        ground.x(bars.count - 1),
        chart.timezone,
    )


def _draw_levels(canvas: Canvas, chart: CandleChart, labels: _Labels, panel: Panel, prices: Scale) -> None:
    tags = []
    for line, text in zip(chart.lines, labels.texts, strict=True):
        y = min(max(prices.at(line.price), panel.bottom), panel.top)
        tags.append(Tag(text, y, _stroke(canvas, line.label)))
    taken = draw_tags(canvas, panel, tags, labels.lines)
    lowest, highest = prices.value(panel.bottom + EDGE), prices.value(panel.top - EDGE)
    ticks = value_ticks(lowest, highest, chart.decimals)
    draw_value_axis(canvas, panel, [(prices.at(tick), price_text(tick, chart.decimals)) for tick in ticks], taken)
    for tag in tags:
        canvas.level(tag.y, panel.left, panel.right, tag.stroke)


def _stroke(canvas: Canvas, label: str) -> Stroke:
    palette = canvas.palette
    match label.partition(" ")[0].lower():
        case "stop":
            return Stroke(colour=palette.drawdown, dashes=_LONG_DASHES)
        case "target":
            return Stroke(colour=palette.target, dashes=_LONG_DASHES)
        case "last":
            return Stroke(colour=palette.text, dashes=_DOTS, width=2)
        case _:
            return Stroke(colour=palette.text, width=2)


def _draw_bars(canvas: Canvas, ground: Ground, prices: Scale) -> None:
    bars = ground.bars
    centers = np.round(ground.left + (bars.slot + 0.5) * ground.slot_width) + 0.5
    half = max(round(ground.slot_width * _BODY_SHARE / 2), 2)
    first, last = prices.all_at(bars.open), prices.all_at(bars.close)
    # A body is never thinner than its own outline: an unchanged price is a dash.
    bottoms = np.minimum(first, last)
    tops = np.maximum(np.maximum(first, last), bottoms + 1)
    lows, highs = prices.all_at(bars.low), prices.all_at(bars.high)
    line = LINE if half >= LINE + 2 else LINE - 1
    for is_up, colour in ((True, canvas.palette.up), (False, canvas.palette.down)):
        rows = (bars.close >= bars.open) == is_up
        x, bottom, top = centers[rows], bottoms[rows], tops[rows]
        stroke = Stroke(colour=colour, width=line)
        canvas.segments(_uprights(x, lows[rows], bottom), stroke)
        canvas.segments(_uprights(x, top, highs[rows]), stroke)
        inside = canvas.palette.background if is_up else colour
        canvas.areas(_boxes(x, half - line / 2, bottom, top), Fill(edge=colour, inside=inside, width=line))


def _uprights(x: Floats, low: Floats, high: Floats) -> Floats:
    return np.stack([np.column_stack([x, low]), np.column_stack([x, high])], axis=1)


def _boxes(x: Floats, half: float, low: Floats, high: Floats) -> Floats:
    left, right = x - half, x + half
    corners = ((left, low), (right, low), (right, high), (left, high))
    return np.stack([np.column_stack(corner) for corner in corners], axis=1)
