"""Lines of accented text, between a reply and a screen, which decides what an accent looks like."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Accent(StrEnum):
    """Meaning of a piece of a line; never the only way to tell (UX.md, principle 9)."""

    PLAIN = ""
    STRONG = "strong"
    SUCCESS = "good"
    WARNING = "look"
    ERROR = "bad"
    FAINT = "faint"


@dataclass(frozen=True, slots=True)
class ConsoleSpan:
    """A piece of a line with its accent, without control characters."""

    text: str
    accent: Accent = Accent.PLAIN


ConsoleLine = tuple[ConsoleSpan, ...]
BLANK_LINE: ConsoleLine = ()


def style_lines(lines: Iterable[str], accent: Accent = Accent.PLAIN) -> list[ConsoleLine]:
    """Give whole lines the same accent."""
    return [(ConsoleSpan(line, accent),) for line in lines]


def plain_text(lines: Iterable[ConsoleLine]) -> str:
    """Return the lines without accents, each ended."""
    return "".join("".join(span.text for span in line) + "\n" for line in lines)
