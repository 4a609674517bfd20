"""The console when it is no terminal: plain lines in, plain lines out."""

from collections.abc import AsyncGenerator, Sequence

from adapters.chat.console.render.renderer import PIPED
from adapters.chat.console.render.styled_lines import Line, plain_text
from adapters.chat.console.terminal.line_reader import read_lines
from adapters.chat.console.terminal.stream_writer import StreamWriter

NOWHERE = -1
"""Stands for a stream that is not there: it has no lines and takes none."""


class Pipe:
    """A `Screen` over two file descriptors, without prompts and without colour."""

    is_terminal = False
    width = PIPED

    def __init__(self, stdin: int, stdout: int, encoding: str = "utf-8") -> None:
        self._stdin = stdin
        self._writer = StreamWriter(stdout, encoding)

    def lines(self) -> AsyncGenerator[str, None]:
        return read_lines(self._stdin)

    async def write(self, lines: Sequence[Line]) -> None:
        await self._writer.write(plain_text(lines))

    def ring(self) -> None:
        """Nobody hears a bell in a pipe."""
