"""Plots: a panel with scale, grid, ticks and labels at its right edge."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import product

import numpy as np
import numpy.typing as npt

from adapters.charts.canvas import HEIGHT, LINE_HEIGHT, MARGIN, WIDTH, Canvas, LineStyle, text_width
from adapters.charts.placement import clamp_center, spread_labels
from adapters.charts.tick import FINE_STEPS, LEAST_TICKS, ROUND_STEPS, TimeTick, time_ticks, value_ticks
from bot.strategy.candles import Floats

PANEL_TOP = HEIGHT - 84
PANEL_BOTTOM = 92
EDGE_MARGIN = 10
"""Pixels between texts and the edge of canvas and panel."""
LABEL_COLUMN_GAP = 34
"""Pixels between a panel and the labels at its right, crossed by the leaders."""
_MAX_COLUMN = 420
_LEADER_INSET = 6
Indices = npt.NDArray[np.int64]
_LEADER_DOTS = (2.0, 4.0)
_LEAST_UNITS = 4
"""Units of the last decimal that an axis spans at least, so that three ticks differ."""
_FEWEST_INTERVALS = 4
_TICK_DISTANCE = LINE_HEIGHT - 3


@dataclass(frozen=True, slots=True)
class Scale:
    """Linear map from values to pixels: `low` is at `start`, `high` at `end`."""

    low: float
    high: float
    start: float
    end: float

    def pixel(self, value: float) -> float:
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)

    def pixels(self, values: Floats) -> Floats:
        return np.asarray(self.start + (values - self.low) * ((self.end - self.start) / (self.high - self.low)))

    def value(self, pixel: float) -> float:
        return self.low + (pixel - self.start) / (self.end - self.start) * (self.high - self.low)


@dataclass(frozen=True, slots=True)
class Panel:
    """A rectangle of the canvas in pixels."""

    left: float
    right: float
    bottom: float
    top: float

    @property
    def width(self) -> float:
        return self.right - self.left


@dataclass(frozen=True, slots=True)
class SlotRow:
    """Slots of equal width for bars: slot 0 begins at pixel `left`."""

    left: float
    width: float

    def center(self, slot: int) -> float:
        return self.left + (slot + 0.5) * self.width

    def centers(self, slots: npt.NDArray[np.int64]) -> Floats:
        return np.asarray(self.left + (slots + 0.5) * self.width)


@dataclass(frozen=True, slots=True)
class EdgeLabel:
    """A label at the right edge: text of one or two lines, and the height of its value."""

    text: str
    y: float


def fit_scale(low: float, high: float, start: float, end: float, decimals: int) -> Scale:
    """Return the scale of a range, which may be a single value; it spans several units of the last decimal."""
    least = max(_LEAST_UNITS * 10.0**-decimals, 1e-12 * max(abs(low), abs(high)))
    if high - low >= least:
        return Scale(low, high, start, end)
    margin = max(abs(high) / 100, least) if high - low < least / _LEAST_UNITS else least
    return Scale(low - margin, high + margin, start, end)


def downsampled_rows(values: Floats, buckets: int) -> Indices:
    """Return the rows of a long line to draw: first and last, and the lowest and highest of each bucket."""
    size = len(values)
    if size <= 4 * buckets:
        return np.arange(size, dtype=np.int64)
    starts = range(0, size, -(-size // buckets))
    buckets_of_values = zip(starts, np.split(values, starts[1:]), strict=True)
    extremes = (start + row for start, bucket in buckets_of_values for row in (bucket.argmin(), bucket.argmax()))
    return np.unique([0, *extremes, size - 1])


def widened_range(low: float, high: float, decimals: int) -> tuple[float, float]:
    """Return a range that ticks of an axis stay within, so that their texts can be measured before there is a scale."""
    scale = fit_scale(low, high, 0.0, 1.0, decimals)
    return scale.value(-0.5), scale.value(1.5)


def label_column_width(texts: Sequence[str]) -> float:
    """Return the width in pixels of a label column with these texts."""
    return min(max((text_width(text) for text in texts), default=0.0), _MAX_COLUMN)


def panel_beside(texts: Sequence[str], bottom: float = PANEL_BOTTOM, top: float = PANEL_TOP) -> Panel:
    return Panel(MARGIN, WIDTH - MARGIN - label_column_width(texts) - LABEL_COLUMN_GAP, bottom, top)


def centered_slots(panel: Panel, count: int, widest: float) -> SlotRow:
    """Return slots in the middle of a panel, as wide as there is room and at most `widest`."""
    width = min(panel.width / count, widest)
    return SlotRow(panel.left + (panel.width - count * width) / 2, width)


def rectangles(x: Floats, half: float, low: Floats, high: Floats) -> Floats:
    """Return the outlines of bars `half` pixels to both sides of their middles."""
    left, right = x - half, x + half
    corners = ((left, low), (right, low), (right, high), (left, high))
    return np.stack([np.column_stack(corner) for corner in corners], axis=1)


def panel_ticks(panel: Panel, scale: Scale, decimals: int, taken: Sequence[float] = ()) -> tuple[float, ...]:
    """Return ticks that are not too near to a panel's edges: so many that three stay clear of the heights taken."""
    low, high = scale.value(panel.bottom + EDGE_MARGIN), scale.value(panel.top - EDGE_MARGIN)
    fitting = max(int((panel.top - panel.bottom) / LINE_HEIGHT), _FEWEST_INTERVALS)
    best: tuple[float, ...] = ()
    most = -1
    for steps, count in product((ROUND_STEPS, FINE_STEPS), range(_FEWEST_INTERVALS, fitting + 1)):
        ticks = value_ticks(low, high, decimals, count, steps)
        clear = sum(_is_clear(scale.pixel(tick), taken) for tick in ticks)
        if clear > most:
            best, most = ticks, clear
        if clear >= LEAST_TICKS:
            break
    return best


