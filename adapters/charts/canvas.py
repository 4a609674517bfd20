"""Canvas of 1080 x 720 pixels: everything is placed in pixels from the lower left, no layout engine runs."""

import io
import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import matplotlib as mpl
import numpy as np
import numpy.typing as npt
from matplotlib import font_manager
from matplotlib.artist import Artist
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.text import Text
from matplotlib.transforms import Bbox, IdentityTransform, TransformedBbox

from adapters.charts.placement import break_title, clamp_center
from bot.ports.charts import Theme

WIDTH = 1080
HEIGHT = 720
TEXT_SIZE = 28
TITLE_SIZE = 36
LINE_WIDTH = 3
LINE_HEIGHT = 34
"""Pixels between lines of text, and the least distance of two labels."""
MARGIN = 20

# At 72 dots per inch a point is a pixel.
_DPI = 72
_FONT_FILE = mpl.get_data_path() + "/fonts/ttf/DejaVuSans.ttf"
_FONTS = {size: FontProperties(fname=_FONT_FILE, size=size) for size in (TEXT_SIZE, TITLE_SIZE)}
_SUBPIXELS = 64
_UNKNOWN = "□"
_METADATA: dict[str, str | None] = {"Software": None}

Lines = Sequence[npt.NDArray[np.float64]] | npt.NDArray[np.float64]
"""Lines or outlines of pixels, each of shape (points, 2)."""

logging.getLogger("matplotlib").setLevel(logging.WARNING)


@dataclass(frozen=True, slots=True, kw_only=True)
class LineStyle:
    """Style of a line."""

    colour: str
    width: float = LINE_WIDTH
    dashes: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class AreaStyle:
    """Style of an area: `face_colour` None leaves it open, `hatch` draws the pattern in the edge's colour."""

    edge_colour: str
    face_colour: str | None = None
    width: float = LINE_WIDTH
    hatch: str | None = None
    opacity: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Palette:
    """Colours of UX.md: shape, hatch or dashes always say the same as the hue.

    `grid` is text at twelve percent on the background.
    """

    background: str
    text: str
    grid: str
    equity: str
    up: str = "#56B4E9"
    down: str = "#E69F00"
    benchmark: str = "#7F7F7F"
    leader: str = "#7F7F7F"
    drawdown: str = "#D55E00"
    target: str = "#009E73"


PALETTES = {
    Theme.DARK: Palette(background="#11161C", text="#E6E6E6", grid="#2B2F34", equity="#56B4E9"),
    Theme.LIGHT: Palette(background="#FFFFFF", text="#1A1A1A", grid="#E4E4E4", equity="#0072B2"),
}


class Canvas:
    """Collects shapes and texts; later ones cover earlier ones."""

    def __init__(self, theme: Theme) -> None:
        self.palette = PALETTES[theme]
        self._figure = Figure(figsize=(WIDTH / _DPI, HEIGHT / _DPI), dpi=_DPI, facecolor=self.palette.background)
        FigureCanvasAgg(self._figure)

    def draw_lines(self, lines: Lines, line_style: LineStyle, within: tuple[float, float] | None = None) -> None:
        """Draw lines of two or more points each; `within` are heights at which they are cut."""
        style = (0.0, line_style.dashes) if line_style.dashes else "solid"
        drawn = LineCollection(
            list(lines),
            colors=line_style.colour,
            linewidths=line_style.width,
            linestyles=[style],
            capstyle="butt",
            joinstyle="round",
        )
        self._add_artist(drawn)
        if within is not None:
            low, high = within
            drawn.set_clip_box(TransformedBbox(Bbox([[0, low], [WIDTH, high]]), IdentityTransform()))

    def draw_horizontal_line(self, y: float, left: float, right: float, line_style: LineStyle) -> None:
        self.draw_lines([np.array([(left, y), (right, y)])], line_style)

    def draw_polygons(self, areas: Lines, area_style: AreaStyle) -> None:
        polygons = PolyCollection(
            list(areas),
            facecolors=area_style.face_colour or "none",
            edgecolors=area_style.edge_colour,
            linewidths=area_style.width,
            alpha=area_style.opacity,
            hatch=area_style.hatch,
        )
        polygons.set_hatch_linewidth(LINE_WIDTH - 1)
        self._add_artist(polygons)

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
        """Draw a text, which may have several lines, beside a point or below it."""
        written = Text(
            x,
            y,
            replace_missing_glyphs(text),
            color=self.palette.text,
            fontproperties=_FONTS[size],
            horizontalalignment=align,
            verticalalignment="top" if is_below else "center",
            linespacing=1.05,
            parse_math=False,
        )
        self._add_artist(written)

    def draw_title(self, title: str) -> None:
        """Draw the title: smaller, then on two lines, then cut, if it is too long."""
        room = WIDTH - 2 * MARGIN
        line = " ".join(title.split())
        if text_width(line, TITLE_SIZE) <= room:
            self.draw_text(MARGIN, HEIGHT - 40, line, size=TITLE_SIZE)
            return
        lines = break_title(line, room, text_width)
        for y, part in zip((HEIGHT - 40,) if len(lines) == 1 else (HEIGHT - 24, HEIGHT - 58), lines, strict=True):
            self.draw_text(MARGIN, y, part)

    def draw_text_on_background(self, x: float, y: float, text: str) -> None:
        """Draw one centred line on a patch of background, moved inside the canvas."""
        half = text_width(text) / 2 + 4
        x = clamp_center(x, 2 * half, MARGIN, WIDTH - MARGIN)
        low, high = y - LINE_HEIGHT / 2, y + LINE_HEIGHT / 2
        patch = np.array([(x - half, low), (x + half, low), (x + half, high), (x - half, high)])
        background = self.palette.background
        self.draw_polygons([patch], AreaStyle(edge_colour=background, face_colour=background, width=0, opacity=0.75))
        self.draw_text(x, y, text, align="center")

    def draw_message(self, text: str) -> None:
        """Draw a sentence in the middle of an empty chart."""
        self.draw_text(WIDTH / 2, HEIGHT / 2, text, size=TITLE_SIZE, align="center")

    def png_bytes(self) -> bytes:
        buffer = io.BytesIO()
        self._figure.savefig(buffer, format="png", dpi=_DPI, metadata=_METADATA, pil_kwargs={"compress_level": 1})
        return buffer.getvalue()

    def _add_artist(self, artist: Artist) -> None:
        artist.set_transform(IdentityTransform())
        # Artists of one order are drawn as they were added.
        artist.set_zorder(1)
        self._figure.add_artist(artist)


def text_width(text: str, size: int = TEXT_SIZE) -> float:
    """Return the width in pixels of the widest line of a text."""
    return max(_line_width(line, size, threading.get_ident()) for line in replace_missing_glyphs(text).split("\n"))


@lru_cache(maxsize=2048)
def _line_width(line: str, size: int, thread: int) -> float:
    # Fonts belong to the thread that loaded them, so it is part of the cache's key.
    del thread
    font = font_manager.get_font(_FONT_FILE)
    font.set_size(size, _DPI)
    font.set_text(line, 0.0)
    return font.get_width_height()[0] / _SUBPIXELS


@lru_cache(maxsize=1024)
def replace_missing_glyphs(text: str) -> str:
    """Replace characters without a glyph by a box, and remove invisible ones."""
    glyphs = font_manager.get_font(_FONT_FILE).get_charmap()
    visible = (letter for letter in text if letter == "\n" or letter.isprintable())
    return "".join(letter if letter == "\n" or ord(letter) in glyphs else _UNKNOWN for letter in visible)
