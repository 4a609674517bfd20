"""Renderer of replies as lines of a console."""

from collections.abc import Mapping
from enum import Enum, auto
from typing import assert_never

from adapters.chat.console.render.menu import answer_lines, command_lines, form_answers, number_lines, runnable_buttons
from adapters.chat.console.render.styled_lines import Accent, ConsoleLine, ConsoleSpan, style_lines
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
from bot.commands.reply.inline_time import plain_text
from bot.commands.reply.pair_layout import pair_lines
from bot.commands.reply.safe_text import safe_line, safe_lines
from bot.commands.reply.table_layout import table_lines
from bot.commands.reply.text_width import wrap_text

LEAST_WIDTH, MOST_WIDTH, PIPE_WIDTH = 60, 100, 100
WARNING_SIGN = "⚠️ "
TONE_ACCENTS = {Tone.SUCCESS: Accent.SUCCESS, Tone.WARNING: Accent.WARNING, Tone.ERROR: Accent.ERROR}


class ActionFormat(Enum):
    """Format of actions: numbers for the last reply alone, commands for notifications."""

    NUMBERS = auto()
    COMMANDS = auto()


def drawing_width(columns: int) -> int:
    """Return the width to render for on a terminal with this many columns."""
    return min(max(columns, LEAST_WIDTH), MOST_WIDTH)


class ConsoleRenderer:
    """Renders one reply; `paths` are the saved files of blocks by index."""

    def __init__(self, reply: Reply, width: int, paths: Mapping[int, str]) -> None:
        self._reply = reply
        self._width = width
        self._paths = paths

    def render_lines(self, action_format: ActionFormat) -> list[ConsoleLine]:
        lines: list[ConsoleLine] = []
        number = 1
        shown = ActionFormat.COMMANDS if form_answers(self._reply) else action_format
        for index, block in enumerate(self._reply.blocks):
            match block:
                case Actions():
                    lines += style_lines(self._action_lines(block, shown, number), Accent.FAINT)
                    number += len(runnable_buttons(block.buttons))
                case Image() | Document():
                    lines += self._file_lines(block, self._paths.get(index, ""))
                case KeyValues() | Table() | FormChoices():
                    lines += style_lines(self._table_lines(block))
                case Headline() | Text() | WarningText() | Footer():
                    lines += self._text_lines(block)
                case _:
                    assert_never(block)
        return lines

    def _text_lines(self, block: Headline | Text | WarningText | Footer) -> list[ConsoleLine]:
        match block:
            case Headline():
                return self._headline_lines(block)
            case Text():
                return style_lines(self._wrap_prose(block.text))
            case WarningText():
                return style_lines(self._wrap_prose(WARNING_SIGN + block.text), Accent.WARNING)
            case Footer():
                return style_lines(self._wrap_prose(block.line), Accent.FAINT)
            case _:
                assert_never(block)

    def _table_lines(self, block: KeyValues | Table | FormChoices) -> list[str]:
        match block:
            case KeyValues():
                return pair_lines(block, self._width)
            case Table():
                return table_lines(block, self._width)
            case FormChoices():
                return answer_lines(runnable_buttons(block.buttons), self._width)
            case _:
                assert_never(block)

    def _file_lines(self, block: Image | Document, path: str) -> list[ConsoleLine]:
        kind = "picture" if isinstance(block, Image) else "file"
        return style_lines([*self._wrap_prose(plain_text(block.caption)), f"{kind}: {safe_line(path)}"])

    def _action_lines(self, block: Actions, action_format: ActionFormat, first: int) -> list[str]:
        if action_format is ActionFormat.COMMANDS:
            return command_lines(block.buttons, self._width)
        return number_lines(runnable_buttons(block.buttons), first, self._width)

    def _headline_lines(self, block: Headline) -> list[ConsoleLine]:
        accent = TONE_ACCENTS.get(self._reply.tone, Accent.PLAIN)
        first, *others = self._wrap_prose(block.plain_text) or [""]
        before = f"{safe_line(block.symbol)} " if block.symbol else ""
        name = safe_line(block.name)
        if not name or not first.startswith(before + name):
            return style_lines([first, *others], accent)
        rest = first[len(before) + len(name) :]
        named: ConsoleLine = (ConsoleSpan(before), ConsoleSpan(name, Accent.STRONG), ConsoleSpan(rest, accent))
        return [named, *style_lines(others, accent)]

    def _wrap_prose(self, text: str) -> list[str]:
        return [part for line in safe_lines(text) for part in wrap_text(line, self._width)] if text else []
