"""Opening the console on the standard streams: a terminal when both are one, else plain lines."""

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from prompt_toolkit.data_structures import Size
from prompt_toolkit.input import Input, create_input
from prompt_toolkit.output import Output
from prompt_toolkit.output.vt100 import Vt100_Output

from adapters.chat.console.gateway import ConsoleGateway, Dispatcher
from adapters.chat.console.render.menu import ReplyMenu
from adapters.chat.console.render.screen import Screen
from adapters.chat.console.saved_files import SavedFiles
from adapters.chat.console.secret_filter import SecretFilter
from adapters.chat.console.terminal.completer import CommandCompleter, CompleteLine, command_name_completion
from adapters.chat.console.terminal.history import LineHistory
from adapters.chat.console.terminal.pipe import NO_STREAM, PipeScreen
from adapters.chat.console.terminal.terminal import TerminalScreen, WaitUntilWritten
from adapters.chat.console.terminal.terminal_writer import TerminalWriter, text_stream
from bot.commands.spec.registry import CommandRegistry

STDIN, STDOUT = 0, 1
CHARTS_FOLDER, HISTORY_FILE = "charts", "console-history"
DEFAULT_SIZE = Size(rows=24, columns=80)


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsoleOptions:
    """Where the console keeps its files, and what Tab offers; without it the names of commands."""

    data_dir: Path
    complete: CompleteLine | None = None


def open_console(dispatcher: Dispatcher, registry: CommandRegistry, options: ConsoleOptions) -> ConsoleGateway:
    """Make the gateway on standard input and output; print nothing to them unflushed before it runs."""
    menu = ReplyMenu()
    screen: Screen
    if os.isatty(STDIN) and os.isatty(STDOUT):
        # Without questions to the terminal where the cursor is: many never answer, and the prompt would wait for them.
        writer = TerminalWriter(STDOUT)
        text = text_stream(writer, getattr(sys.stdout, "encoding", None) or "utf-8")
        output = Vt100_Output(text, _terminal_size, term=os.environ.get("TERM"), enable_cpr=False)
        screen = terminal_screen(registry, options, menu, create_input(sys.stdin), output, writer.wait_until_written)
    else:
        screen = plain_screen()
    return ConsoleGateway(dispatcher, screen, SavedFiles(options.data_dir / CHARTS_FOLDER), menu)


def plain_screen() -> PipeScreen:
    """Make the screen of plain streams; numbers of streams closed at the start belong to other files by now."""
    stdin = STDIN if sys.stdin is not None else NO_STREAM
    stdout = STDOUT if sys.stdout is not None else NO_STREAM
    return PipeScreen(stdin, stdout, getattr(sys.stdout, "encoding", None) or "utf-8")


def _terminal_size() -> Size:
    """Ask how large the terminal is; one that does not know (0 x 0) or is gone counts as ordinary."""
    try:
        columns, rows = os.get_terminal_size(STDOUT)
    except OSError:
        columns = rows = 0
    return Size(rows=rows or DEFAULT_SIZE.rows, columns=columns or DEFAULT_SIZE.columns)


async def _no_wait() -> None:
    pass


def terminal_screen(
    registry: CommandRegistry,
    options: ConsoleOptions,
    reply_menu: ReplyMenu,
    source: Input,
    output: Output,
    wait_until_written: WaitUntilWritten = _no_wait,
) -> TerminalScreen:
    """Make the screen of a terminal with its history and completion; `taken` says when the output is shown."""
    secrecy = SecretFilter(registry)
    history = LineHistory(
        options.data_dir / HISTORY_FILE, is_kept=lambda line: not reply_menu.answers and secrecy.is_harmless(line)
    )
    return TerminalScreen(
        source=source,
        output=output,
        history=history,
        completer=CommandCompleter(options.complete or command_name_completion(registry), reply_menu),
        has_colour=not os.environ.get("NO_COLOR"),
        wait_until_written=wait_until_written,
    )
