"""The console on a terminal: a prompt with history and completion, below everything that is shown."""

import asyncio
import errno
import re
import sys
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterator, Sequence
from contextlib import contextmanager, suppress

from prompt_toolkit import PromptSession
from prompt_toolkit.application import run_in_terminal
from prompt_toolkit.completion import Completer
from prompt_toolkit.filters import is_searching
from prompt_toolkit.formatted_text import FormattedText
from prompt_toolkit.history import History
from prompt_toolkit.input import Input
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.output import ColorDepth, Output
from prompt_toolkit.patch_stdout import patch_stdout
from prompt_toolkit.renderer import print_formatted_text
from prompt_toolkit.styles import DummyStyleTransformation, Style

from adapters.chat.console.render.renderer import width_for
from adapters.chat.console.render.screen import ScreenClosed, ScreenFailed
from adapters.chat.console.render.styled_lines import Accent, Line
from adapters.chat.console.terminal.line_reader import LONGEST_LINE

PROMPT = "quarterdeck> "
PARTING_SECONDS = 0.3
STYLE = Style.from_dict(
    {
        Accent.STRONG: "bold",
        Accent.GOOD: "ansigreen",
        Accent.LOOK: "ansiyellow",
        Accent.BAD: "ansired",
        Accent.FAINT: "ansibrightblack",
    }
)
_LINE_ENDS = re.compile(r"[\r\n]+")
_RETRIABLE = frozenset({errno.ENOSPC, errno.EAGAIN, errno.ENOMEM})

Taken = Callable[[], Awaitable[None]]
"""Returns once the terminal has taken everything; raises OSError if it is gone."""


class Terminal:
    """A `Screen` that is a terminal."""

    is_terminal = True

    def __init__(
        self,
        *,
        source: Input,
        output: Output,
        history: History,
        completer: Completer,
        has_colour: bool,
        taken: Taken,
    ) -> None:
        self._output = output
        self._taken = taken
        self._has_colour = has_colour
        self._turn = asyncio.Lock()
        self._session: PromptSession[str] = PromptSession(
            PROMPT,
            input=source,
            output=output,
            history=history,
            completer=completer,
            complete_while_typing=False,
            key_bindings=_key_bindings(),
            color_depth=self._depth,
        )

    @property
    def width(self) -> int:
        return width_for(self._output.get_size().columns)

    async def lines(self) -> AsyncGenerator[str, None]:
        """Return the lines typed until Ctrl-D; what others print meanwhile appears above the prompt."""
        try:
            with _others_above_prompt():
                while (typed := await self._typed()) is not None:
                    for line in _LINE_ENDS.split(typed):
                        yield line[:LONGEST_LINE]
        finally:
            # The terminal as it was before the prompt; one that is stopped is not waited for.
            with suppress(TimeoutError, OSError):
                async with asyncio.timeout(PARTING_SECONDS):
                    await self._taken()

    async def _typed(self) -> str | None:
        try:
            # Ctrl-C never leaves the prompt, so signals and exceptions of the loop stay with the application.
            return await self._session.prompt_async(handle_sigint=False, set_exception_handler=False)
        except EOFError:
            return None
        except OSError as error:
            raise ScreenClosed from error

    async def write(self, lines: Sequence[Line]) -> None:
        fragments = [fragment for line in lines for fragment in _fragments(line)]
        async with self._turn:
            await self._above_prompt(FormattedText(fragments))

    def ring(self) -> None:
        self._output.bell()
        self._output.flush()

    @property
    def _depth(self) -> ColorDepth | None:
        return None if self._has_colour else ColorDepth.DEPTH_1_BIT

    async def _above_prompt(self, fragments: FormattedText) -> None:
        try:
            await run_in_terminal(lambda: self._print(fragments))
            await self._taken()
        except OSError as error:
            if error.errno in _RETRIABLE:
                raise ScreenFailed(str(error)) from error
            raise ScreenClosed from error

    def _print(self, fragments: FormattedText) -> None:
        style = STYLE if self._has_colour else Style([])
        print_formatted_text(self._output, fragments, style, DummyStyleTransformation(), self._depth)


@contextmanager
def _others_above_prompt() -> Iterator[None]:
    """Show what others print above the prompt; an error stream that goes elsewhere keeps going there."""
    errors = sys.stderr
    with patch_stdout():
        if not errors.isatty():
            sys.stderr = errors
        yield


def _fragments(line: Line) -> list[tuple[str, str]]:
    return [*((f"class:{span.accent}" if span.accent else "", span.text) for span in line), ("", "\n")]


def _key_bindings() -> KeyBindings:
    bindings = KeyBindings()

    @bindings.add("c-c", filter=~is_searching)
    def clear_line(event: KeyPressEvent) -> None:
        event.current_buffer.reset()

    return bindings
