"""Amounts in groups: percent instead of money, sides instead of quantities (UX.md, 2; CHAT.md, identity).

While `hiding` lasts, `numbers` writes a mark where an amount would stand; `discreet` then takes out what the marks
belong to: a cell, a column, a part of a sentence. ADR 0007 says why.
"""

import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace

from bot.commands.reply.blocks import (
    Actions,
    Block,
    Button,
    Document,
    Footer,
    FormChoices,
    Headline,
    Image,
    KeyValues,
    Reply,
    Table,
    Text,
    WarningText,
)
from bot.commands.reply.inline_time import plain_text, transform_text

MONEY_MARK, QUANTITY_MARK = "\ue000", "\ue001"
"""Private characters: what people type loses them before it is read, so nobody can write one."""
MASKED_TEXT = "…"
_IS_MASKING: ContextVar[bool] = ContextVar("is_hiding", default=False)
_SEPARATOR = re.compile(r"( · |, |; |(?<=[.?!]) )")
_QUANTITY = re.compile(rf"(?: of)? ?{QUANTITY_MARK}")


@contextmanager
def mask_amounts(*, is_masked: bool) -> Iterator[None]:
    """Write amounts as marks while the block lasts, if `is_hiding`."""
    token = _IS_MASKING.set(is_masked)
    try:
        yield
    finally:
        _IS_MASKING.reset(token)


def is_masking_amounts() -> bool:
    """Tell whether amounts are hidden from whoever reads what is written now."""
    return _IS_MASKING.get()


def mask_reply(reply: Reply, currencies: frozenset[str]) -> Reply:
    """Return a reply without amounts; `currencies` are those whose figures are hidden in texts of others too."""
    blocks = (_block(block, _AmountMask(currencies)) for block in reply.blocks)
    return replace(reply, blocks=tuple(block for block in blocks if block is not None))


class _AmountMask:
    """Takes amounts out of lines and cells."""

    def __init__(self, currencies: frozenset[str]) -> None:
        names = "|".join(sorted(map(re.escape, currencies), key=len, reverse=True))
        self._amount = re.compile(rf"[+-]?\d[\d,]*(?:\.\d+)? (?:{names})\w*") if names else None

    def mask_line(self, text: str) -> str:
        """Return a line without the parts that say money, and without quantities."""
        if MONEY_MARK in text:
            text = _without_parts(text)
        text = _QUANTITY.sub("", text)
        return self._amount.sub(MASKED_TEXT, text) if self._amount else text

    def mask_lines(self, text: str) -> str:
        """Return lines; one of which nothing is left is gone."""
        kept = (self.mask_line(line) if line else line for line in text.split("\n"))
        return "\n".join(line for line, before in zip(kept, text.split("\n"), strict=True) if line or not before)

    def mask_cell(self, text: str) -> str | None:
        """Return a cell, None for one that says an amount."""
        if MONEY_MARK in text or (QUANTITY_MARK in text and not _QUANTITY.sub("", text).strip()):
            return None
        return self.mask_line(text)


def _block(block: Block, mask: _AmountMask) -> Block | None:
    match block:
        case Headline():
            return replace(block, content=transform_text(block.content, mask.mask_line))
        case Text() | WarningText():
            words = transform_text(block.content, mask.mask_lines)
            return replace(block, content=words) if words else None
        case Footer():
            return replace(block, text=mask.mask_line(plain_text(block.text)))
        case KeyValues():
            return _pairs(block, mask)
        case Table():
            return _table(block, mask)
        case Image() | Document():
            return replace(block, caption=mask.mask_lines(plain_text(block.caption)))
        case Actions() | FormChoices():
            rows = (tuple(_button(button, mask) for button in row if not button.copy_text) for row in block.rows)
            return replace(block, rows=tuple(row for row in rows if row))


def _button(button: Button, mask: _AmountMask) -> Button:
    return replace(button, label=mask.mask_line(button.label) or MASKED_TEXT)


def _pairs(block: KeyValues, mask: _AmountMask) -> KeyValues | None:
    rows: list[tuple[str, ...]] = []
    for label, *values in block.cell_texts:
        kept = [cell for cell in map(mask.mask_cell, values) if cell is not None]
        if kept or not values:
            rows.append((mask.mask_line(label), *kept))
    return KeyValues(tuple(rows)) if rows else None


def _table(block: Table, mask: _AmountMask) -> Table | None:
    rows = [tuple(map(mask.mask_cell, row)) for row in block.cell_texts]
    kept = [index for index in range(len(block.columns)) if not _is_all_hidden(rows, index)]
    if not kept:
        return None
    return Table(
        columns=tuple(block.columns[index] for index in kept),
        rows=tuple(tuple(row[index] or "" for index in kept) for row in rows),
    )


def _is_all_hidden(rows: Sequence[tuple[str | None, ...]], index: int) -> bool:
    cells = [row[index] for row in rows if row[index] != ""]
    return bool(cells) and all(cell is None for cell in cells)


def _without_parts(text: str) -> str:
    """Drop the parts of a line that say money, each with the separator before it."""
    pieces = _SEPARATOR.split(text)
    kept: list[str] = []
    for index in range(0, len(pieces), 2):
        if MONEY_MARK in pieces[index]:
            continue
        separator = pieces[index - 1] if index and kept else ""
        kept += [separator, pieces[index]]
    line = "".join(kept).strip()
    end = text.rstrip()[-1:]
    return f"{line}{end}" if line and end in ".?" and line[-1] not in ".?!" else line
