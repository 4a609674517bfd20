"""Styled texts, measured as Telegram measures them and escaped here and nowhere else."""

import html
import unicodedata
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from enum import Enum
from itertools import groupby

from adapters.chat.reply_parts import ELLIPSIS
from bot.commands.reply.inline_time import InlineTime, TimeStyle

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


class LineKind(Enum):
    """Kind of a line, whose consecutive lines are one block; the value is Telegram's tag."""

    PROSE = ""
    CODE = "pre"
    FOLDED = "blockquote"


TIME_FORMATS = {TimeStyle.TIME: "t", TimeStyle.SECONDS: "T", TimeStyle.DAY_AND_TIME: "dt", TimeStyle.DAY: "d"}
"""Telegram's letters for the formats in which its clients show a time."""
_OPENING = {LineKind.FOLDED: "<blockquote expandable>"}


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


@dataclass(frozen=True, slots=True)
class TelegramLine:
    """A line of a message."""

    spans: tuple[TelegramSpan, ...]
    kind: LineKind = LineKind.PROSE

    @property
    def text(self) -> str:
        return "".join(span.text for span in self.spans)

    @property
    def length(self) -> int:
        """Return the length in UTF-16 units, without the line's end."""
        return sum(utf16_length(span.text) for span in self.spans)

    def without_times(self) -> "TelegramLine":
        """Return the line with its times as plain text."""
        return replace(self, spans=tuple(replace(span, time=None) for span in self.spans))

    def slice(self, start: int, end: int | None = None) -> "TelegramLine":
        """Return a part of the line by characters."""
        return replace(self, spans=tuple(_sliced_spans(self.spans, start, len(self.text) if end is None else end)))


TelegramText = tuple[TelegramLine, ...]


def html_text(lines: Iterable[TelegramLine]) -> str:
    return "\n".join(
        _block_html(kind, "\n".join("".join(span.html for span in line.spans) for line in block))
        for kind, block in groupby(lines, lambda line: line.kind)
    )


def plain_text(lines: Iterable[TelegramLine]) -> str:
    return "\n".join(line.text for line in lines)


def utf16_length(text: str) -> int:
    """Return the length of a text in UTF-16 units."""
    return len(text.encode(UTF_16, "surrogatepass")) // UNIT_BYTES


def is_visible(text: str) -> bool:
    """Return whether a text shows anything; Telegram refuses messages that do not."""
    return any(unicodedata.category(char) not in _INVISIBLE and char != _BLANK_PATTERN for char in text)


def cut_line(line: TelegramLine, room: int) -> TelegramLine:
    """Return a line cut to `room` units, with an ellipsis if something was cut."""
    if line.length <= room:
        return line
    kept, _ = split_line(line, room - 2 * utf16_length(ELLIPSIS))
    is_open = kept.text.count(_ISOLATE) > kept.text.count(_END_ISOLATE)
    return replace(kept, spans=(*kept.spans, TelegramSpan(ELLIPSIS + (_END_ISOLATE if is_open else ""))))


def split_line(line: TelegramLine, room: int) -> tuple[TelegramLine, TelegramLine]:
    """Split a line so that its first part has at most `room` units; accents and times stay whole."""
    index = _index_outside_times(line, _split_index(line.text, room))
    return line.slice(0, index), line.slice(index)


def _block_html(kind: LineKind, body: str) -> str:
    tag = kind.value
    return f"{_OPENING.get(kind, f'<{tag}>')}{body}</{tag}>" if tag else body


def _split_index(text: str, room: int) -> int:
    # A surrogate pair that the cut would divide is left out.
    count = len(text.encode(UTF_16, "surrogatepass")[: room * UNIT_BYTES].decode(UTF_16, "ignore"))
    whole = count
    while 0 < whole < len(text) and unicodedata.category(text[whole]) in _COMBINING:
        whole -= 1
    # Endless accents must be divided somewhere.
    return whole or count


def _index_outside_times(line: TelegramLine, index: int) -> int:
    """Return an index before the time that `index` would divide, unless the time begins the line."""
    begin = 0
    for span in line.spans:
        end = begin + len(span.text)
        if span.time is not None and 0 < begin < index < end:
            return begin
        begin = end
    return index


def _sliced_spans(spans: tuple[TelegramSpan, ...], start: int, end: int) -> Iterator[TelegramSpan]:
    position = 0
    for span in spans:
        text = span.text[max(start - position, 0) : max(end - position, 0)]
        if text:
            # A part of a divided time is not a time any more.
            yield TelegramSpan(text, span.style, span.time if text == span.text else None)
        position += len(span.text)
