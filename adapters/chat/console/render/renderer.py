"""Renderer of replies as lines of a console."""

from collections.abc import Mapping
from enum import Enum, auto
from typing import assert_never

from adapters.chat.console.render.menu import answer_lines, command_lines, form_answers, number_lines, runnable_buttons
from adapters.chat.console.render.screen import Accent, ConsoleLine, ConsoleSpan, style_lines
from adapters.chat.reply_parts import WARNING_SIGN, draw_table
from adapters.chat.uploads import picture_text
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
from bot.commands.reply.safe_text import safe_line, safe_lines
from bot.commands.reply.text_width import wrap_text

LEAST_WIDTH, MOST_WIDTH, PIPE_WIDTH = 60, 100, 100
TONE_ACCENTS = {Tone.SUCCESS: Accent.SUCCESS, Tone.WARNING: Accent.WARNING, Tone.ERROR: Accent.ERROR}


class ActionFormat(Enum):
    """Format of actions: numbers for the last reply alone, commands for notifications."""

    NUMBERS = auto()
    COMMANDS = auto()


def drawing_width(columns: int) -> int:
    """Return the width to render for on a terminal with this many columns."""
    return min(max(columns, LEAST_WIDTH), MOST_WIDTH)


def render_lines(reply: Reply, width: int, paths: Mapping[int, str], action_format: ActionFormat) -> list[ConsoleLine]:
    """Render a reply; `paths` are the saved files of its blocks by index."""
    lines: list[ConsoleLine] = []
    has_numbers = action_format is ActionFormat.NUMBERS and not form_answers(reply)
    number = 1
    said = {plain_text(block.content) for block in reply.blocks if isinstance(block, Text)}
    for index, block in enumerate(reply.blocks):
        match block:
            case Actions(buttons=buttons):
                numbered = runnable_buttons(buttons)
                texts = number_lines(numbered, number, width) if has_numbers else command_lines(buttons, width)
                lines += style_lines(texts, Accent.FAINT)
                number += len(numbered)
            case FormChoices(buttons=buttons):
                lines += style_lines(answer_lines(runnable_buttons(buttons), width, is_counted=block.takes_numbers))
            case Image() | Document():
                kind = "picture" if isinstance(block, Image) else "file"
                figures = plain_text(block.caption)
                words = picture_text(block) if isinstance(block, Image) else figures
                caption = [] if figures in said else _wrap_prose(words, width)
                lines += style_lines([*caption, f"{kind}: {safe_line(paths.get(index, ''))}"])
            case KeyValues() | Table():
                lines += style_lines(draw_table(block, width))
            case Headline():
                lines += _headline_lines(block, width, TONE_ACCENTS.get(reply.tone, Accent.PLAIN))
            case Text() | WarningText() | Footer():
                lines += _text_lines(block, width)
            case _:
                assert_never(block)
    return lines


def _text_lines(block: Text | WarningText | Footer, width: int) -> list[ConsoleLine]:
    match block:
        case Text():
            return style_lines(_wrap_prose(block.text, width))
        case WarningText():
            return style_lines(_wrap_prose(WARNING_SIGN + block.text, width), Accent.WARNING)
        case Footer():
            return style_lines(_wrap_prose(block.line, width), Accent.FAINT)


def _headline_lines(block: Headline, width: int, accent: Accent) -> list[ConsoleLine]:
    first, *others = _wrap_prose(block.plain_text, width) or [""]
    before = f"{safe_line(block.symbol)} " if block.symbol else ""
    name = safe_line(block.name)
    if not name or not first.startswith(before + name):
        return style_lines([first, *others], accent)
    rest = first[len(before) + len(name) :]
    named: ConsoleLine = (ConsoleSpan(before), ConsoleSpan(name, Accent.STRONG), ConsoleSpan(rest, accent))
    return [named, *style_lines(others, accent)]


def _wrap_prose(text: str, width: int) -> list[str]:
    return [part for line in safe_lines(text) for part in wrap_text(line, width)] if text else []
