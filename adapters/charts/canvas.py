"""A sheet of 1080 x 720 pixels: everything is placed in pixels from the lower left, no layout engine runs."""

import io
import logging
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import matplotlib as mpl
import numpy as np
import numpy.typing as npt
from matplotlib import font_manager
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.collections import LineCollection, PolyCollection
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.lines import Line2D
from matplotlib.text import Text
from matplotlib.transforms import IdentityTransform

from adapters.charts.palette import Palette
from adapters.charts.placement import inside, shorten

WIDTH = 1080
HEIGHT = 720
TEXT = 28
TITLE = 36
LINE = 3
LINE_HEIGHT = 34
"""Pixels from one line of text to the next, and the least distance of two labels."""
MARGIN = 20

# At 72 dots per inch a point is a pixel.
_DPI = 72
_FONT_FILE = mpl.get_data_path() + "/fonts/ttf/DejaVuSans.ttf"
_FONTS = {size: FontProperties(fname=_FONT_FILE, size=size) for size in (TEXT, TITLE)}
_SUBPIXELS = 64
_UNKNOWN = "□"
_METADATA: dict[str, str | None] = {"Software": None}

Points = npt.NDArray[np.float64]
"""Pixels, shape (points, 2)."""

logging.getLogger("matplotlib").setLevel(logging.WARNING)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stroke:
    """How a line looks."""

    colour: str
    width: float = LINE
    dashes: tuple[float, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Fill:
    """How an area looks: `inside` None leaves it open, `hatch` draws the pattern in the edge's colour."""

    edge: str
    inside: str | None = None
    width: float = LINE
    hatch: str | None = None
    opacity: float = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Print:
    """How a text looks: `across` left, center or right; `along` center, top, bottom or baseline."""

    size: int = TEXT
    across: str = "left"
    along: str = "center"


PLAIN = Print()


class Canvas:
    """Collects shapes and texts; later ones cover earlier ones."""

    def __init__(self, palette: Palette) -> None:
        self.palette = palette
        self._figure = Figure(figsize=(WIDTH / _DPI, HEIGHT / _DPI), dpi=_DPI, facecolor=palette.background)
        FigureCanvasAgg(self._figure)
        self._order = 0

    def segments(self, segments: Sequence[Points] | npt.NDArray[np.float64], stroke: Stroke) -> None:
        """Draw straight lines, each of two points."""
        if len(segments):
            style = (0.0, stroke.dashes) if stroke.dashes else "solid"
            lines = LineCollection(
                list(segments), colors=stroke.colour, linewidths=stroke.width, linestyles=[style], capstyle="butt"
            )
            self._add_collection(lines)

    def level(self, y: float, left: float, right: float, stroke: Stroke) -> None:
        """Draw one horizontal line."""
        self.segments([np.array([(left, y), (right, y)])], stroke)

    def curve(self, points: Points, stroke: Stroke) -> None:
        """Draw one connected line."""
        line = Line2D(points[:, 0].tolist(), points[:, 1].tolist(), color=stroke.colour, linewidth=stroke.width)
        line.set_solid_joinstyle("round")
        line.set_dash_capstyle("butt")
        if stroke.dashes:
            line.set_dashes(stroke.dashes)
        line.set_transform(IdentityTransform())
        line.set_zorder(self._next())
        self._figure.add_artist(line)

    def areas(self, areas: Sequence[Points] | npt.NDArray[np.float64], fill: Fill) -> None:
        """Draw polygons."""
        if not len(areas):
            return
        polygons = PolyCollection(
            list(areas), facecolors=fill.inside or "none", edgecolors=fill.edge, linewidths=fill.width
        )
        if fill.opacity < 1:
            polygons.set_alpha(fill.opacity)
        if fill.hatch:
            polygons.set_hatch(fill.hatch)
            polygons.set_hatch_linewidth(LINE - 1)
        self._add_collection(polygons)

    def text(self, x: float, y: float, text: str, look: Print = PLAIN) -> None:
        """Write text; lines of it are separated by newlines."""
        written = Text(x, y, drawable(text), color=self.palette.text, fontproperties=_FONTS[look.size])
        written.set_parse_math(False)
        written.set_linespacing(1.05)
        written.set_horizontalalignment(look.across)  # type: ignore[arg-type]  # a literal type that is private there
        written.set_verticalalignment(look.along)  # type: ignore[arg-type]
        written.set_transform(IdentityTransform())
        written.set_zorder(self._next())
        self._figure.add_artist(written)

    def title(self, title: str) -> None:
        """Write the title: smaller, then cut, if it is too long."""
        room = WIDTH - 2 * MARGIN
        line = " ".join(title.split())
        size = TITLE if width_of(line, TITLE) <= room else TEXT
        self.text(MARGIN, HEIGHT - 40, shorten(line, room, lambda text: width_of(text, size)), Print(size=size))

    def backed_text(self, x: float, y: float, text: str) -> None:
        """Write one centred line on a patch of background, moved inside the sheet."""
        half = width_of(text) / 2 + 4
        x = inside(x, 2 * half, MARGIN, WIDTH - MARGIN)
        low, high = y - LINE_HEIGHT / 2, y + LINE_HEIGHT / 2
        patch = np.array([(x - half, low), (x + half, low), (x + half, high), (x - half, high)])
        background = self.palette.background
        self.areas([patch], Fill(edge=background, inside=background, width=0, opacity=0.75))
        self.text(x, y, text, Print(across="center"))

    def message(self, text: str) -> None:
        """Write a sentence in the middle, in place of what there is nothing of."""
        self.text(WIDTH / 2, HEIGHT / 2, text, Print(size=TITLE, across="center"))

    def png(self) -> bytes:
        """Return everything drawn as PNG."""
        buffer = io.BytesIO()
        self._figure.savefig(buffer, format="png", dpi=_DPI, metadata=_METADATA, pil_kwargs={"compress_level": 1})
        return buffer.getvalue()

    def _add_collection(self, collection: LineCollection | PolyCollection) -> None:
        collection.set_transform(IdentityTransform())
        collection.set_zorder(self._next())
        self._figure.add_artist(collection)

    def _next(self) -> int:
        self._order += 1
        return self._order


def width_of(text: str, size: int = TEXT) -> float:
    """Return the width in pixels of the widest line of a text."""
    return max(_line_width(line, size, threading.get_ident()) for line in drawable(text).split("\n"))


@lru_cache(maxsize=2048)
def _line_width(line: str, size: int, thread: int) -> float:
    # Fonts belong to the thread that loaded them, hence the thread in the key.
    del thread
    font = font_manager.get_font(_FONT_FILE)
    font.set_size(size, _DPI)
    font.set_text(line, 0.0)
    return font.get_width_height()[0] / _SUBPIXELS


@lru_cache(maxsize=1024)
def drawable(text: str) -> str:
    """Replace what the font has no glyph for by a box and drop what cannot be seen."""
    glyphs = font_manager.get_font(_FONT_FILE).get_charmap()
    visible = (letter for letter in text if letter == "\n" or letter.isprintable())
    return "".join(letter if letter == "\n" or ord(letter) in glyphs else _UNKNOWN for letter in visible)
