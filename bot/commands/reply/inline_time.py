"""Times within sentences, which every reader may see on their own clock (UX.md, section 2; ADR 0011)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.commands.reply.safe_text import clean_lines, safe_lines


class TimeStyle(StrEnum):
    """How much of a time is worth showing."""

    TIME = "time"
    SECONDS = "seconds"
    DAY_AND_TIME = "day and time"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class InlineTime:
    """A time; `text` says it on the clock of the person it is written for, where a platform has no other."""

    time: datetime
    text: str
    style: TimeStyle

    @property
    def unix(self) -> int:
        """Return the time as platforms take it: seconds since 1970."""
        return int(self.time.timestamp())


TextPart = str | InlineTime
RichText = str | tuple[TextPart, ...]
"""A text, in parts where there are times in it; nobody's words can become a time, whatever characters they hold."""

_FIRST_TIME_MARK, _LAST_TIME_MARK = 0xE100, 0xF8FF


def join_text(*pieces: RichText | InlineTime) -> RichText:
    """Put texts and times together; a text without any time stays plain text."""
    parts: list[TextPart] = []
    for piece in pieces:
        for part in piece if isinstance(piece, tuple) else (piece,):
            if isinstance(part, str) and parts and isinstance(parts[-1], str):
                parts[-1] += part
            elif part:
                parts.append(part)
    return tuple(parts) if any(isinstance(part, InlineTime) for part in parts) else "".join(map(_part_text, parts))


def join_lines(lines: Iterable[RichText]) -> RichText:
    """Put texts below each other."""
    return join_text(*(piece for index, line in enumerate(lines) for piece in (("\n", line) if index else (line,))))


def plain_text(text: RichText) -> str:
    """Return a text as the person it is written for reads it."""
    return text if isinstance(text, str) else "".join(map(_part_text, text))


def safe_text_lines(text: RichText) -> list[tuple[TextPart, ...]]:
    """Split a text into lines that are safe to show, each in parts; leading blanks stay."""
    if isinstance(text, str):
        return [(line,) if line else () for line in safe_lines(text)]
    lines: list[list[TextPart]] = [[]]
    for part in text:
        if isinstance(part, InlineTime):
            lines[-1].append(part)
            continue
        first, *others = clean_lines(part)
        lines[-1].append(first)
        lines += [[line] for line in others]
    return [tuple(part for part in _strip_line_end(line) if part) for line in lines]


def safe_text_line(text: RichText) -> tuple[TextPart, ...]:
    """Make one safe line of a text, in parts, without blanks around it."""
    lines = [line for line in safe_text_lines(text) if line]
    line = join_text(*(piece for index, line in enumerate(lines) for piece in ((" ", line) if index else (line,))))
    parts = [line] if isinstance(line, str) else list(line)
    if parts and isinstance(parts[0], str):
        parts[0] = parts[0].lstrip()
    if parts and isinstance(parts[-1], str):
        parts[-1] = parts[-1].rstrip()
    return tuple(part for part in parts if part)


def split_first_line(text: RichText) -> tuple[RichText, RichText]:
    """Divide a text after its first line."""
    if isinstance(text, str):
        first, _, others = text.partition("\n")
        return first, others
    for index, part in enumerate(text):
        if isinstance(part, str) and "\n" in part:
            end, _, start = part.partition("\n")
            return join_text(*text[:index], end), join_text(start, *text[index + 1 :])
    return text, ""


def transform_text(text: RichText, transform: Callable[[str], str]) -> RichText:
    """Change a text as a whole, of which it may leave out times but make none."""
    if isinstance(text, str):
        return transform(text)
    times = [part for part in text if isinstance(part, InlineTime)][: _LAST_TIME_MARK - _FIRST_TIME_MARK]
    marks = {chr(_FIRST_TIME_MARK + index): time for index, time in enumerate(times)}
    left = iter(marks)
    marked = "".join(_remove_time_marks(part) if isinstance(part, str) else next(left, part.text) for part in text)
    return join_text(*(marks.get(char, char) for char in transform(marked)))


def _part_text(part: TextPart) -> str:
    return part if isinstance(part, str) else part.text


def _strip_line_end(line: list[TextPart]) -> list[TextPart]:
    last = line[-1] if line else ""
    return [*line[:-1], last.rstrip()] if isinstance(last, str) else line


def _remove_time_marks(text: str) -> str:
    return "".join(char for char in text if not _FIRST_TIME_MARK <= ord(char) <= _LAST_TIME_MARK)
