"""A message of Discord, drawn from what goes over the wire."""

import re
from collections.abc import Mapping, Sequence

from PIL import Image, ImageDraw

from tests.pictures.ink import Line, Run
from tests.pictures.stack import Key, Keys, Part, Picture, Words, stacked, tall

ROOM, CARD, INK, FAINT = "#313338", "#2b2d31", "#dbdee1", "#a5a8ae"
KEY_FILLS = {1: "#5865f2", 2: "#4e5058", 3: "#248046", 4: "#da373c"}
MARGIN, INSIDE, GAP, BAR = 24, 22, 10, 6
TEXT_SIZE, MONO_SIZE, SMALL_SIZE = 26, 23, 21
_MARKS = re.compile(r"\*\*(.+?)\*\*|`([^`]+)`|\\(.)")


def drawn(wire: Mapping[str, object], pictures: Sequence[bytes], across: int = 900) -> Image.Image:
    """Draw a message: its text, its card, its buttons."""
    outside: list[Part] = [Words(_lines(str(wire.get("content") or ""), INK))]
    card, colour = _card(wire, pictures)
    keys = _rows(wire)
    wide = across - 2 * MARGIN
    words = wide - 2 * INSIDE - BAR
    high = tall(card, words, GAP) + 2 * INSIDE if card else 0
    above = tall(outside, wide, GAP) + GAP
    image = Image.new("RGB", (across, above + high + tall(keys, wide, 0) + 2 * MARGIN), ROOM)
    stacked(image, (MARGIN, MARGIN), outside, wide, GAP)
    if card:
        _draw_card(image, (MARGIN, MARGIN + above, MARGIN + wide, MARGIN + above + high), colour)
        stacked(image, (MARGIN + BAR + INSIDE, MARGIN + above + INSIDE), card, words, GAP)
    stacked(image, (MARGIN, MARGIN + above + high), keys, wide, 0)
    return image


def _draw_card(image: Image.Image, box: tuple[int, int, int, int], colour: str) -> None:
    draw = ImageDraw.Draw(image)
    draw.rounded_rectangle(box, radius=10, fill=colour)
    draw.rounded_rectangle((box[0] + BAR, *box[1:]), radius=8, fill=CARD)


def _card(wire: Mapping[str, object], pictures: Sequence[bytes]) -> tuple[list[Part], str]:
    embeds = wire.get("embeds") or []
    assert isinstance(embeds, Sequence)
    parts: list[Part] = []
    colour = "#4e5058"
    for embed in embeds:
        colour = f"#{embed.get('color') or 0x4E5058:06x}"
        if embed.get("title"):
            parts.append(Words(((Run(str(embed["title"]), TEXT_SIZE, "#ffffff", is_bold=True),),)))
        if embed.get("description"):
            parts.append(Words(_lines(str(embed["description"]), INK)))
        if embed.get("footer"):
            parts.append(Words(((Run(str(embed["footer"]["text"]), SMALL_SIZE, FAINT),),)))
    return [*parts, *map(Picture, pictures)], colour


def _lines(text: str, ink: str) -> tuple[Line, ...]:
    """Read the marks of Discord's texts: bold, code, blocks of code, small print."""
    found: list[Line] = []
    is_block = False
    for line in text.split("\n"):
        if line.startswith("```"):
            is_block = not is_block
        elif is_block:
            found.append((Run(line, MONO_SIZE, ink, is_mono=True),))
        elif line.startswith("-# "):
            found.append((Run(line[3:], SMALL_SIZE, FAINT),))
        elif line or not found or found[-1]:
            found.append(_runs(line, ink))
    return tuple(found)


def _runs(line: str, ink: str) -> Line:
    runs: list[Run] = []
    position = 0
    for match in _MARKS.finditer(line):
        runs.append(Run(line[position : match.start()], TEXT_SIZE, ink))
        bold, code, envelope = match.groups()
        runs.append(Run(bold or code or envelope, TEXT_SIZE, ink, is_bold=bool(bold), is_mono=bool(code)))
        position = match.end()
    return (*runs, Run(line[position:], TEXT_SIZE, ink))


def _rows(wire: Mapping[str, object]) -> list[Part]:
    rows = wire.get("components") or []
    assert isinstance(rows, Sequence)
    found: list[Part] = []
    for row in rows:
        items = row.get("components", [])
        keys = tuple(Key(_label(item), KEY_FILLS.get(int(item.get("style") or 2), "#4e5058")) for item in items)
        found.append(Keys(keys, is_full=False))
    return found


def _label(item: Mapping[str, object]) -> str:
    return str(item.get("label") or f"{item.get('placeholder') or 'Choose'}  ▾")
