"""Screen: where the console's lines are typed and shown."""

from collections.abc import AsyncGenerator, Sequence
from typing import Protocol

from adapters.chat.console.render.styled_lines import ConsoleLine


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
