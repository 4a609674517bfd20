"""Layout of tables: all columns on one line, else sentences wrapped in theirs, else fewer, else several lines per row.

Columns with a `priority` may go, the highest first. When the others still do not fit on one line, a row takes several:
columns with the same `line` stay together, the last of them flush right, and removed columns return where they have
room.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, zip_longest

from bot.commands.reply.blocks import Align, Column, Table
from bot.commands.reply.safe_text import safe_cell
from bot.commands.reply.text_width import GAP, cell_width, pad_text, wrap_text

ColumnIndexes = tuple[int, ...]
"""Indexes of columns, in order."""
MIN_COLUMNS_WITH_HEADER = 3
"""Number of columns from which a table has a header."""
FEW_LINES = 2
MIN_SENTENCE_CELLS = 24
"""Width below which a sentence is not wrapped beside other columns."""


@dataclass(frozen=True, slots=True)
class _TextTable:
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]


def table_lines(table: Table, width: int) -> list[str]:
    """Lay out a table; no cell is cut, and only sentences are wrapped."""
    columns = tuple(replace(column, title=safe_cell(column.title)) for column in table.columns)
    texts = _TextTable(columns, tuple(tuple(map(safe_cell, row)) for row in table.cell_texts))
    flat = _fitting(texts, width)
    return _stacked(texts, width) if flat is None else _flat(texts, flat)


@dataclass(frozen=True, slots=True)
class _FlatColumn:
    """A column beside others, as wide as its cells, or less if they are wrapped."""

    index: int
    width: int


def _fitting(table: _TextTable, width: int) -> tuple[_FlatColumn, ...] | None:
    """Return the columns that fit beside each other, None when those that never go do not."""
    chosen = tuple(range(len(table.columns)))
    while (widths := _flat_widths(table, chosen, width)) is None:
        droppable = [index for index in chosen if table.columns[index].priority]
        if not droppable:
            return None
        gone = max(droppable, key=lambda index: (table.columns[index].priority, index))
        chosen = tuple(index for index in chosen if index != gone)
    return tuple(map(_FlatColumn, chosen, widths))


def _flat_widths(table: _TextTable, chosen: ColumnIndexes, width: int) -> list[int] | None:
    """Return the widths of columns beside each other, sentences as narrow as need be; None if they have no room."""
    has_header = len(chosen) >= MIN_COLUMNS_WITH_HEADER
    widths = [
        max(_width(table, index), cell_width(table.columns[index].title) if has_header else 0) for index in chosen
    ]
    missing = sum(widths) + len(GAP) * (len(chosen) - 1) - width
    # The widest sentences give way first.
    for place in sorted(range(len(chosen)), key=lambda place: -widths[place]):
        if missing > 0 and table.columns[chosen[place]].is_prose:
            least = min(max(MIN_SENTENCE_CELLS, _longest_word(table, chosen[place])), widths[place])
            given = min(widths[place] - least, missing)
            widths[place] -= given
            missing -= given
    return widths if missing <= 0 else None


def _longest_word(table: _TextTable, index: int) -> int:
    return max((cell_width(word) for row in table.rows for word in row[index].split()), default=0)


def _width(table: _TextTable, index: int) -> int:
    return max((cell_width(row[index]) for row in table.rows), default=0)


def _flat(table: _TextTable, flat: tuple[_FlatColumn, ...]) -> list[str]:
    widths = [one.width for one in flat]
    columns = [table.columns[one.index] for one in flat]
    titles = [column.title for column in columns]
    rows = [[row[one.index] for one in flat] for row in table.rows]
    has_header = len(flat) >= MIN_COLUMNS_WITH_HEADER and any(titles)
    cells = (_wrapped_cells(row, columns, widths) for row in rows)
    return [_line(row, columns, widths) for row in chain([titles] if has_header else [], *cells)]


def _wrapped_cells(row: Sequence[str], columns: Sequence[Column], widths: Sequence[int]) -> Iterator[Sequence[str]]:
    """Yield the lines of a row: one, or more if sentences are wrapped."""
    parts = [
        wrap_text(cell, size) if column.is_prose else [cell]
        for cell, column, size in zip(row, columns, widths, strict=True)
    ]
    yield from zip_longest(*parts, fillvalue="")


def _line(row: Sequence[str], columns: Sequence[Column], widths: Sequence[int]) -> str:
    padded = (pad_text(cell, size, column.align) for cell, column, size in zip(row, columns, widths, strict=True))
    return GAP.join(padded).rstrip()


@dataclass(frozen=True, slots=True)
class _Plan:
    """Columns on each line of a row, and the indent of all but the first line."""

    lines: tuple[ColumnIndexes, ...]
    indent: int
    has_room: bool

    @property
    def columns(self) -> ColumnIndexes:
        return tuple(index for line in self.lines for index in line)


def _stacked(table: _TextTable, width: int) -> list[str]:
    never_go = tuple(index for index, column in enumerate(table.columns) if not column.priority)
    plan = _plan(table, never_go, width)
    most = max(len(plan.lines), FEW_LINES)
    gone = [index for index in range(len(table.columns)) if index not in never_go]
    for index in sorted(gone, key=lambda index: (table.columns[index].priority, index)):
        wider = _plan(table, (*plan.columns, index), width)
        if wider.has_room and len(wider.lines) <= most and wider.indent == plan.indent:
            plan = wider
    return list(_drawn(table, plan, width))


def _plan(table: _TextTable, chosen: ColumnIndexes, width: int) -> _Plan:
    """Arrange columns on lines, indented if that costs no line."""
    plans = [_arranged(table, chosen, width, indent) for indent in (len(GAP), 0)]
    return min(plans, key=lambda plan: (not plan.has_room, len(plan.lines)))


def _arranged(table: _TextTable, chosen: ColumnIndexes, width: int, indent: int) -> _Plan:
    hint = [column.line for column in table.columns]
    lines: list[ColumnIndexes] = []
    for index in sorted(chosen, key=lambda index: (hint[index], index)):
        room = width - (indent if len(lines) > 1 else 0)
        if lines and hint[lines[-1][0]] == hint[index] and _stacked_width(table, (*lines[-1], index)) <= room:
            lines[-1] = (*lines[-1], index)
        else:
            lines.append((index,))
    needed = _stacked_total(table, lines, indent)
    return _Plan(tuple(lines), indent, has_room=needed <= width)


def _stacked_total(table: _TextTable, lines: Sequence[ColumnIndexes], indent: int) -> int:
    return max(
        (_stacked_width(table, line) + (indent if number else 0) for number, line in enumerate(lines)), default=0
    )


def _stacked_width(table: _TextTable, line: ColumnIndexes) -> int:
    return sum(_width(table, index) for index in line) + len(line) - 1


def _drawn(table: _TextTable, plan: _Plan, width: int) -> Iterator[str]:
    figures = [line for line in plan.lines if not _is_prose(table, line)]
    total = min(_stacked_total(table, figures, plan.indent), width)
    for row in table.rows:
        for number, line in enumerate(plan.lines):
            indent = " " * (plan.indent if number else 0)
            if _is_prose(table, line):
                yield from wrap_text(indent + row[line[0]], width) if row[line[0]] else ()
            else:
                yield _stacked_line(table, row, line, indent, total)


def _is_prose(table: _TextTable, line: ColumnIndexes) -> bool:
    return len(line) == 1 and table.columns[line[0]].is_prose


def _stacked_line(table: _TextTable, row: Sequence[str], line: ColumnIndexes, indent: str, total: int) -> str:
    *left, last = line
    head = indent + " ".join(_left_cell(table, row, index) for index in left if row[index])
    if not left and table.columns[last].align is Align.LEFT:
        return (head + row[last]).rstrip()
    return (head + pad_text(row[last], total - cell_width(head), Align.RIGHT)).rstrip()


def _left_cell(table: _TextTable, row: Sequence[str], index: int) -> str:
    """Pad figures to align them; words take no more room than they need."""
    is_figure = table.columns[index].align is Align.RIGHT
    return pad_text(row[index], _width(table, index), Align.RIGHT) if is_figure else row[index]