def draw_value_axis(
    canvas: Canvas,
    panel: Panel,
    scale: Scale,
    decimals: int,
    tick_text: Callable[[float], str],
    taken: Sequence[float] = (),
) -> None:
    """Draw grid lines with values at the right, except values that a label at a height taken would cover."""
    grid = LineStyle(colour=canvas.palette.grid, width=2)
    for tick in panel_ticks(panel, scale, decimals, taken):
        y = scale.pixel(tick)
        canvas.draw_horizontal_line(y, panel.left, panel.right, grid)
        if _is_clear(y, taken):
            canvas.draw_text(panel.right + LABEL_COLUMN_GAP, y, tick_text(tick))


def _is_clear(y: float, taken: Sequence[float]) -> bool:
    return all(abs(y - other) >= _TICK_DISTANCE for other in taken)


def draw_edge_labels(
    canvas: Canvas, panel: Panel, labels: Sequence[EdgeLabel], line_count: int = 1
) -> tuple[float, ...]:
    """Draw labels at the right edge, spread and with leaders; return the height of every line of text."""
    height = line_count * LINE_HEIGHT
    centers = spread_labels([label.y for label in labels], height, panel.bottom - EDGE_MARGIN, panel.top + MARGIN)
    taken: list[float] = []
    for label, center in zip(labels, centers, strict=True):
        if center is None:
            continue
        # Thin, dotted, grey and apart from the line, so that a curve does not seem to turn at its end.
        ends = (panel.right + _LEADER_INSET, label.y), (panel.right + LABEL_COLUMN_GAP - _LEADER_INSET, center)
        canvas.draw_lines([np.array(ends)], LineStyle(colour=canvas.palette.leader, width=2, dashes=_LEADER_DOTS))
        canvas.draw_text(panel.right + LABEL_COLUMN_GAP, center, label.text)
        first = center - (line_count - 1) * LINE_HEIGHT / 2
        taken.extend(first + line * LINE_HEIGHT for line in range(line_count))
    return tuple(taken)


@dataclass(frozen=True, slots=True)
class TimeAxis:
    """Time from `start` to `end` along pixels `left` to `right`, with ticks in a time zone."""

    start: datetime
    end: datetime
    left: float
    right: float
    timezone: str
    ticks: Callable[[datetime, datetime, str], tuple[TimeTick, ...]] = time_ticks

    def pixel(self, time: datetime) -> float:
        """Return the pixel of a time; the middle for an empty span."""
        span = self.end - self.start
        if span <= timedelta(0):
            return (self.left + self.right) / 2
        return self.left + (time - self.start) / span * (self.right - self.left)

    def draw_axis(self, canvas: Canvas, panels: Sequence[Panel]) -> None:
        """Draw grid lines through the panels and the ticks' texts below the lowest."""
        grid = LineStyle(colour=canvas.palette.grid, width=2)
        bottom = min(panel.bottom for panel in panels)
        free_from = 0.0
        for tick in self.ticks(self.start, self.end, self.timezone):
            x, width = self.pixel(tick.time), text_width(tick.text)
            canvas.draw_lines([np.array([(x, panel.bottom), (x, panel.top)]) for panel in panels], grid)
            center = clamp_center(x, width, MARGIN / 2, WIDTH - MARGIN / 2)
            if center - width / 2 >= free_from:
                canvas.draw_text(center, bottom - 8, tick.text, align="center", is_below=True)
                free_from = center + width / 2 + MARGIN
