"""Tables and pairs in monospaced text, as every platform shows them, with safe cells."""

from dataclasses import replace

from bot.commands.reply.blocks import KeyValues, Table
from bot.commands.reply.pair_layout import pair_lines
from bot.commands.reply.safe_text import safe_lines
from bot.commands.reply.table_layout import table_lines


def table_drawing(table: Table, width: int) -> list[str]:
    """Lay out a table; no cell is cut."""
    columns = tuple(replace(column, title=_cell(column.title)) for column in table.columns)
    rows = tuple(tuple(_cell(cell) for cell in row) for row in table.cell_texts)
    return table_lines(Table(columns, rows), width)


def pair_drawing(block: KeyValues, width: int) -> list[str]:
    """Lay out pairs: figures are right-aligned, sentences follow their label."""
    return pair_lines(KeyValues(tuple(tuple(_cell(cell) for cell in row) for row in block.cell_texts)), width)


def _cell(text: str) -> str:
    """Return a text as one safe line; leading blanks stay, they show what belongs to the row above."""
    return " ".join(safe_lines(text)).rstrip()
