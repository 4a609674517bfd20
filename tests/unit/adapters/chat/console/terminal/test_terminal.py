"""The console on a terminal, through prompt_toolkit with keys and a glass in memory."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from io import StringIO
from pathlib import Path

import pytest
from prompt_toolkit.data_structures import Size
from prompt_toolkit.output import Output
from prompt_toolkit.output.vt100 import Vt100_Output

from adapters.chat.console.assembly import HISTORY_FILE, ConsoleOptions, terminal_screen
from adapters.chat.console.render.menu import ReplyMenu
from adapters.chat.console.render.screen import Accent, ConsoleLine, ConsoleSpan
from adapters.chat.console.terminal.streams import LONGEST_LINE
from adapters.chat.console.terminal.terminal import TerminalScreen
from bot.commands.catalog.all_commands import COMMANDS_BY_SECTION
from bot.commands.forms.form import BACK
from bot.commands.reply.blocks import Button, FormChoices, Headline, build_reply
from bot.commands.spec.registry import CommandRegistry
from tests.fakes.clock import FakeClock
from tests.fakes.terminal import KeyedTerminal, a_keyed_terminal

REGISTRY = CommandRegistry(COMMANDS_BY_SECTION)
GREEN: ConsoleLine = (ConsoleSpan("alpha", Accent.STRONG), ConsoleSpan(" runs", Accent.SUCCESS))
FORM = build_reply(
    Headline("?"), FormChoices(((Button("12", "/form f 12"), Button("\u2039 Back", f"/form f {BACK}")),))
)
CTRL_A, CTRL_C, CTRL_D, UP = "\x01", "\x03", "\x04", "\x1b[A"


async def complete_command(line: str) -> list[str]:
    return [f"/{name}" for name in REGISTRY.names if f"/{name}".startswith(line)]


def a_screen(folder: Path, keyed: KeyedTerminal, output: Output, menu: ReplyMenu | None = None) -> TerminalScreen:
    options = ConsoleOptions(data_dir=folder, complete=complete_command, clock=FakeClock())
    return terminal_screen(REGISTRY, options, menu or ReplyMenu(), keyed.source, output, keyed.wait_until_written)


class Typist:
    """A terminal with somebody at it; `lines` are those typed so far."""

    def __init__(self, keyed: KeyedTerminal, screen: TerminalScreen) -> None:
        self.keyed = keyed
        self.screen = screen
        self.lines: list[str] = []
        self.ended = asyncio.Event()
        self._more = asyncio.Event()

    async def read(self) -> None:
        async for line in self.screen.read_lines():
            self.lines.append(line)
            self._more.set()
        self.ended.set()

    async def typed(self, keys: str, count: int = 1) -> list[str]:
        """Press keys and wait for so many lines more."""
        before = len(self.lines)
        self.keyed.keys(keys)
        async with asyncio.timeout(5):
            while len(self.lines) < before + count:
                self._more.clear()
                await self._more.wait()
        return self.lines[before:]


@asynccontextmanager
async def a_typist(folder: Path, menu: ReplyMenu | None = None, columns: int = 80) -> AsyncIterator[Typist]:
    with a_keyed_terminal(columns) as keyed:
        typist = Typist(keyed, a_screen(folder, keyed, keyed.output, menu))
        reading = asyncio.create_task(typist.read())
        await keyed.shows("quarterdeck>")
        yield typist
        keyed.keys(CTRL_A + "\x0b" + CTRL_D)
        await asyncio.wait_for(reading, 5)


async def test_lines_are_edited_before_they_are_sent(tmp_path: Path) -> None:
    async with a_typist(tmp_path) as typist:
        assert await typist.typed("/bto\x7f\x7fots\r") == ["/bots"]
        assert await typist.typed("bot alpha" + CTRL_A + "/\r") == ["/bot alpha"]


async def test_control_c_clears_the_line_and_says_how_to_leave_once_there_is_none(tmp_path: Path) -> None:
    async with a_typist(tmp_path) as typist:
        typist.keyed.keys("/panic" + CTRL_C + CTRL_C)
        await typist.keyed.shows("Ctrl-C again leaves, as /quit does.")
        assert await typist.typed("/bots\r") == ["/bots"]


async def test_control_c_on_two_empty_lines_leaves(tmp_path: Path) -> None:
    async with a_typist(tmp_path) as typist:
        assert await typist.typed("/bots\r" + CTRL_C + CTRL_C) == ["/bots"]
        await asyncio.wait_for(typist.ended.wait(), 5)


async def test_pasted_lines_are_several_and_too_long_ones_are_cut(tmp_path: Path) -> None:
    async with a_typist(tmp_path) as typist:
        assert await typist.typed("\x1b[200~/bots\n/pnl\x1b[201~\r", count=2) == ["/bots", "/pnl"]
        (long,) = await typist.typed(f"\x1b[200~{'z' * (LONGEST_LINE + 10)}\x1b[201~\r")
        assert len(long) == LONGEST_LINE


async def test_history_goes_over_restarts_without_codes_or_answers_of_forms(tmp_path: Path) -> None:
    menu = ReplyMenu()
    async with a_typist(tmp_path, menu) as typist:
        await typist.typed("/bots\r")
        await typist.typed("/claim K7QM-2XVP\r")
        menu.remember_reply(FORM)
        await typist.typed("run\r")
    written = (tmp_path / HISTORY_FILE).read_text(encoding="utf-8").splitlines()
    assert [line for line in written if line.startswith("+")] == ["+/bots"]
    assert not any("K7QM" in line or "run" in line for line in written)
    async with a_typist(tmp_path) as typist:
        typist.keyed.keys(UP)
        await typist.keyed.shows("quarterdeck> /bots")
        assert await typist.typed("\r") == ["/bots"]


async def test_tab_finishes_a_command_and_the_answers_of_a_form(tmp_path: Path) -> None:
    menu = ReplyMenu()
    async with a_typist(tmp_path, menu) as typist:
        typist.keyed.keys("/vers\t")
        await typist.keyed.shows("quarterdeck> /version")
        assert await typist.typed("\r") == ["/version"]
        menu.remember_reply(build_reply(Headline("?"), FormChoices(((Button("Create and run", "/form f run"),),))))
        typist.keyed.keys("cre\t")
        await typist.keyed.shows("quarterdeck> create and run")
        assert await typist.typed("\r") == ["create and run"]


async def test_news_stands_above_the_line_that_is_being_typed(tmp_path: Path) -> None:
    async with a_typist(tmp_path) as typist:
        typist.keyed.keys("/bo")
        await typist.keyed.shows("quarterdeck> /bo")
        await typist.screen.write_lines([GREEN, (ConsoleSpan("next: /bot alpha"),)])
        await typist.keyed.shows("alpha runs")
        rows = [row for row in typist.keyed.output.rows if row]
        assert rows[-3:] == ["alpha runs", "next: /bot alpha", "quarterdeck> /bo"]
        assert await typist.typed("ts\r") == ["/bots"]


async def test_wide_characters_take_their_two_cells(tmp_path: Path) -> None:
    async with a_typist(tmp_path) as typist:
        await typist.screen.write_lines([(ConsoleSpan("比特币  1"),)])
        await typist.keyed.shows("比特币  1")


async def test_the_bell_is_rung(tmp_path: Path) -> None:
    async with a_typist(tmp_path) as typist:
        typist.screen.ring_bell()
        assert typist.keyed.output.rings == 1


@pytest.mark.parametrize(("columns", "width"), [(40, 60), (93, 93), (250, 100)])
async def test_it_is_drawn_for_the_width_there_is(tmp_path: Path, columns: int, width: int) -> None:
    async with a_typist(tmp_path, columns=columns) as typist:
        assert typist.screen.width == width


async def test_the_end_of_the_input_ends_the_lines(tmp_path: Path) -> None:
    with a_keyed_terminal() as keyed:
        screen = a_screen(tmp_path, keyed, keyed.output)
        keyed.keys("/bots\r" + CTRL_D)
        async with asyncio.timeout(5):
            assert [line async for line in screen.read_lines()] == ["/bots"]


async def drawn(tmp_path: Path) -> str:
    glass = StringIO()
    output = Vt100_Output(glass, lambda: Size(rows=24, columns=80), term="xterm", enable_cpr=False)
    with a_keyed_terminal() as keyed:
        screen = a_screen(tmp_path, keyed, output)
        await screen.write_lines([GREEN])
    return glass.getvalue()


async def test_colour_is_an_extra_that_no_color_takes_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NO_COLOR", raising=False)
    coloured = await drawn(tmp_path)
    monkeypatch.setenv("NO_COLOR", "1")
    plain = await drawn(tmp_path)
    assert (has_colour(coloured), has_colour(plain)) == (True, False)
    assert (words(coloured), words(plain)) == ("alpha runs", "alpha runs")


def has_colour(text: str) -> bool:
    return any(f"\x1b[0;{code}" in text or f";{code}m" in text for code in ("32", "38", "1"))


def words(text: str) -> str:
    return "".join(piece.partition("m")[2] for piece in text.split("\x1b[")).strip()
