"""The console when it is no terminal: plain lines in, plain lines out."""

from collections.abc import AsyncGenerator, Sequence

from adapters.chat.console.render.renderer import PIPE_WIDTH
from adapters.chat.console.render.styled_lines import ConsoleLine, plain_text
from adapters.chat.console.terminal.line_reader import read_lines
from adapters.chat.console.terminal.stream_writer import StreamWriter

NO_STREAM = -1
"""Stands for a stream that is not there: it has no lines and takes none."""


class PipeScreen:
    """A `Screen` over two file descriptors, without prompts and without colour."""

    is_terminal = False
    width = PIPE_WIDTH

    def __init__(self, stdin: int, stdout: int, encoding: str = "utf-8") -> None:
        self._stdin = stdin
        self._writer = StreamWriter(stdout, encoding)

    def read_lines(self) -> AsyncGenerator[str, None]:
        return read_lines(self._stdin)

    async def write_lines(self, lines: Sequence[ConsoleLine]) -> None:
        await self._writer.write_text(plain_text(lines))

    def ring_bell(self) -> None:
        """Nobody hears a bell in a pipe."""
