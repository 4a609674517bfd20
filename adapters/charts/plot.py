"""Plots: a panel with scale, grid, ticks and labels at its right edge."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from adapters.charts.canvas import HEIGHT, LINE_HEIGHT, MARGIN, WIDTH, Canvas, LineStyle, TextStyle, text_width
from adapters.charts.placement import clamp_center, is_overlapping, spread_labels
from adapters.charts.tick import TimeTick, time_ticks
from bot.strategy.candles import Floats

PANEL_TOP = HEIGHT - 84
PANEL_BOTTOM = 92
EDGE_MARGIN = 10
"""Pixels between texts and the edge of canvas and panel."""
LABEL_COLUMN_GAP = 34
"""Pixels between a panel and the labels at its right, crossed by the leaders."""
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


def panel_beside(column: float, bottom: float = PANEL_BOTTOM, top: float = PANEL_TOP) -> Panel:
    """Return the panel to the left of a label column."""
    return Panel(MARGIN, WIDTH - MARGIN - column - LABEL_COLUMN_GAP, bottom, top)


def draw_value_axis(
    canvas: Canvas, panel: Panel, ticks: Sequence[tuple[float, str]], occupied_heights: Sequence[float]
) -> None:
    """Draw grid lines with values at the right, except values that a label at an occupied height would cover."""
    grid = LineStyle(colour=canvas.palette.grid, width=2)
    for y, text in ticks:
        canvas.draw_horizontal_line(y, panel.left, panel.right, grid)
        if not any(is_overlapping(y, other, _TICK_DISTANCE) for other in occupied_heights):
            canvas.draw_text(panel.right + LABEL_COLUMN_GAP, y, text)


def draw_edge_labels(
    canvas: Canvas, panel: Panel, labels: Sequence[EdgeLabel], line_count: int = 1
) -> tuple[float, ...]:
    """Draw labels at the right edge, spread and with leaders; return the height of every line of text."""
    height = line_count * LINE_HEIGHT
    centers = spread_labels([tag.y for tag in labels], height, panel.bottom - EDGE_MARGIN, panel.top + MARGIN)
    taken: list[float] = []
    for tag, center in zip(labels, centers, strict=True):
        if center is None:
            continue
        end = panel.right + LABEL_COLUMN_GAP - _LEADER_INSET
        canvas.draw_curve(np.array([(panel.right, tag.y), (end, center)]), LineStyle(colour=tag.line_style.colour))
        canvas.draw_text(panel.right + LABEL_COLUMN_GAP, center, tag.text)
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
        ticks = self.ticks(self.start, self.end, self.timezone)
        grid = LineStyle(colour=canvas.palette.grid, width=2)
        bottom = min(panel.bottom for panel in panels)
        free_from = 0.0
        for tick in ticks:
            x, width = self.pixel(tick.time), text_width(tick.text)
            for panel in panels:
                canvas.draw_segments([np.array([(x, panel.bottom), (x, panel.top)])], grid)
            center = clamp_center(x, width, MARGIN / 2, WIDTH - MARGIN / 2)
            if center - width / 2 >= free_from:
                canvas.draw_text(
                    center, bottom - 8, tick.text, TextStyle(horizontal_alignment="center", vertical_alignment="top")
                )
                free_from = center + width / 2 + MARGIN
