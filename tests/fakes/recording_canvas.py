"""A canvas that remembers what was drawn on it, in pixels from the lower left."""

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from adapters.charts.canvas import TEXT_SIZE, AreaStyle, Canvas, Lines, LineStyle
from adapters.charts.drawing import draw_chart
from bot.ports.charts import ChartSpec, Theme


@dataclass(frozen=True, slots=True)
class DrawnText:
    """A text at a point."""

    x: float
    y: float
    text: str
    size: int


@dataclass(frozen=True, slots=True)
class DrawnLine:
    """A line with its style."""

    points: npt.NDArray[np.float64]
    style: LineStyle

    @property
    def is_horizontal(self) -> bool:
        return len({y for _, y in self.points.tolist()}) == 1


@dataclass(frozen=True, slots=True)
class DrawnArea:
    """An outline with its style."""

    points: npt.NDArray[np.float64]
    style: AreaStyle


class RecordingCanvas(Canvas):
    """Draws like any other canvas."""

    def __init__(self, theme: Theme = Theme.DARK) -> None:
        super().__init__(theme)
        self.texts: list[DrawnText] = []
        self.lines: list[DrawnLine] = []
        self.areas: list[DrawnArea] = []

    def draw_lines(self, lines: Lines, line_style: LineStyle, within: tuple[float, float] | None = None) -> None:
        self.lines += [DrawnLine(np.asarray(points), line_style) for points in lines]
        super().draw_lines(lines, line_style, within)

    def draw_polygons(self, areas: Lines, area_style: AreaStyle) -> None:
        self.areas += [DrawnArea(np.asarray(points), area_style) for points in areas]
        super().draw_polygons(areas, area_style)

    def draw_text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        size: int = TEXT_SIZE,
        align: Literal["left", "center", "right"] = "left",
        is_below: bool = False,
    ) -> None:
        self.texts.append(DrawnText(x, y, text, size))
        super().draw_text(x, y, text, size=size, align=align, is_below=is_below)

    def text(self, start: str) -> DrawnText:
        """Return the one text that starts with these words."""
        (found,) = [one for one in self.texts if one.text.startswith(start)]
        return found

    def triangles(self) -> list[npt.NDArray[np.float64]]:
        return [area.points for area in self.areas if len(area.points) == 3]

    def horizontal(self, y: float) -> list[DrawnLine]:
        return [line for line in self.lines if line.is_horizontal and abs(line.points[0][1] - y) < 1e-6]


def drawn(spec: ChartSpec, theme: Theme = Theme.DARK) -> RecordingCanvas:
    """Draw a chart and return what was drawn."""
    canvas = RecordingCanvas(theme)
    draw_chart(canvas, spec)
    return canvas
