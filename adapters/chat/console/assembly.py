"""Assembly of the console on the standard streams: a terminal when both are one, else plain lines."""

import io
import os
import sys
from dataclasses import dataclass
from pathlib import Path

from prompt_toolkit.input import Input, create_input
from prompt_toolkit.output import Output
from prompt_toolkit.output.vt100 import Vt100_Output

from adapters.chat.console.gateway import ConsoleGateway, Dispatcher
from adapters.chat.console.render.menu import ReplyMenu
from adapters.chat.console.render.screen import Screen
from adapters.chat.console.saved_files import SavedFiles
from adapters.chat.console.terminal.history import CommandHistory, SecretFilter
from adapters.chat.console.terminal.streams import NO_STREAM, BackgroundWriter, PipeScreen
from adapters.chat.console.terminal.terminal import CommandCompleter, CompleteLine, TerminalScreen, WaitUntilWritten
from bot.commands.spec.registry import CommandRegistry
from bot.ports.clock import Clock

STDIN, STDOUT = 0, 1
CHARTS_FOLDER, HISTORY_FILE = "charts", "console-history"


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsoleOptions:
    """Folder of the console's files, its completion, and the clock that says when a line was typed."""

    data_dir: Path
    clock: Clock
    complete: CompleteLine


def open_console(dispatcher: Dispatcher, registry: CommandRegistry, options: ConsoleOptions) -> ConsoleGateway:
    """Create the gateway on standard input and output; nothing unflushed may have been printed to them."""
    menu = ReplyMenu()
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    screen: Screen
    if os.isatty(STDIN) and os.isatty(STDOUT):
        writer = BackgroundWriter(STDOUT)
        text = io.TextIOWrapper(io.BufferedWriter(writer), encoding, errors="replace", write_through=True)
        output = Vt100_Output.from_pty(text, term=os.environ.get("TERM"))
        # Do not ask the terminal for the cursor's position: many never answer, and the prompt would wait for them.
        output.enable_cpr = False
        screen = terminal_screen(registry, options, menu, create_input(sys.stdin), output, writer.wait_until_written)
    else:
        # The descriptor of a stream that was closed at the start belongs to another file by now.
        stdin = STDIN if sys.stdin is not None else NO_STREAM
        stdout = STDOUT if sys.stdout is not None else NO_STREAM
        screen = PipeScreen(stdin, stdout, encoding)
    return ConsoleGateway(dispatcher, screen, SavedFiles(options.data_dir / CHARTS_FOLDER), menu, options.clock)


def terminal_screen(
    registry: CommandRegistry,
    options: ConsoleOptions,
    reply_menu: ReplyMenu,
    source: Input,
    output: Output,
    wait_until_written: WaitUntilWritten,
) -> TerminalScreen:
    """Create the screen of a terminal, with history and completion."""
    secrecy = SecretFilter(registry)
    history = CommandHistory(
        options.data_dir / HISTORY_FILE, is_kept=lambda line: not reply_menu.answers and secrecy.is_harmless(line)
    )
    return TerminalScreen(
        source=source,
        output=output,
        history=history,
        completer=CommandCompleter(options.complete, reply_menu),
        wait_until_written=wait_until_written,
    )
