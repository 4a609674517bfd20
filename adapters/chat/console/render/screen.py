"""Screen: where the console's lines are typed and shown, in accented text."""

from collections.abc import AsyncGenerator, Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Protocol


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


class ScreenClosed(Exception):
    """Nobody reads the output any more; nothing can be shown from here on."""


class ScreenFailed(Exception):
    """The text could not be written, perhaps only now (a full disk)."""


class Screen(Protocol):
    """A terminal, or a pair of plain streams."""

    @property
    def is_terminal(self) -> bool:
        """Return whether a person types here."""

    @property
    def width(self) -> int:
        """Return the number of columns to render for."""

    def read_lines(self) -> AsyncGenerator[str, None]:
        """Yield the typed lines until the input ends."""

    async def write_lines(self, lines: Sequence[ConsoleLine]) -> None:
        """Show lines in one piece; return once the system has them; raise ScreenClosed or ScreenFailed."""

    def ring_bell(self) -> None:
        """Ring the bell, where there is one."""
