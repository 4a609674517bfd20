"""Console on a terminal: a prompt with history and completion, below everything that is shown."""

import asyncio
import os
import re
import sys
from collections.abc import AsyncGenerator, Awaitable, Callable, Iterable, Sequence
from contextlib import redirect_stderr, suppress

from prompt_toolkit import PromptSession
from prompt_toolkit.application import run_in_terminal
from prompt_toolkit.completion import CompleteEvent, Completer, Completion
from prompt_toolkit.document import Document
from prompt_toolkit.filters import is_searching
from prompt_toolkit.formatted_text import FormattedText
from prompt_toolkit.history import History
from prompt_toolkit.input import Input
from prompt_toolkit.key_binding import KeyBindings, KeyPressEvent
from prompt_toolkit.output import ColorDepth, Output
from prompt_toolkit.patch_stdout import patch_stdout
from prompt_toolkit.renderer import print_formatted_text
from prompt_toolkit.styles import DummyStyleTransformation, Style

from adapters.chat.console.render.menu import ReplyMenu
from adapters.chat.console.render.renderer import drawing_width
from adapters.chat.console.render.screen import Accent, ConsoleLine, ConsoleSpan, ScreenClosed, ScreenFailed
from adapters.chat.console.terminal.streams import LONGEST_LINE
from bot.commands.reply.safe_text import safe_line

PROMPT = "quarterdeck> "
LEAVE_HINT = "Ctrl-C again leaves, as /quit does."
SHUTDOWN_GRACE_SECONDS = 0.3
ACCENT_STYLES = Style.from_dict(
    {
        Accent.STRONG: "bold",
        Accent.SUCCESS: "ansigreen",
        Accent.WARNING: "ansiyellow",
        Accent.ERROR: "ansired",
        Accent.FAINT: "ansibrightblack",
    }
)
_LINE_ENDS = re.compile(r"[\r\n]+")

CompleteLine = Callable[[str], Awaitable[Sequence[str]]]
"""Returns the completions of a line's last word, best first."""
WaitUntilWritten = Callable[[], Awaitable[None]]
"""Returns once the terminal has taken everything; raises ScreenClosed or ScreenFailed if it does not."""


class TerminalScreen:
    """`Screen` on a terminal."""

    is_terminal = True

    def __init__(
        self,
        *,
        source: Input,
        output: Output,
        history: History,
        completer: Completer,
        wait_until_written: WaitUntilWritten,
    ) -> None:
        self._output = output
        self._wait_until_written = wait_until_written
        has_colour = not os.environ.get("NO_COLOR")
        self._style = ACCENT_STYLES if has_colour else Style([])
        self._colour_depth = None if has_colour else ColorDepth.DEPTH_1_BIT
        self._lock = asyncio.Lock()
        self._is_leaving = False
        self._session: PromptSession[str] = PromptSession(
            PROMPT,
            input=source,
            output=output,
            history=history,
            completer=completer,
            complete_while_typing=False,
            key_bindings=self._key_bindings(),
            color_depth=self._colour_depth,
        )

    @property
    def width(self) -> int:
        return drawing_width(self._output.get_size().columns)

    async def read_lines(self) -> AsyncGenerator[str, None]:
        """Yield the typed lines until Ctrl-D; what others print meanwhile appears above the prompt."""
        errors = sys.stderr
        try:
            # Standard error is not patched: it may go to a file.
            with patch_stdout(), redirect_stderr(errors):
                while (typed := await self._prompt_line()) is not None:
                    for line in _LINE_ENDS.split(typed):
                        yield line[:LONGEST_LINE]
        finally:
            # Restore the terminal as it was before the prompt; a stopped one is not waited for.
            with suppress(TimeoutError, ScreenClosed, ScreenFailed):
                async with asyncio.timeout(SHUTDOWN_GRACE_SECONDS):
                    await self._wait_until_written()

    async def _prompt_line(self) -> str | None:
        self._is_leaving = False
        try:
            # Signals and exceptions of the loop stay with the application.
            return await self._session.prompt_async(handle_sigint=False, set_exception_handler=False)
        except EOFError:
            return None
        except OSError as error:
            raise ScreenClosed from error

    async def write_lines(self, lines: Sequence[ConsoleLine]) -> None:
        spans = (span for line in lines for span in (*line, ConsoleSpan("\n")))
        text = FormattedText((f"class:{span.accent}" if span.accent else "", span.text) for span in spans)
        shown = self._output, text, self._style, DummyStyleTransformation(), self._colour_depth
        async with self._lock:
            await run_in_terminal(lambda: print_formatted_text(*shown))
            await self._wait_until_written()

    def ring_bell(self) -> None:
        self._output.bell()
        self._output.flush()

    def _key_bindings(self) -> KeyBindings:
        """Let Ctrl-C clear a line, and leave once the second one finds none."""
        bindings = KeyBindings()

        @bindings.add("c-c", filter=~is_searching)
        def clear_or_leave(event: KeyPressEvent) -> None:
            if event.current_buffer.text:
                event.current_buffer.reset()
                self._is_leaving = False
            elif self._is_leaving:
                event.app.exit(exception=EOFError())
            else:
                self._is_leaving = True
                event.app.create_background_task(self.write_lines([(ConsoleSpan(LEAVE_HINT),)]))

        return bindings


class CommandCompleter(Completer):
    """Completes the last word before the cursor."""

    def __init__(self, complete: CompleteLine, reply_menu: ReplyMenu) -> None:
        self._complete = complete
        self._reply_menu = reply_menu

    def get_completions(self, _document: Document, _event: CompleteEvent) -> Iterable[Completion]:
        """Return nothing: completions have to be awaited."""
        return ()

    async def get_completions_async(
        self, document: Document, _event: CompleteEvent
    ) -> AsyncGenerator[Completion, None]:
        typed = document.text_before_cursor
        for answer in self._reply_menu.answers:
            if answer.casefold().startswith(typed.casefold()):
                yield Completion(answer, start_position=-len(typed))
        last = typed.rpartition(" ")[2]
        words = [safe_line(word) for word in await self._complete(typed)]
        # A word that only contains the typed letters would keep Tab from finishing the one that was meant.
        matching = [word for word in words if word.casefold().startswith(last.casefold())]
        for word in matching or words:
            yield Completion(word, start_position=-len(last))
