"""A terminal in memory: keys are sent, and what stands on its rows can be read and waited for."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from prompt_toolkit.data_structures import Size
from prompt_toolkit.input import PipeInput, create_pipe_input
from prompt_toolkit.output import DummyOutput
from typing_extensions import override
from wcwidth import wcwidth


class Glass(DummyOutput):
    """Keeps the rows that a real terminal would show, without colour; it scrolls for ever."""

    def __init__(self, columns: int) -> None:
        self._columns = columns
        self._rows: list[list[str]] = [[]]
        self._row = self._column = 0
        self.drawn = asyncio.Event()
        self.rings = 0

    @property
    def rows(self) -> list[str]:
        """Return what stands on it, top to bottom."""
        return ["".join(row).rstrip() for row in self._rows]

    @override
    def get_size(self) -> Size:
        return Size(rows=24, columns=self._columns)

    @override
    def write(self, data: str) -> None:
        for char in data.replace("\x1b", "?"):
            self._put(char)

    @override
    def write_raw(self, data: str) -> None:
        self.write(data)

    @override
    def flush(self) -> None:
        self.drawn.set()

    @override
    def bell(self) -> None:
        self.rings += 1

    @override
    def cursor_backward(self, amount: int) -> None:
        self._column = max(self._column - amount, 0)

    @override
    def cursor_forward(self, amount: int) -> None:
        self._column += amount

    @override
    def cursor_up(self, amount: int) -> None:
        self._row = max(self._row - amount, 0)

    @override
    def cursor_down(self, amount: int) -> None:
        self._row += amount
        self._reach()

    @override
    def erase_end_of_line(self) -> None:
        del self._rows[self._row][self._column :]

    @override
    def erase_down(self) -> None:
        self.erase_end_of_line()
        del self._rows[self._row + 1 :]

    def _put(self, char: str) -> None:
        if char == "\n":
            self.cursor_down(1)
        elif char == "\r":
            self._column = 0
        else:
            row = self._rows[self._row]
            row.extend(" " * (self._column - len(row)))
            # A wide character takes two cells, the second of which holds nothing.
            cells = [char, *[""] * (wcwidth(char) - 1)]
            row[self._column : self._column + len(cells)] = cells
            self._column += len(cells)

    def _reach(self) -> None:
        while len(self._rows) <= self._row:
            self._rows.append([])


@dataclass(slots=True)
class KeyedTerminal:
    """Keys in, a glass out."""

    source: PipeInput
    output: Glass
    deadline_seconds: float = field(default=10.0)

    def keys(self, text: str) -> None:
        """Press keys."""
        self.source.send_text(text)

    async def wait_until_written(self) -> None:
        """Return at once: a glass in memory has everything."""

    async def shows(self, row: str) -> None:
        """Wait until a row begins so."""
        async with asyncio.timeout(self.deadline_seconds):
            while not any(found.startswith(row) for found in self.output.rows):
                self.output.drawn.clear()
                await self.output.drawn.wait()


@contextmanager
def a_keyed_terminal(columns: int = 80) -> Iterator[KeyedTerminal]:
    """Open a terminal in memory."""
    with create_pipe_input() as source:
        yield KeyedTerminal(source, Glass(columns))
