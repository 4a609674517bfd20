"""Tables and pairs on a console: the common layout, and pairs whose value is a sentence."""

from adapters.chat.console.prose import wrapped
from adapters.chat.console.screen_text import screen_line
from bot.commands.layout import GAP, cells, pad, pair_lines, table_lines
from bot.commands.reply import Align, Column, KeyValues, Table

WIDEST_FIGURE = 40
"""A wider value is a sentence: it stands left and may be broken at its blanks."""


def table_drawing(table: Table, width: int) -> list[str]:
    """Lay a table out; nothing in a cell is wrapped or cut."""
    columns = tuple(Column(screen_line(column.title), column.align, column.priority) for column in table.columns)
    rows = tuple(tuple(screen_line(cell) for cell in row) for row in table.rows)
    return table_lines(Table(columns, rows), width)


def pair_drawing(block: KeyValues, width: int) -> list[str]:
    """Lay labels left; figures line up at the right, sentences follow their label."""
    rows = tuple(tuple(screen_line(cell) for cell in row) for row in block.rows)
    if any(cells(value) > WIDEST_FIGURE for row in rows for value in row[1:]):
        return _sentences(rows, width)
    return pair_lines(KeyValues(rows), width)


def _sentences(rows: tuple[tuple[str, ...], ...], width: int) -> list[str]:
    label = min(max(cells(row[0]) for row in rows), width // 2)
    room = width - label - len(GAP)
    lines: list[str] = []
    for first, *values in rows:
        head = pad(first, label, Align.LEFT)
        if cells(first) > label:
            lines.append(first)
            head = " " * label
        for part in wrapped(GAP.join(values), room):
            lines.append((head + GAP + part).rstrip())
            head = " " * label
    return lines
