"""Replies as plain lines of text for a terminal or a pipe."""

from collections.abc import Mapping
from dataclasses import dataclass

from bot.commands.layout import pair_lines, table_lines, wrap
from bot.commands.reply import (
    Actions,
    Block,
    Button,
    Choices,
    Document,
    Footer,
    Headline,
    Image,
    KeyValues,
    Reply,
    Table,
    Text,
    Warn,
)
from bot.commands.words import LOOK

WIDEST = 100
BOLD, PLAIN = "\x1b[1m", "\x1b[0m"
FORM = "/form "


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """How wide the lines may be, whether prose is wrapped, and whether markup may be used."""

    width: int = WIDEST
    is_wrapping: bool = False
    has_markup: bool = False


@dataclass(frozen=True, slots=True)
class Drawn:
    """The lines of a reply, and the commands that its numbers stand for."""

    lines: tuple[str, ...]
    numbered: tuple[Button, ...]


def draw(reply: Reply, sheet: Sheet, files: Mapping[str, str], *, is_numbered: bool = True) -> Drawn:
    """Draw a reply; `files` are the paths of its pictures and documents by file name."""
    lines: list[str] = []
    numbered: list[Button] = []
    is_first = True
    for block in reply.blocks:
        if isinstance(block, Actions):
            if is_numbered:
                numbered.extend(block.buttons)
                lines.extend(wrap(_next(block.buttons), sheet.width))
            continue
        lines.extend(_lines(block, sheet, files, is_first=is_first))
        is_first = False
    return Drawn(tuple(lines), tuple(numbered))


def _lines(block: Block, sheet: Sheet, files: Mapping[str, str], *, is_first: bool) -> list[str]:
    match block:
        case Headline():
            found = _prose(block.plain, sheet)
            return [f"{BOLD}{line}{PLAIN}" for line in found] if sheet.has_markup and is_first else found
        case Text():
            return _prose(block.text, sheet)
        case Warn():
            return _prose(f"{LOOK} {block.text}", sheet)
        case KeyValues():
            return pair_lines(block, sheet.width)
        case Table():
            return table_lines(block, sheet.width)
        case Image() | Document():
            return _file(block, sheet, files)
        case Choices():
            return wrap(_answers(block.buttons), sheet.width)
        case Footer():
            return _prose(f"({block.text})", sheet)
        case Actions():
            return []


def _prose(text: str, sheet: Sheet) -> list[str]:
    return wrap(text, sheet.width) if sheet.is_wrapping else text.split("\n")


def _file(block: Image | Document, sheet: Sheet, files: Mapping[str, str]) -> list[str]:
    kind = "chart" if isinstance(block, Image) else "file"
    caption = _prose(block.caption, sheet) if block.caption else []
    return [*caption, f"{kind}: {files.get(block.filename, 'not written')}"]


def _next(buttons: tuple[Button, ...]) -> str:
    return "next: " + "  ".join(f"{number} {_label(button)}" for number, button in enumerate(buttons, start=1))


def _label(button: Button) -> str:
    label = button.label
    return label if any(char.isupper() for char in label[1:]) else label.lower()


def _answers(buttons: tuple[Button, ...]) -> str:
    """List what may be typed: the values behind the buttons of a form."""
    return "answers: " + " | ".join(_answer(button) for button in buttons)


def _answer(button: Button) -> str:
    if not button.command.startswith(FORM):
        return button.label
    return button.command.removeprefix(FORM).partition(" ")[2]
