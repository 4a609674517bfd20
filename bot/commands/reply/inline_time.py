"""Times within sentences, which platforms can show on each reader's own clock (UX.md, section 2; ADR 0011)."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NoReturn

from bot.commands.reply.amount import HIDDEN, Amount
from bot.commands.reply.safe_text import clean_lines, safe_lines


class TimeStyle(StrEnum):
    """Precision with which a time is shown."""

    TIME = "time"
    SECONDS = "seconds"
    DAY_AND_TIME = "day and time"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class InlineTime:
    """A time; `text` is in the requester's zone, for platforms that cannot show it on the reader's clock."""

    time: datetime
    text: str
    style: TimeStyle

    @property
    def unix(self) -> int:
        """Return the time in Unix seconds."""
        return int(self.time.timestamp())


VisiblePart = str | InlineTime
TextPart = VisiblePart | Amount
RichText = str | tuple[TextPart, ...]
"""A text, or its parts if it has times or amounts; a text of a person can never become such a part."""


class _Line(tuple[TextPart, ...]):
    """Parts of a text; formatting them raises, since times and amounts would be lost."""

    __slots__ = ()

    def __format__(self, spec: str) -> NoReturn:
        raise TypeError("a text in parts is no plain text: put it into a line with join_text")


def join_text(*pieces: RichText | TextPart) -> RichText:
    """Join texts, times and amounts; texts alone stay plain."""
    parts: list[TextPart] = []
    for piece in pieces:
        for part in piece if isinstance(piece, tuple) else (piece,):
            if isinstance(part, str) and parts and isinstance(parts[-1], str):
                parts[-1] += part
            elif part:
                parts.append(part)
    words = [part for part in parts if isinstance(part, str)]
    return "".join(words) if len(words) == len(parts) else _Line(parts)


def join_with(separator: str, texts: Iterable[RichText | TextPart]) -> RichText:
    pairs = ((separator, text) if index else (text,) for index, text in enumerate(texts))
    return join_text(*(piece for pair in pairs for piece in pair))


def join_lines(lines: Iterable[RichText]) -> RichText:
    return join_with("\n", lines)


def plain_text(text: RichText) -> str:
    """Return a text as its requester reads it."""
    if isinstance(text, str):
        return text
    return "".join(part if isinstance(part, str) else part.text for part in map(_visible, text))


def safe_text_lines(text: RichText) -> list[tuple[VisiblePart, ...]]:
    """Split a text into lines of safe parts; leading blanks stay."""
    if isinstance(text, str):
        return [(line,) if line else () for line in safe_lines(text)]
    lines: list[list[VisiblePart]] = [[]]
    for part in map(_visible, text):
        if isinstance(part, InlineTime):
            lines[-1].append(part)
            continue
        first, *others = clean_lines(part)
        lines[-1].append(first)
        lines += [[line] for line in others]
    return [tuple(part for part in _strip_line_end(line) if part) for line in lines]


def safe_text_line(text: RichText) -> tuple[VisiblePart, ...]:
    """Return a text as one line of safe parts, without blanks around it."""
    line = strip_text(join_with(" ", (line for line in safe_text_lines(text) if line)))
    return tuple(filter(None, (line,))) if isinstance(line, str) else tuple(map(_visible, line))


def strip_text(text: RichText) -> RichText:
    """Return a text without blanks around it."""
    parts = [text] if isinstance(text, str) else list(text)
    if parts and isinstance(parts[0], str):
        parts[0] = parts[0].lstrip()
    if parts and isinstance(parts[-1], str):
        parts[-1] = parts[-1].rstrip()
    return join_text(*parts)


def split_first_line(text: RichText) -> tuple[RichText, RichText]:
    if isinstance(text, str):
        first, _, others = text.partition("\n")
        return first, others
    for index, part in enumerate(text):
        if isinstance(part, str) and "\n" in part:
            end, _, start = part.partition("\n")
            return join_text(*text[:index], end), join_text(start, *text[index + 1 :])
    return text, ""


def _visible(part: TextPart) -> VisiblePart:
    """Return a part without an unhandled amount, which stays hidden."""
    return HIDDEN if isinstance(part, Amount) else part


def _strip_line_end(line: list[VisiblePart]) -> list[VisiblePart]:
    last = line[-1] if line else ""
    return [*line[:-1], last.rstrip()] if isinstance(last, str) else line
