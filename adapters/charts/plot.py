"""A panel with its scale, grid, ticks and the labels at its right edge."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from adapters.charts.canvas import HEIGHT, LINE_HEIGHT, MARGIN, WIDTH, Canvas, Print, Stroke, width_of
from adapters.charts.placement import inside, overlaps, spread
from adapters.charts.tick import TimeTick, time_ticks
from bot.strategy.candles import Floats

TOP = HEIGHT - 84
BOTTOM = 92
EDGE = 10
"""Pixels that texts keep from the edge of sheet and panel."""
COLUMN_GAP = 34
"""Pixels between a panel and the labels at its right; the leaders run through it."""
_MAX_COLUMN = 420
_LEADER_INSET = 6
_TICK_DISTANCE = LINE_HEIGHT - 3


@dataclass(frozen=True, slots=True)
class Scale:
    """A linear map from values to pixels: `low` lies at `start`, `high` at `end`."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        """Return the pixel of a value."""
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)

    def all_at(self, values: Floats) -> Floats:
        """Return the pixels of many values."""
        return np.asarray(self.start + (values - self.low) * ((self.end - self.start) / (self.high - self.low)))

    def value(self, pixel: float) -> float:
        """Return the value at a pixel."""
        return self.low + (pixel - self.start) / (self.end - self.start) * (self.high - self.low)


@dataclass(frozen=True, slots=True)
class Panel:
    """A rectangle of the sheet in pixels."""

    left: float
    right: float
    bottom: float
    top: float


@dataclass(frozen=True, slots=True)
class Tag:
    """A label at the right edge: its text of one or two lines, the height it speaks of, and its line's look."""

    text: str
    y: float
    stroke: Stroke


def fit(low: float, high: float, start: float, end: float) -> Scale:
    """Make a scale of a range that may be a single value."""
    if high - low > 1e-12 * max(abs(low), abs(high)):
        return Scale(low, high, start, end)
    margin = abs(high) / 100 or 1.0
    return Scale(low - margin, high + margin, start, end)


def column_width(texts: Sequence[str]) -> float:
    """Return how wide the column at the right must be for these texts."""
    return min(max((width_of(text) for text in texts), default=0.0), _MAX_COLUMN)


def panel_beside(column: float, bottom: float = BOTTOM, top: float = TOP) -> Panel:
    """Return the panel that is left of a column of labels."""
    return Panel(MARGIN, WIDTH - MARGIN - column - COLUMN_GAP, bottom, top)


def draw_value_axis(canvas: Canvas, panel: Panel, ticks: Sequence[tuple[float, str]], taken: Sequence[float]) -> None:
    """Draw grid lines with their values at the right, except values that a label at a `taken` height would cover."""
    grid = Stroke(colour=canvas.palette.grid, width=2)
    for y, text in ticks:
        canvas.level(y, panel.left, panel.right, grid)
        if not any(overlaps(y, other, _TICK_DISTANCE) for other in taken):
            canvas.text(panel.right + COLUMN_GAP, y, text)


def draw_tags(canvas: Canvas, panel: Panel, tags: Sequence[Tag], lines: int = 1) -> tuple[float, ...]:
    """Write labels at the right edge, apart from each other, with leaders; return the height of every line of text."""
    height = lines * LINE_HEIGHT
    places = spread([tag.y for tag in tags], height, panel.bottom - EDGE, panel.top + MARGIN)
    taken: list[float] = []
    for tag, place in zip(tags, places, strict=True):
        if place is None:
            continue
        end = panel.right + COLUMN_GAP - _LEADER_INSET
        canvas.curve(np.array([(panel.right, tag.y), (end, place)]), Stroke(colour=tag.stroke.colour))
        canvas.text(panel.right + COLUMN_GAP, place, tag.text)
        first = place - (lines - 1) * LINE_HEIGHT / 2
        taken.extend(first + line * LINE_HEIGHT for line in range(lines))
    return tuple(taken)


@dataclass(frozen=True, slots=True)
class TimeAxis:
    """The time from `start` to `end` along pixels `left` to `right`, labelled in a time zone."""

    start: datetime
    end: datetime
    left: float
    right: float
    timezone: str
    ticks: Callable[[datetime, datetime, str], tuple[TimeTick, ...]] = time_ticks

    def x(self, time: datetime) -> float:
        """Return the pixel of a time; no span at all is its middle."""
        span = self.end - self.start
        if span <= timedelta(0):
            return (self.left + self.right) / 2
        return self.left + (time - self.start) / span * (self.right - self.left)

    def draw(self, canvas: Canvas, panels: Sequence[Panel]) -> None:
        """Draw grid lines through the panels and the texts below the lowest."""
        ticks = self.ticks(self.start, self.end, self.timezone)
        grid = Stroke(colour=canvas.palette.grid, width=2)
        bottom = min(panel.bottom for panel in panels)
        free_from = 0.0
        for tick in ticks:
            x, width = self.x(tick.time), width_of(tick.text)
            for panel in panels:
                canvas.segments([np.array([(x, panel.bottom), (x, panel.top)])], grid)
            center = inside(x, width, MARGIN / 2, WIDTH - MARGIN / 2)
            if center - width / 2 >= free_from:
                canvas.text(center, bottom - 8, tick.text, Print(across="center", along="top"))
                free_from = center + width / 2 + MARGIN
