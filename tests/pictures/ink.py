"""Writing on a picture: words in fonts, emoji in colour, lines that break where there is no more room."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import matplotlib as mpl
from matplotlib import font_manager
from PIL import Image, ImageDraw, ImageFont

EMOJI_SIZE = 109
"""The one size in which the colour font holds its pictures."""
_PIECES = re.compile(r"\s+|\S+")
_FACES = {
    (False, False): "DejaVuSans.ttf",
    (True, False): "DejaVuSans-Bold.ttf",
    (False, True): "DejaVuSansMono.ttf",
    (True, True): "DejaVuSansMono-Bold.ttf",
}


@dataclass(frozen=True, slots=True)
class Run:
    """Characters of one look."""

    text: str
    size: int = 26
    colour: str = "#111111"
    is_bold: bool = False
    is_mono: bool = False


Line = tuple[Run, ...]


@cache
def face(size: int, *, is_bold: bool, is_mono: bool) -> ImageFont.FreeTypeFont:
    """Return a font that comes with matplotlib."""
    folder = Path(mpl.get_data_path()) / "fonts" / "ttf"
    return ImageFont.truetype(str(folder / _FACES[is_bold, is_mono]), size)


@cache
def emoji_font() -> ImageFont.FreeTypeFont:
    """Return the system's font of coloured emoji; say what to install where there is none."""
    for path in font_manager.findSystemFonts():
        if Path(path).name == "NotoColorEmoji.ttf":
            return ImageFont.truetype(path, EMOJI_SIZE)
    message = "Expected the font Noto Color Emoji, found none: install the package fonts-noto-color-emoji"
    raise SystemExit(message)


def is_emoji(letters: str) -> bool:
    """Tell whether this is one character that is drawn in colour."""
    if len(letters) != 1 or unicodedata.category(letters) != "So":
        return False
    return ord(letters) > 0x22FF and not 0x2500 <= ord(letters) <= 0x25FF


@cache
def emoji(letter: str, size: int) -> Image.Image:
    """Draw one emoji."""
    canvas = Image.new("RGBA", (EMOJI_SIZE + 27, EMOJI_SIZE + 19), (0, 0, 0, 0))
    ImageDraw.Draw(canvas).text((0, 0), letter, font=emoji_font(), embedded_color=True)
    return canvas.resize((round(size * 1.2), round(size * 1.13)), Image.Resampling.LANCZOS)


def width(line: Iterable[Run]) -> float:
    """Measure a line."""
    return sum(_advance(run, letters) for run in line for letters in _letters(run.text))


def _letters(text: str) -> list[str]:
    """Split into emoji and the words between them; what only chooses their look is dropped."""
    plain = text.replace("\ufe0f", "")
    found: list[str] = []
    for envelope in plain:
        if found and not is_emoji(envelope) and not is_emoji(found[-1][-1]):
            found[-1] += envelope
        else:
            found.append(envelope)
    return found


def _advance(run: Run, letters: str) -> float:
    if is_emoji(letters):
        return run.size * 1.25
    return face(run.size, is_bold=run.is_bold, is_mono=run.is_mono).getlength(letters)


def broken(line: Line, most: float) -> list[Line]:
    """Break a line between words so that nothing is wider than `most`; a row of a table stays whole."""
    lines: list[list[Run]] = [[]]
    for run in line:
        for piece in _PIECES.findall(run.text) if not run.is_mono else [run.text]:
            word = replace(run, text=piece)
            if lines[-1] and width((*lines[-1], word)) > most:
                lines.append([])
            if lines[-1] or not piece.isspace() or run.is_mono:
                lines[-1].append(word)
    return [tuple(one) for one in lines]


def write(image: Image.Image, place: tuple[float, float], line: Line) -> None:
    """Write a line whose top left corner is at `place`."""
    draw, (x, y) = ImageDraw.Draw(image), place
    for run in line:
        for letters in _letters(run.text):
            if is_emoji(letters):
                picture = emoji(letters, run.size)
                image.paste(picture, (round(x), round(y)), picture)
            else:
                font = face(run.size, is_bold=run.is_bold, is_mono=run.is_mono)
                draw.text((x, y), letters, font=font, fill=run.colour)
            x += _advance(run, letters)
