"""Marks of fills, each at its bar: a number outside the candles where there is room, else a small mark at its price."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

import numpy as np

from adapters.charts.canvas import LINE_HEIGHT, AreaStyle, Canvas, LineStyle, text_width
from adapters.charts.placement import clamp_center
from adapters.charts.plot import Indices, Panel, Scale, SlotRow
from bot.ports.charts import ChartMark
from bot.strategy.candles import Candles, Floats, to_milliseconds

_ARROW_HALF = 12.0
_ARROW_HEIGHT = 21.0
_ARROW_GAP = 8.0
_LABEL_GAP = 10.0
_SMALL_HALF, _SMALL_HEIGHT = 8.0, 14.0
_TINY_HALF, _TINY_HEIGHT = 5.0, 9.0
_MOST_SMALL = 60
"""Small marks of one side; more are drawn still smaller."""
_PRICE_HALF = 7.0
_STEM_DOTS = (2.0, 4.0)
MARK_HEIGHT = _ARROW_GAP + _ARROW_HEIGHT + LINE_HEIGHT
"""Pixels of a numbered mark below or above the candles."""


@dataclass(frozen=True, slots=True)
class BarRow:
    """Bars in their panel; `slots` has the slot of each candle, as gaps leave slots empty."""

    candles: Candles
    length: int
    slots: Indices
    panel: Panel
    row: SlotRow
    prices: Scale

    @property
    def centers(self) -> Floats:
        return self.row.centers(self.slots)

    def slot(self, mark: ChartMark) -> int:
        """Return the slot of a mark, which is that of its bar."""
        return (to_milliseconds(mark.time) - int(self.candles.time[0])) // self.length


@dataclass(frozen=True, slots=True)
class _NumberedMark:
    """A number with the fills of one trade, bar and side."""

    x: float
    label: str
    label_x: float
    marks: tuple[ChartMark, ...]

    @property
    def reach(self) -> float:
        return max(text_width(self.label) / 2, _ARROW_HALF)


def draw_fills(canvas: Canvas, marks: Sequence[ChartMark], row: BarRow) -> None:
    """Draw every fill; numbers go to the newest first, and to as many as do not touch each other."""
    inside = [mark for mark in marks if 0 <= row.slot(mark) <= int(row.slots[-1])]
    for is_buy in (True, False):
        side = [mark for mark in inside if mark.is_buy == is_buy]
        numbered = _place_numbers([mark for mark in side if mark.label], row)
        named = {id(mark) for one in numbered for mark in one.marks}
        _draw_small_marks(canvas, [mark for mark in side if id(mark) not in named], row)
        _draw_numbered(canvas, numbered, row, -1 if is_buy else 1)


def _place_numbers(marks: Sequence[ChartMark], row: BarRow) -> list[_NumberedMark]:
    placed: list[_NumberedMark] = []
    for (slot, label), fills in groupby(reversed(marks), key=lambda mark: (row.slot(mark), mark.label)):
        x = row.row.center(slot)
        label_x = clamp_center(x, text_width(label), row.panel.left, row.panel.right)
        one = _NumberedMark(x, label, label_x, tuple(fills))
        if all(abs(one.label_x - other.label_x) >= one.reach + other.reach + _LABEL_GAP for other in placed):
            placed.append(one)
    return placed


def _draw_small_marks(canvas: Canvas, marks: Sequence[ChartMark], row: BarRow) -> None:
    """Draw triangles whose tips are at the fills' prices: from below for buys, from above for sells."""
    half, height = (_SMALL_HALF, _SMALL_HEIGHT) if len(marks) <= _MOST_SMALL else (_TINY_HALF, _TINY_HEIGHT)
    triangles = []
    for mark in marks:
        x, y, sign = row.row.center(row.slot(mark)), row.prices.pixel(mark.price), -1 if mark.is_buy else 1
        foot = y + sign * height
        triangles.append(np.array([(x, y), (x - half, foot), (x + half, foot)]))
    if triangles:
        palette = canvas.palette
        canvas.draw_polygons(triangles, AreaStyle(edge_colour=palette.background, face_colour=palette.text, width=1))


def _draw_numbered(canvas: Canvas, numbered: Sequence[_NumberedMark], row: BarRow, sign: int) -> None:
    """Draw arrows with their numbers beyond the candles, and dashes at the prices that dotted stems lead to."""
    palette = canvas.palette
    stems, dashes, arrows, feet = [], [], [], []
    for one in numbered:
        x, tip = one.x, _edge(one, row, sign) + sign * _ARROW_GAP
        foot = tip + sign * _ARROW_HEIGHT
        prices = [row.prices.pixel(mark.price) for mark in one.marks]
        stems.append(np.array([(x, tip), (x, min(prices) if sign > 0 else max(prices))]))
        dashes += [np.array([(x - _PRICE_HALF, y), (x + _PRICE_HALF, y)]) for y in dict.fromkeys(prices)]
        arrows.append(np.array([(x, tip), (x - _ARROW_HALF, foot), (x + _ARROW_HALF, foot)]))
        feet.append(foot)
    if not numbered:
        return
    canvas.draw_lines(stems, LineStyle(colour=palette.text, width=2, dashes=_STEM_DOTS))
    canvas.draw_lines(dashes, LineStyle(colour=palette.text))
    canvas.draw_polygons(arrows, AreaStyle(edge_colour=palette.background, face_colour=palette.text, width=2))
    for one, foot in zip(numbered, feet, strict=True):
        canvas.draw_text_on_background(one.label_x, foot + sign * LINE_HEIGHT / 2, one.label)


def _edge(one: _NumberedMark, row: BarRow, sign: int) -> float:
    """Return the pixel beyond which arrow and number cover no candle."""
    left, right = min(one.label_x - one.reach, one.x - _ARROW_HALF), max(one.label_x + one.reach, one.x + _ARROW_HALF)
    centers, half = row.centers, row.row.width / 2
    near = (centers > left - half) & (centers < right + half)
    values = (row.candles.low if sign < 0 else row.candles.high)[near]
    fills = [mark.price for mark in one.marks]
    return row.prices.pixel(float(min([*values, *fills]) if sign < 0 else max([*values, *fills])))
