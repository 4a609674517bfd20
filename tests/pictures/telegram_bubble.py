"""A message of Telegram, drawn from the record that the Bot API has of it."""

from collections.abc import Mapping, Sequence

from PIL import Image, ImageDraw

from tests.pictures.ink import Line, Run
from tests.pictures.stack import Key, Keys, Part, Picture, Words, stacked, tall

ROOM, BUBBLE = "#d7e3ec", "#ffffff"
KEY_FILLS = {"primary": "#3d87d9", "success": "#3f9c5a", "danger": "#d04a4a"}
PLAIN_KEY = "#7f98ad"
MARGIN, INSIDE, GAP = 24, 22, 10
MONO_SIZE, TEXT_SIZE = 24, 26


def drawn(record: Mapping[str, object], picture: bytes | None, across: int = 860) -> Image.Image:
    """Draw a message with its buttons."""
    wide, words = across - 2 * MARGIN, across - 2 * (MARGIN + INSIDE)
    inside: list[Part] = [Picture(picture)] if picture else []
    inside.append(Words(lines(record)))
    keys = key_rows(record)
    body = tall(inside, words, GAP) + 2 * INSIDE
    image = Image.new("RGB", (across, body + tall(keys, wide, 0) + 2 * MARGIN), ROOM)
    box = (MARGIN, MARGIN, MARGIN + wide, MARGIN + body)
    ImageDraw.Draw(image).rounded_rectangle(box, radius=22, fill=BUBBLE)
    stacked(image, (MARGIN + INSIDE, MARGIN + INSIDE), inside, words, GAP)
    stacked(image, (MARGIN, MARGIN + body), keys, wide, 0)
    return image


def lines(record: Mapping[str, object]) -> tuple[Line, ...]:
    """Return the text of a record in lines, each character as its entities say."""
    text = str(record.get("text") or record.get("caption") or "")
    marks = record.get("entities") or record.get("caption_entities") or []
    assert isinstance(marks, Sequence)
    styles = _styles(text, marks)
    found: list[list[Run]] = [[]]
    for envelope, kinds in zip(text, styles, strict=True):
        if envelope == "\n":
            found.append([])
            continue
        is_mono = bool(kinds & {"pre", "code"})
        run = Run(envelope, MONO_SIZE if is_mono else TEXT_SIZE, is_bold="bold" in kinds, is_mono=is_mono)
        last = found[-1][-1] if found[-1] else None
        if last and (last.is_bold, last.is_mono) == (run.is_bold, run.is_mono):
            found[-1][-1] = Run(last.text + envelope, run.size, is_bold=run.is_bold, is_mono=run.is_mono)
        else:
            found[-1].append(run)
    return tuple(map(tuple, found))


def _styles(text: str, marks: Sequence[Mapping[str, object]]) -> list[set[str]]:
    """Return what holds for each character; entities count in UTF-16 units."""
    begins: list[int] = []
    units = 0
    for envelope in text:
        begins.append(units)
        units += len(envelope.encode("utf-16-le")) // 2
    styles: list[set[str]] = [set() for _ in text]
    for mark in marks:
        first, length = mark["offset"], mark["length"]
        assert isinstance(first, int)
        assert isinstance(length, int)
        for index, begin in enumerate(begins):
            if first <= begin < first + length:
                styles[index].add(str(mark["type"]))
    return styles


def key_rows(record: Mapping[str, object]) -> list[Part]:
    """Return the buttons under a message."""
    markup = record.get("reply_markup") or {}
    assert isinstance(markup, Mapping)
    return [
        Keys(tuple(Key(str(key["text"]), KEY_FILLS.get(str(key.get("style")), PLAIN_KEY)) for key in row))
        for row in markup.get("inline_keyboard", [])
    ]
