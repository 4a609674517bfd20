"""Inserts of many rows in one step of the database.

`executemany` takes a step per row, and between two steps its thread waits for the interpreter, which a busy event loop
holds: five hundred rows took half a second and held up every commit behind them (ADR 0014). One statement with all rows
waits once.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from bot.durable.row_codec import Cell

MAX_VALUES = 32_000
"""SQLite takes 32,766 values a statement unless it was built otherwise."""
MaintenanceStatements = tuple[tuple[str, tuple[Cell, ...]], ...]
"""Statements of one transaction, each with its values."""
_ROW = re.compile(r"VALUES (\([?, ]+\))")


@dataclass(frozen=True, slots=True)
class Statement:
    """One SQL text, as for one row, with the rows it is executed for."""

    sql: str
    rows: list[list[Cell]]

    def steps(self) -> Iterator[tuple[str, list[Cell]]]:
        """Yield SQL texts with their values: as many rows as fit where rows are added, a row each otherwise."""
        row = _ROW.search(self.sql)
        if row is None:
            yield from ((self.sql, cells) for cells in self.rows)
            return
        before, marks, after = self.sql[: row.start(1)], row.group(1), self.sql[row.end(1) :]
        most = MAX_VALUES // marks.count("?")
        for first in range(0, len(self.rows), most):
            some = self.rows[first : first + most]
            yield f"{before}{', '.join([marks] * len(some))}{after}", [cell for cells in some for cell in cells]
