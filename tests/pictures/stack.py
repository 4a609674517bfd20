"""Parts of a message one below the other: lines, pictures and rows of buttons, measured first and then drawn."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from PIL import Image, ImageDraw

from tests.pictures.ink import Line, Run, broken, width, write

LEADING = 1.42


class Part(Protocol):
    """Something of a height that can be drawn."""

    def height(self, across: int) -> int:
        """Measure it for a width."""

    def draw(self, image: Image.Image, left: int, top: int, across: int) -> None:
        """Draw it."""


@dataclass(frozen=True, slots=True)
class Words:
    """Lines of text."""

    lines: tuple[Line, ...]

    def height(self, across: int) -> int:
        """Measure the broken lines."""
        return sum(round(_size(line) * LEADING) for line in self._broken(across))

    def draw(self, image: Image.Image, left: int, top: int, across: int) -> None:
        """Write the broken lines."""
        for line in self._broken(across):
            write(image, (left, top), line)
            top += round(_size(line) * LEADING)

    def _broken(self, across: int) -> list[Line]:
        return [part for line in self.lines for part in (broken(line, across) if line else [()])]


@dataclass(frozen=True, slots=True)
class Picture:
    """A picture as wide as there is room."""

    content: bytes

    def height(self, across: int) -> int:
        """Measure it."""
        size = self._image().size
        return round(size[1] * across / size[0])

    def draw(self, image: Image.Image, left: int, top: int, across: int) -> None:
        """Paste it."""
        picture = self._image().resize((across, self.height(across)), Image.Resampling.LANCZOS)
        image.paste(picture, (left, top))

    def _image(self) -> Image.Image:
        return Image.open(io.BytesIO(self.content)).convert("RGB")


@dataclass(frozen=True, slots=True)
class Key:
    """A button."""

    label: str
    fill: str
    ink: str = "#ffffff"


@dataclass(frozen=True, slots=True)
class Keys:
    """A row of buttons; they fill the row or are as wide as their words."""

    keys: tuple[Key, ...]
    is_full: bool = True
    tall: int = 60
    size: int = 23
    gap: int = 8

    def height(self, across: int) -> int:
        """Measure the row."""
        del across
        return self.tall + self.gap

    def draw(self, image: Image.Image, left: int, top: int, across: int) -> None:
        """Draw the row."""
        draw = ImageDraw.Draw(image)
        for key, wide in zip(self.keys, self._widths(across), strict=True):
            box = (left, top + self.gap, left + wide, top + self.gap + self.tall)
            draw.rounded_rectangle(box, radius=12, fill=key.fill)
            text: Line = (Run(key.label, self.size, key.ink, is_bold=True),)
            middle = left + (wide - width(text)) / 2
            write(image, (middle, top + self.gap + (self.tall - self.size * 1.3) / 2), text)
            left += wide + self.gap

    def _widths(self, across: int) -> Sequence[int]:
        count = len(self.keys)
        if self.is_full:
            return [(across - self.gap * (count - 1)) // count] * count
        return [round(width((Run(key.label, self.size, is_bold=True),))) + 44 for key in self.keys]


def tall(parts: Sequence[Part], across: int, gap: int) -> int:
    """Measure parts with gaps between them."""
    return sum(part.height(across) for part in parts) + gap * max(len(parts) - 1, 0)


def stacked(image: Image.Image, place: tuple[int, int], parts: Sequence[Part], across: int, gap: int) -> None:
    """Draw parts one below the other."""
    left, top = place
    for part in parts:
        part.draw(image, left, top, across)
        top += part.height(across) + gap


def _size(line: Line) -> int:
    return max((run.size for run in line), default=26)
