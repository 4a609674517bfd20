"""Where the console's lines come from and go to: a terminal with a prompt, or plain pipes."""

import os
import shutil
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from typing import Protocol

from prompt_toolkit import PromptSession
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.formatted_text import ANSI
from prompt_toolkit.history import InMemoryHistory
from prompt_toolkit.patch_stdout import patch_stdout
from prompt_toolkit.shortcuts import print_formatted_text
from typing_extensions import override

from adapters.chat.console.render import WIDEST, Sheet
from adapters.chat.console.streams import LineReader, TextWriter

PROMPT = "quarterdeck> "
NARROWEST = 40

Complete = Callable[[str], Awaitable[tuple[str, ...]]]


class Screen(Protocol):
    """One console."""

    @property
    def is_terminal(self) -> bool:
        """Tell whether somebody sits in front of it."""
        ...

    @property
    def sheet(self) -> Sheet:
        """Return how to draw now."""
        ...

    def lines(self, complete: Complete) -> AsyncIterator[str]:
        """Yield typed lines until the end of input."""
        ...

    async def write(self, text: str) -> bool:
        """Show a text; return whether it arrived."""
        ...


class PipeScreen:
    """Plain lines in and out: no prompt, no markup, prose on one line."""

    is_terminal = False

    def __init__(self, reader: LineReader, writer: TextWriter, environment: Mapping[str, str]) -> None:
        self._reader = reader
        self._writer = writer
        columns = environment.get("COLUMNS", "")
        width = min(max(int(columns), NARROWEST), WIDEST) if columns.isdecimal() else WIDEST
        self.sheet = Sheet(width=width)

    def lines(self, complete: Complete) -> AsyncIterator[str]:
        del complete
        return self._reader.lines()

    async def write(self, text: str) -> bool:
        return await self._writer.write(text)


class TerminalScreen:
    """A prompt with history and completion; notifications appear above it."""

    is_terminal = True

    def __init__(self, environment: Mapping[str, str]) -> None:
        self._has_markup = not environment.get("NO_COLOR") and environment.get("TERM") != "dumb"

    @property
    def sheet(self) -> Sheet:
        width = min(max(shutil.get_terminal_size().columns, NARROWEST), WIDEST)
        return Sheet(width=width, is_wrapping=True, has_markup=self._has_markup)

    async def lines(self, complete: Complete) -> AsyncIterator[str]:
        # In memory only: a setup code typed here must not stay in a file.
        session: PromptSession[str] = PromptSession(history=InMemoryHistory(), completer=_DeskCompleter(complete))
        with patch_stdout(raw=True):
            while True:
                try:
                    yield await session.prompt_async(PROMPT)
                except (EOFError, KeyboardInterrupt):
                    return

    async def write(self, text: str) -> bool:
        try:
            print_formatted_text(ANSI(text), end="")
        except OSError:
            return False
        return True


class _DeskCompleter(Completer):
    def __init__(self, complete: Complete) -> None:
        self._complete = complete

    @override
    def get_completions(self, document: Document, complete_event: CompleteEvent) -> list[Completion]:
        del document, complete_event
        return []

    @override
    async def get_completions_async(
        self, document: Document, complete_event: CompleteEvent
    ) -> AsyncIterator[Completion]:
        del complete_event
        line = document.text_before_cursor.lstrip()
        start = -len(line.rpartition(" ")[2])
        for word in await self._complete(line):
            yield Completion(word, start_position=start)


def open_screen() -> Screen:
    """Open the console of this process: a prompt if both ends are a terminal, else plain lines."""
    if sys.stdin.isatty() and sys.stdout.isatty():
        return TerminalScreen(os.environ)
    return PipeScreen(LineReader(sys.stdin.fileno()), TextWriter(sys.stdout.fileno()), os.environ)
