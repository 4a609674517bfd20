"""From the blocks of a reply to lines of a console."""

from collections.abc import Mapping
from enum import Enum, auto
from typing import assert_never

from adapters.chat.console.render.menu import answer_lines, choices, command_lines, number_lines, runnable
from adapters.chat.console.render.styled_lines import Accent, Line, Span, plain_lines
from bot.commands.reply.blocks import (
    Actions,
    Document,
    Footer,
    FormChoices,
    Headline,
    Image,
    KeyValues,
    Reply,
    Table,
    Text,
    Tone,
    WarningText,
)
from bot.commands.reply.safe_text import safe_line, safe_lines
from bot.commands.reply.table_drawing import pair_drawing, table_drawing
from bot.commands.reply.word_wrap import wrap_text

NARROWEST, WIDEST, PIPED = 60, 100, 100
WARNING = "⚠️ "
ACCENTS = {Tone.SUCCESS: Accent.GOOD, Tone.WARNING: Accent.LOOK, Tone.ERROR: Accent.BAD}


class Offer(Enum):
    """How actions are offered: numbers belong to the last answer alone, so news shows commands."""

    NUMBERS = auto()
    COMMANDS = auto()


def width_for(columns: int) -> int:
    """Return the width to draw for on a terminal of so many columns."""
    return min(max(columns, NARROWEST), WIDEST)


class Renderer:
    """Draws one reply; `paths` says where the file of a block (by its index) was written."""

    def __init__(self, reply: Reply, width: int, paths: Mapping[int, str]) -> None:
        self._reply = reply
        self._width = width
        self._paths = paths

    def draw(self, offer: Offer) -> list[Line]:
        """Return the lines of the reply, top to bottom."""
        lines: list[Line] = []
        number = 1
        shown = Offer.COMMANDS if choices(self._reply) else offer
        for index, block in enumerate(self._reply.blocks):
            match block:
                case Actions():
                    lines += plain_lines(self._actions(block, shown, number), Accent.FAINT)
                    number += len(runnable(block.buttons))
                case Image() | Document():
                    lines += self._file(block, self._paths.get(index, ""))
                case KeyValues() | Table() | FormChoices():
                    lines += plain_lines(self._figures(block))
                case Headline() | Text() | WarningText() | Footer():
                    lines += self._words(block)
                case _:
                    assert_never(block)
        return lines

    def _words(self, block: Headline | Text | WarningText | Footer) -> list[Line]:
        match block:
            case Headline():
                return self._headline(block)
            case Text():
                return plain_lines(self._prose(block.text))
            case WarningText():
                return plain_lines(self._prose(WARNING + block.text), Accent.LOOK)
            case Footer():
                return plain_lines(self._prose(block.line), Accent.FAINT)
            case _:
                assert_never(block)

    def _figures(self, block: KeyValues | Table | FormChoices) -> list[str]:
        match block:
            case KeyValues():
                return pair_drawing(block, self._width)
            case Table():
                return table_drawing(block, self._width)
            case FormChoices():
                return answer_lines(runnable(block.buttons), self._width)
            case _:
                assert_never(block)

    def _file(self, block: Image | Document, path: str) -> list[Line]:
        kind = "picture" if isinstance(block, Image) else "file"
        return plain_lines([*self._prose(block.caption), f"{kind}: {safe_line(path)}"])

    def _actions(self, block: Actions, offer: Offer, first: int) -> list[str]:
        if offer is Offer.COMMANDS:
            return command_lines(block.buttons, self._width)
        return number_lines(runnable(block.buttons), first, self._width)

    def _headline(self, block: Headline) -> list[Line]:
        accent = ACCENTS.get(self._reply.tone, Accent.PLAIN)
        first, *others = self._prose(block.plain_text) or [""]
        before = f"{safe_line(block.symbol)} " if block.symbol else ""
        name = safe_line(block.name)
        if not name or not first.startswith(before + name):
            return plain_lines([first, *others], accent)
        rest = first[len(before) + len(name) :]
        named: Line = (Span(before), Span(name, Accent.STRONG), Span(rest, accent))
        return [named, *plain_lines(others, accent)]

    def _prose(self, text: str) -> list[str]:
        return [part for line in safe_lines(text) for part in wrap_text(line, self._width)] if text else []
