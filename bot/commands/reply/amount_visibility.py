"""Visibility of amounts for one reader: shown or left out, the last step before a reply is sent (ADR 0017).

In groups: percent instead of money, sides instead of quantities (UX.md, 2; CHAT.md, identity).
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from bot.commands.reply.amount import Amount, AmountKind
from bot.commands.reply.blocks import (
    Actions,
    Block,
    Button,
    ButtonStyle,
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
from bot.commands.reply.inline_time import (
    RichText,
    TextPart,
    join_lines,
    join_text,
    plain_text,
    split_first_line,
    strip_text,
)
from bot.commands.reply.sheet import FormSheet

_CLAUSE_END = re.compile(r"( · |, |; |(?<=[.?!]) )")
_BEFORE_QUANTITY = re.compile(r"(?: of)? ?$")


def make_visible(reply: Reply, *, is_hiding_amounts: bool) -> Reply:
    """Return a reply without typed amounts: with their figures, or without them and what belongs to them."""
    blocks = (_hide_in_block(block) if is_hiding_amounts else _show_in_block(block) for block in reply.blocks)
    sheet = _hide_in_sheet(reply.sheet) if reply.sheet and is_hiding_amounts else reply.sheet
    return replace(reply, blocks=tuple(block for block in blocks if block is not None), sheet=sheet)


def amount_button(
    label: RichText | Amount, command: RichText, style: ButtonStyle = ButtonStyle.NONE, *, copy_text: RichText = ""
) -> Button:
    """Return a button whose texts may hold amounts; it is left out where amounts are hidden if they do."""
    has_amounts = any(isinstance(part, Amount) for part in join_text(label, command, copy_text))
    texts = (plain_text(show_amounts(join_text(text))) for text in (label, command, copy_text))
    label_text, line, copied = texts
    return Button(label_text, line, style, copy_text=copied, carries_amounts=has_amounts)


def show_amounts(text: RichText) -> RichText:
    if isinstance(text, str):
        return text
    return join_text(*(part.figure if isinstance(part, Amount) else part for part in text))


def hide_amounts(text: RichText) -> RichText:
    """Return a line without clauses about money, and without quantities."""
    if isinstance(text, str):
        return text
    clauses = _clauses(text)
    kept = [clause for clause in clauses if not any(map(_takes_clause, clause))]
    if len(kept) == len(clauses):
        return join_text(*_without_quantities([part for clause in clauses for part in clause]))
    words = [part for clause in kept for part in clause]
    if kept and kept[0] is not clauses[0]:
        words = words[1:]
    line = strip_text(join_text(*words))
    end = plain_text(text).rstrip()[-1:]
    is_open = end in (".", "?") and bool(line) and plain_text(line)[-1] not in ".?!"
    return join_text(*_without_quantities([line] if isinstance(line, str) else list(line)), end if is_open else "")


def _hide_in_lines(text: RichText) -> RichText:
    """Return lines without amounts; empty ones are removed."""
    kept: list[RichText] = []
    rest: RichText = text
    while rest:
        line, rest = split_first_line(rest)
        hidden = hide_amounts(line)
        if hidden or not line:
            kept.append(hidden)
    return join_lines(kept)


def _hide_cell(text: RichText) -> RichText | None:
    """Return a cell without quantities, None for one that is only an amount."""
    if isinstance(text, str):
        return text
    hidden = join_text(*_without_quantities(list(text)))
    return None if any(map(_takes_clause, text)) or not plain_text(hidden).strip() else hidden


def _clauses(text: Sequence[TextPart]) -> list[list[TextPart]]:
    """Split a line into clauses; all but the first begin with their separator."""
    clauses: list[list[TextPart]] = [[]]
    for part in text:
        if not isinstance(part, str):
            clauses[-1].append(part)
            continue
        first, *others = _CLAUSE_END.split(part)
        clauses[-1].append(first)
        clauses += [[separator, words] for separator, words in zip(others[::2], others[1::2], strict=True)]
    return clauses


def _takes_clause(part: TextPart) -> bool:
    return isinstance(part, Amount) and part.kind is AmountKind.MONEY and not part.hidden


def _without_quantities(parts: Sequence[TextPart]) -> list[TextPart]:
    kept: list[TextPart] = []
    for part in parts:
        if not isinstance(part, Amount):
            kept.append(part)
        elif part.substitute:
            kept.append(part.substitute)
        elif kept and isinstance(kept[-1], str):
            kept[-1] = _BEFORE_QUANTITY.sub("", kept[-1], count=1)
    return kept


def _show_in_block(block: Block) -> Block:
    match block:
        case Headline() | Text() | WarningText():
            return replace(block, content=show_amounts(block.content))
        case Footer():
            return replace(block, text=show_amounts(block.text))
        case KeyValues() | Table():
            return replace(block, rows=tuple(tuple(map(show_amounts, row)) for row in block.rows))
        case Image() | Document():
            return replace(block, caption=show_amounts(block.caption))
        case Actions() | FormChoices():
            return block


def _hide_in_block(block: Block) -> Block | None:
    match block:
        case Headline():
            return replace(block, content=hide_amounts(block.content))
        case Text() | WarningText():
            words = _hide_in_lines(block.content)
            return replace(block, content=words) if words else None
        case Footer():
            return replace(block, text=hide_amounts(block.text))
        case KeyValues():
            return _hide_in_pairs(block)
        case Table():
            return _hide_in_table(block)
        case Image() | Document():
            return None if block.shows_amounts else replace(block, caption=_hide_in_lines(block.caption))
        case Actions() | FormChoices():
            rows = (tuple(button for button in row if not button.carries_amounts) for row in block.rows)
            return replace(block, rows=tuple(row for row in rows if row))


def _hide_in_sheet(sheet: FormSheet) -> FormSheet:
    """Return a sheet without answers that are amounts; submitting a blank one leaves its answer unchanged."""
    return replace(sheet, fields=tuple(replace(one, value="") if one.is_amount else one for one in sheet.fields))


def _hide_in_pairs(block: KeyValues) -> KeyValues | None:
    rows: list[tuple[RichText, ...]] = []
    for label, *values in block.rows:
        kept = [cell for cell in map(_hide_cell, values) if cell is not None]
        if kept or not values:
            rows.append((hide_amounts(label), *kept))
    return KeyValues(tuple(rows)) if rows else None


def _hide_in_table(block: Table) -> Table | None:
    rows = [tuple(map(_hide_cell, row)) for row in block.rows]
    kept = [index for index in range(len(block.columns)) if not _is_all_hidden(rows, index)]
    if not kept:
        return None
    return Table(
        columns=tuple(block.columns[index] for index in kept),
        rows=tuple(tuple(row[index] or "" for index in kept) for row in rows),
    )


def _is_all_hidden(rows: Sequence[tuple[RichText | None, ...]], index: int) -> bool:
    cells = [row[index] for row in rows if row[index] != ""]
    return bool(cells) and all(cell is None for cell in cells)
