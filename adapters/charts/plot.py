"""Plots: a panel with scale, grid, ticks and labels at its right edge."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
import numpy.typing as npt

from adapters.charts.canvas import HEIGHT, LINE_HEIGHT, MARGIN, WIDTH, Canvas, LineStyle, text_width
from adapters.charts.placement import clamp_center, spread_labels
from adapters.charts.tick import TimeTick, time_ticks, value_ticks
from bot.strategy.candles import Floats

PANEL_TOP = HEIGHT - 84
PANEL_BOTTOM = 92
EDGE_MARGIN = 10
"""Pixels between texts and the edge of canvas and panel."""
LABEL_COLUMN_GAP = 34
"""Pixels between a panel and the labels at its right, crossed by the leaders."""
MIN_SLOT = 10.0
"""Pixels of a bar with its gap; narrower ones cannot be told apart on a phone."""
_MAX_COLUMN = 420
_LEADER_INSET = 6
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
    """A label at the right edge: text of one or two lines, height of its value, and style of its line."""

    text: str
    y: float
    line_style: LineStyle


def fit_scale(low: float, high: float, start: float, end: float) -> Scale:
    """Return the scale of a range, which may be a single value."""
    if high - low > 1e-12 * max(abs(low), abs(high)):
        return Scale(low, high, start, end)
    margin = abs(high) / 100 or 1.0
    return Scale(low - margin, high + margin, start, end)


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


def draw_bar_note(canvas: Canvas, count: int, unit: str) -> None:
    """Say below the labels how many candles or days a bar joins, if there are several."""
    if count > 1:
        x, y = WIDTH - EDGE_MARGIN, PANEL_BOTTOM - 8
        canvas.draw_text(x, y, f"1 bar =\n{count} {unit}", align="right", is_below=True)


def panel_ticks(panel: Panel, scale: Scale, decimals: int) -> tuple[float, ...]:
    """Return the ticks of a panel's values that are not too near to its edges."""
    return value_ticks(scale.value(panel.bottom + EDGE_MARGIN), scale.value(panel.top - EDGE_MARGIN), decimals)


def draw_value_axis(
    canvas: Canvas, panel: Panel, ticks: Sequence[tuple[float, str]], occupied_heights: Sequence[float] = ()
) -> None:
    """Draw grid lines with values at the right, except values that a label at an occupied height would cover."""
    grid = LineStyle(colour=canvas.palette.grid, width=2)
    for y, text in ticks:
        canvas.draw_horizontal_line(y, panel.left, panel.right, grid)
        if all(abs(y - other) >= _TICK_DISTANCE for other in occupied_heights):
            canvas.draw_text(panel.right + LABEL_COLUMN_GAP, y, text)


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
        leader = np.array([(panel.right, label.y), (panel.right + LABEL_COLUMN_GAP - _LEADER_INSET, center)])
        canvas.draw_lines([leader], LineStyle(colour=label.line_style.colour))
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
