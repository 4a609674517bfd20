"""Styled texts, measured as Telegram measures them and escaped here and nowhere else."""

import html
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import Enum

from bot.commands.reply.inline_time import InlineTime, TimeStyle

ELLIPSIS = "…"
_ISOLATE, _END_ISOLATE = "\u2068", "\u2069"
_COMBINING = frozenset({"Mn", "Me", "Mc"})
_INVISIBLE = frozenset({"Zs", "Zl", "Zp", "Cc", "Cf", "Cn", "Co", "Cs", "Mn", "Me"})
_BLANK_PATTERN = "\u2800"
UTF_16, UNIT_BYTES = "utf-16-le", 2


class TelegramTextStyle(Enum):
    """Style of a part of a line; the value is Telegram's tag."""

    PLAIN = ""
    BOLD = "b"
    ITALIC = "i"


class TextBlockKind(Enum):
    """Kind of consecutive lines; the value is Telegram's tag."""

    PROSE = ""
    CODE = "pre"
    FOLDED = "blockquote"


TIME_FORMATS = {TimeStyle.TIME: "t", TimeStyle.SECONDS: "T", TimeStyle.DAY_AND_TIME: "dt", TimeStyle.DAY: "d"}
"""Telegram's letters for the formats in which its clients show a time."""
_OPENING = {TextBlockKind.FOLDED: "<blockquote expandable>"}


@dataclass(frozen=True, slots=True)
class TelegramSpan:
    """A part of a line in one style; `text` is also what clients show that do not know times."""

    text: str
    style: TelegramTextStyle = TelegramTextStyle.PLAIN
    time: InlineTime | None = None

    @property
    def html(self) -> str:
        text = html.escape(self.text, quote=False)
        if self.time is not None:
            return f'<tg-time unix="{self.time.unix}" format="{TIME_FORMATS[self.time.style]}">{text}</tg-time>'
        tag = self.style.value
        return f"<{tag}>{text}</{tag}>" if tag and text else text


TelegramLine = tuple[TelegramSpan, ...]


@dataclass(frozen=True, slots=True)
class TelegramTextBlock:
    """Consecutive lines of one kind."""

    lines: tuple[TelegramLine, ...]
    kind: TextBlockKind = TextBlockKind.PROSE

    @property
    def html(self) -> str:
        body = "\n".join("".join(span.html for span in line) for line in self.lines)
        tag = self.kind.value
        return f"{_OPENING.get(self.kind, f'<{tag}>')}{body}</{tag}>" if tag else body


def line_text(line: TelegramLine) -> str:
    """Return a line without styles."""
    return "".join(span.text for span in line)


def strip_times(line: TelegramLine) -> TelegramLine:
    """Return a line whose times are plain text."""
    return tuple(replace(span, time=None) for span in line)


def html_text(text_blocks: Iterable[TelegramTextBlock]) -> str:
    return "\n".join(block.html for block in text_blocks)


def plain_text(text_blocks: Iterable[TelegramTextBlock]) -> str:
    """Return the lines of blocks without any markup."""
    return "\n".join(line_text(line) for block in text_blocks for line in block.lines)


def utf16_length(text: str) -> int:
    """Return the length of a text in UTF-16 units."""
    return len(text.encode(UTF_16, "surrogatepass")) // UNIT_BYTES


def line_length(line: TelegramLine) -> int:
    """Return the length of a line in UTF-16 units, without its end."""
    return sum(utf16_length(span.text) for span in line)


def is_visible(text: str) -> bool:
    """Return whether a text shows anything; Telegram refuses messages that do not."""
    return any(unicodedata.category(char) not in _INVISIBLE and char != _BLANK_PATTERN for char in text)


def cut_line(line: TelegramLine, room: int) -> TelegramLine:
    """Return a line cut to `room` units, with an ellipsis if something was cut."""
    if line_length(line) <= room:
        return line
    kept, _ = split_line(line, room - 2 * utf16_length(ELLIPSIS))
    is_open = line_text(kept).count(_ISOLATE) > line_text(kept).count(_END_ISOLATE)
    return (*kept, TelegramSpan(ELLIPSIS + (_END_ISOLATE if is_open else "")))


def strip_line(line: TelegramLine) -> TelegramLine:
    """Return a line without blanks at its beginning."""
    text = line_text(line)
    return tuple(_line_slice(line, len(text) - len(text.lstrip()), len(text)))


def split_line(line: TelegramLine, room: int) -> tuple[TelegramLine, TelegramLine]:
    """Split a line so that its first part has at most `room` units; accents and times stay whole."""
    index = _index_outside_times(line, _split_index(line_text(line), room))
    return tuple(_line_slice(line, 0, index)), tuple(_line_slice(line, index, len(line_text(line))))


def _split_index(text: str, room: int) -> int:
    # A surrogate pair that the cut would divide is left out.
    count = len(text.encode(UTF_16, "surrogatepass")[: room * UNIT_BYTES].decode(UTF_16, "ignore"))
    whole = count
    while 0 < whole < len(text) and unicodedata.category(text[whole]) in _COMBINING:
        whole -= 1
    # Endless accents must be divided somewhere.
    return whole or count


def _index_outside_times(line: TelegramLine, index: int) -> int:
    """Return an index before the time that `place` would divide, unless the time begins the line."""
    begin = 0
    for span in line:
        end = begin + len(span.text)
        if span.time is not None and 0 < begin < index < end:
            return begin
        begin = end
    return index


def _line_slice(line: TelegramLine, start: int, end: int) -> Iterator[TelegramSpan]:
    position = 0
    for span in line:
        text = span.text[max(start - position, 0) : max(end - position, 0)]
        if text:
            # A part of a divided time is not a time any more.
            yield TelegramSpan(text, span.style, span.time if text == span.text else None)
        position += len(span.text)
