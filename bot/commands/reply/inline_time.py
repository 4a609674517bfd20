"""Times within sentences, which every reader may see on their own clock (UX.md, section 2; ADR 0011)."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.commands.reply.safe_text import cleaned_lines, safe_lines


class Shows(StrEnum):
    """How much of a time is worth showing."""

    TIME = "time"
    SECONDS = "seconds"
    DAY_AND_TIME = "day and time"
    DAY = "day"


@dataclass(frozen=True, slots=True)
class Instant:
    """A time; `text` says it on the clock of the person it is written for, where a platform has no other."""

    at: datetime
    text: str
    shows: Shows

    @property
    def unix(self) -> int:
        """Return the time as platforms take it: seconds since 1970."""
        return int(self.at.timestamp())


Part = str | Instant
Words = str | tuple[Part, ...]
"""A text, in parts where there are times in it; nobody's words can become a time, whatever characters they hold."""

_FIRST_MARK, _LAST_MARK = 0xE100, 0xF8FF


def worded(*pieces: Words | Instant) -> Words:
    """Put texts and times together; a text without any time stays plain text."""
    parts: list[Part] = []
    for piece in pieces:
        for part in piece if isinstance(piece, tuple) else (piece,):
            if isinstance(part, str) and parts and isinstance(parts[-1], str):
                parts[-1] += part
            elif part:
                parts.append(part)
    return tuple(parts) if any(isinstance(part, Instant) for part in parts) else "".join(map(_said, parts))


def in_lines(lines: Iterable[Words]) -> Words:
    """Put texts below each other."""
    return worded(*(piece for index, line in enumerate(lines) for piece in (("\n", line) if index else (line,))))


def plain_words(words: Words) -> str:
    """Return a text as the person it is written for reads it."""
    return words if isinstance(words, str) else "".join(map(_said, words))


def safe_words(words: Words) -> list[tuple[Part, ...]]:
    """Split a text into lines that are safe to show, each in parts; leading blanks stay."""
    if isinstance(words, str):
        return [(line,) if line else () for line in safe_lines(words)]
    lines: list[list[Part]] = [[]]
    for part in words:
        if isinstance(part, Instant):
            lines[-1].append(part)
            continue
        first, *others = cleaned_lines(part)
        lines[-1].append(first)
        lines += [[line] for line in others]
    return [tuple(part for part in _ended(line) if part) for line in lines]


def safe_line_of(words: Words) -> tuple[Part, ...]:
    """Make one safe line of a text, in parts, without blanks around it."""
    lines = [line for line in safe_words(words) if line]
    line = worded(*(piece for index, line in enumerate(lines) for piece in ((" ", line) if index else (line,))))
    parts = [line] if isinstance(line, str) else list(line)
    if parts and isinstance(parts[0], str):
        parts[0] = parts[0].lstrip()
    if parts and isinstance(parts[-1], str):
        parts[-1] = parts[-1].rstrip()
    return tuple(part for part in parts if part)


def first_line(words: Words) -> tuple[Words, Words]:
    """Divide a text after its first line."""
    if isinstance(words, str):
        first, _, others = words.partition("\n")
        return first, others
    for index, part in enumerate(words):
        if isinstance(part, str) and "\n" in part:
            end, _, start = part.partition("\n")
            return worded(*words[:index], end), worded(start, *words[index + 1 :])
    return words, ""


def changed(words: Words, change: Callable[[str], str]) -> Words:
    """Change a text as a whole, of which it may leave out times but make none."""
    if isinstance(words, str):
        return change(words)
    times = [part for part in words if isinstance(part, Instant)][: _LAST_MARK - _FIRST_MARK]
    marks = {chr(_FIRST_MARK + index): time for index, time in enumerate(times)}
    left = iter(marks)
    marked = "".join(_unmarked(part) if isinstance(part, str) else next(left, part.text) for part in words)
    return worded(*(marks.get(char, char) for char in change(marked)))


def _said(part: Part) -> str:
    return part if isinstance(part, str) else part.text


def _ended(line: list[Part]) -> list[Part]:
    last = line[-1] if line else ""
    return [*line[:-1], last.rstrip()] if isinstance(last, str) else line


def _unmarked(text: str) -> str:
    return "".join(char for char in text if not _FIRST_MARK <= ord(char) <= _LAST_MARK)
