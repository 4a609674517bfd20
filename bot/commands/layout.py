"""Monospaced layout of tables and pairs for a width in terminal cells; every gateway passes its own width.

Nothing is ever wrapped inside a cell or cut: columns are dropped by priority, then a row takes several lines.
"""

import textwrap
from collections.abc import Sequence

from wcwidth import wcswidth, wcwidth

from bot.commands.reply import Align, Column, KeyValues, Table

GAP = "  "


def cells(text: str) -> int:
    """Return how many terminal cells a text takes; East Asian wide characters take two."""
    width = wcswidth(text)
    return width if width >= 0 else sum(max(wcwidth(char), 0) for char in text)


def pad(text: str, width: int, align: Align) -> str:
    """Fill a text up with blanks to a width in cells."""
    blanks = " " * max(width - cells(text), 0)
    return f"{blanks}{text}" if align is Align.RIGHT else f"{text}{blanks}"


def wrap(text: str, width: int) -> list[str]:
    """Break prose at blanks; long words stay whole."""
    lines: list[str] = []
    for line in text.split("\n"):
        if cells(line) <= width:
            lines.append(line)
            continue
        lines.extend(textwrap.wrap(line, width, break_long_words=False, break_on_hyphens=False) or [""])
    return lines


def pair_lines(block: KeyValues, width: int) -> list[str]:
    """Lay labels left and values right; a second value of a row gets its own column."""
    if not block.rows:
        return []
    columns = max(len(row) for row in block.rows)
    if columns == 2:  # noqa: PLR2004  # a label and a value
        return _plain_pairs(block, width)
    singles = max((cells(row[1]) for row in block.rows if len(row) == 2), default=0)  # noqa: PLR2004
    widths = [max((cells(row[i]) for row in block.rows if len(row) == columns), default=0) for i in range(1, columns)]
    tail = max(singles, sum(widths) + len(GAP) * (len(widths) - 1))
    label = max(cells(row[0]) for row in block.rows)
    lines: list[str] = []
    for row in block.rows:
        values = row[1:]
        if len(values) > 1:
            values = (GAP.join(pad(value, size, Align.RIGHT) for value, size in zip(values, widths, strict=True)),)
        lines.extend(_pair(row[0], values[0], label=label, tail=tail, width=width))
    return lines


def _plain_pairs(block: KeyValues, width: int) -> list[str]:
    label = max(cells(row[0]) for row in block.rows)
    tail = max(cells(row[1]) for row in block.rows)
    return [line for row in block.rows for line in _pair(row[0], row[1], label=label, tail=tail, width=width)]


def _pair(label_text: str, value: str, *, label: int, tail: int, width: int) -> list[str]:
    if label + len(GAP) + tail <= width:
        return [pad(label_text, label, Align.LEFT) + GAP + pad(value, tail, Align.RIGHT)]
    if cells(label_text) + len(GAP) + cells(value) <= width:
        return [label_text + pad(value, width - cells(label_text), Align.RIGHT)]
    return [label_text, pad(value, width, Align.RIGHT)]


def table_lines(table: Table, width: int) -> list[str]:
    """Lay a table out: all columns, else fewer, else several lines a row; a header from three columns on."""
    kept = _fitting(table, width)
    columns = [table.columns[index] for index in kept]
    rows = [[row[index] for index in kept] for row in table.rows]
    has_header = len(columns) > 2 and any(column.title for column in columns)  # noqa: PLR2004
    titles = [column.title for column in columns]
    body = [titles, *rows] if has_header else rows
    widths = [max((cells(row[i]) for row in body), default=0) for i in range(len(columns))]
    if sum(widths) + len(GAP) * (len(columns) - 1) <= width:
        return [_line(row, columns, widths) for row in body]
    return [line for row in rows for line in _stacked(row, width)]


def _fitting(table: Table, width: int) -> list[int]:
    kept = list(range(len(table.columns)))
    while len(kept) > 1 and _natural_width(table, kept) > width:
        droppable = [index for index in kept if table.columns[index].priority]
        if not droppable:
            break
        kept.remove(max(droppable, key=lambda index: (table.columns[index].priority, index)))
    return kept


def _natural_width(table: Table, kept: Sequence[int]) -> int:
    total = len(GAP) * (len(kept) - 1)
    for index in kept:
        title = table.columns[index].title if len(kept) > 2 else ""  # noqa: PLR2004  # no header below three
        total += max([cells(title), *(cells(row[index]) for row in table.rows)])
    return total


def _line(row: Sequence[str], columns: Sequence[Column], widths: Sequence[int]) -> str:
    padded = (pad(cell, size, column.align) for cell, column, size in zip(row, columns, widths, strict=True))
    return GAP.join(padded).rstrip()


def _stacked(row: Sequence[str], width: int) -> list[str]:
    lines: list[str] = []
    current: list[str] = []
    for cell in row:
        if current and sum(map(cells, current)) + len(GAP) * len(current) + cells(cell) > width - len(GAP):
            lines.append(_spread(current, width, is_first=not lines))
            current = []
        current.append(cell)
    lines.append(_spread(current, width, is_first=not lines))
    return lines


def _spread(row: list[str], width: int, *, is_first: bool) -> str:
    indent = "" if is_first else GAP
    if len(row) == 1:
        return indent + row[0]
    left = indent + GAP.join(row[:-1])
    return left + pad(row[-1], max(width - cells(left), cells(row[-1]) + len(GAP)), Align.RIGHT)
