"""Inserts of many rows in one step of the database.

`executemany` takes a step per row, and between two steps its thread waits for the interpreter, which a busy event loop
holds: five hundred rows took half a second and held up every commit behind them (ADR 0014). One statement with all rows
waits once.
"""

import re
from collections.abc import Iterator

from storage.codec.row_codec import Cell
from storage.write.deletes import Statement

MAX_VALUES = 32_000
"""SQLite takes 32,766 values a statement unless it was built otherwise."""
_ROW = re.compile(r"VALUES (\([?, ]+\))")


def multi_row_statements(statement: Statement) -> Iterator[tuple[str, list[Cell]]]:
    """Yield SQL texts with their values: as many rows as fit for inserts, one row for other statements."""
    row = _ROW.search(statement.sql)
    if row is None:
        yield from ((statement.sql, cells) for cells in statement.rows)
        return
    before, marks, after = statement.sql[: row.start(1)], row.group(1), statement.sql[row.end(1) :]
    most = MAX_VALUES // marks.count("?")
    for first in range(0, len(statement.rows), most):
        rows = statement.rows[first : first + most]
        yield f"{before}{', '.join([marks] * len(rows))}{after}", [cell for cells in rows for cell in cells]
