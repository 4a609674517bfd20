"""Tab on the console of a real desk, through prompt_toolkit's own completer."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from adapters.chat.console.assembly import ConsoleOptions, terminal_screen
from adapters.chat.console.gateway import ConsoleGateway, Dispatcher
from adapters.chat.console.render.menu import ReplyMenu
from adapters.chat.console.saved_files import SavedFiles
from bot.commands.spec.registry import CommandRegistry
from tests.builders.running_process import SETUP_CODE, a_composition
from tests.fakes.terminal import KeyedTerminal, a_keyed_terminal


@asynccontextmanager
async def a_terminal_desk(folder: Path) -> AsyncIterator[KeyedTerminal]:
    with a_keyed_terminal() as terminal:

        def open_console(dispatcher: Dispatcher, registry: CommandRegistry, options: ConsoleOptions) -> ConsoleGateway:
            menu = ReplyMenu()
            screen = terminal_screen(
                registry, options, menu, terminal.source, terminal.output, terminal.wait_until_written
            )
            return ConsoleGateway(dispatcher, screen, SavedFiles(folder / "charts"), menu, options.clock)

        async with a_composition(folder, open_console):
            terminal.keys(f"/claim {SETUP_CODE}\r")
            await terminal.shows("✅ You are the owner")
            yield terminal


async def test_tab_completes_commands_bots_settings_and_their_values(tmp_path: Path) -> None:
    async with a_terminal_desk(tmp_path) as terminal:
        terminal.keys("/new alpha ema-cross BTC/USDT 1h capital=1000\r")
        await terminal.shows("New bot · PRACTICE · check and create")
        terminal.keys("create a\t")
        await terminal.shows("quarterdeck> create and run")
        terminal.keys("\x15create\r")
        await terminal.shows("⏹️ alpha · PRACTICE · created, never run")
        terminal.keys("/ed\t")
        await terminal.shows("quarterdeck> /edit")
        terminal.keys(" al\t")
        await terminal.shows("quarterdeck> /edit alpha")
        terminal.keys(" kin\t")
        await terminal.shows("quarterdeck> /edit alpha kind=")
        terminal.keys("s\t")
        await terminal.shows("quarterdeck> /edit alpha kind=sma")
        terminal.keys("\r")
        await terminal.shows("alpha · PRACTICE · v2: kind ema -> sma")
