"""SQLite thread: the writing connection on a thread of its own, which executes whole transactions (ADR 0014).

Between two steps of a transaction the thread would otherwise wait for an event loop that is busy with thousands of
bots, and everybody behind it would wait with it.
"""

import asyncio
import re
import sqlite3
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from bot.domain.errors import Corruption
from bot.durable.row_codec import Cell

T = TypeVar("T")
MAX_VALUES = 32_000
"""SQLite takes 32,766 values a statement unless it was built otherwise."""
MaintenanceStatements = tuple[tuple[str, tuple[Cell, ...]], ...]
"""Statements of one transaction, each with its values."""
_ROW = re.compile(r"VALUES (\([?, ]+\))")


@dataclass(frozen=True, slots=True)
class Statement:
    """One SQL text, as for one row, with the rows it is executed for.

    `executemany` takes a step per row, and between two steps its thread waits for the interpreter, which a busy event
    loop holds: five hundred rows took half a second and held up every commit behind them. One statement with all rows
    waits once.
    """

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


class SqliteThread:
    """Executes transactions one after the other; each is durable when it returns, or not done at all.

    Raises what SQLite raises, and Corruption for good once a transaction could not be rolled back (nobody knows what a
    later commit would store) or another process has claimed a file that is fenced: the epoch, a number in the file's
    header that every claim increases, is compared within each transaction.
    """

    def __init__(
        self,
        path: Path,
        pragmas: Mapping[str, object],
        factory: type[sqlite3.Connection] = sqlite3.Connection,
        *,
        name: str = "storage-writer",
        is_fenced: bool = True,
    ) -> None:
        self._path = path
        self._pragmas = pragmas
        self._factory = factory
        self._is_fenced = is_fenced
        self._pool = ThreadPoolExecutor(max_workers=1, thread_name_prefix=name)
        self._open_connection: sqlite3.Connection | None = None
        self._broken: str | None = None
        self._epoch = 0

    async def claim_file(self) -> None:
        """Open the file; a fenced one has no other writer then: who claimed it before can store nothing any more."""
        await self._run(self._connection)

    async def store_statements(
        self, statements: Iterable[Statement], before_commit: Callable[[], None] = lambda: None
    ) -> None:
        """Execute statements and commit; `before_commit` is called in the thread, right before that.

        The statements are taken from their iterable in the thread too.
        """

        def work(connection: sqlite3.Connection) -> None:
            for statement in statements:
                for sql, values in statement.steps():
                    connection.execute(sql, values)
            before_commit()

        await self._run_transaction(work)

    async def execute_maintenance(self, statements: MaintenanceStatements) -> int:
        """Execute statements and commit; return how many rows they changed."""

        def work(connection: sqlite3.Connection) -> int:
            return sum(connection.execute(sql, values).rowcount for sql, values in statements)

        return await self._run_transaction(work)

    async def fetch_rows(self, sql: str, values: Sequence[Cell] = ()) -> list[tuple[object, ...]]:
        """Return the rows of a query, which sees everything that was given before."""
        return await self._run(lambda: self._connection().execute(sql, values).fetchall())

    async def close(self) -> None:
        await self._run(self._close)
        self._pool.shutdown()  # idle by now, so this does not wait

    async def _run_transaction(self, work: Callable[[sqlite3.Connection], T]) -> T:
        return await self._run(lambda: self._transaction(work))

    async def _run(self, work: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._pool, work)

    def _transaction(self, work: Callable[[sqlite3.Connection], T]) -> T:
        if self._broken is not None:
            raise Corruption(self._broken)
        connection = self._connection()
        connection.execute("BEGIN IMMEDIATE")
        try:
            if self._is_fenced:
                self._check_epoch(connection)
            found = work(connection)
            connection.execute("COMMIT")
        except BaseException:
            self._roll_back(connection)
            raise
        return found

    def _check_epoch(self, connection: sqlite3.Connection) -> None:
        # The write lock is held: nobody can claim the file between this and the commit.
        (epoch,) = connection.execute("PRAGMA user_version").fetchone()
        if epoch != self._epoch:
            self._broken = f"another process writes to {self._path.name} (epoch {epoch}, ours is {self._epoch})"
            raise Corruption(self._broken)

    def _claim(self, connection: sqlite3.Connection) -> None:
        connection.execute("BEGIN IMMEDIATE")
        (epoch,) = connection.execute("PRAGMA user_version").fetchone()
        connection.execute(f"PRAGMA user_version = {epoch + 1}")
        connection.execute("COMMIT")
        self._epoch = epoch + 1

    def _roll_back(self, connection: sqlite3.Connection) -> None:
        if not connection.in_transaction:
            return  # SQLite took it back by itself, as it does when a disk is full
        try:
            connection.execute("ROLLBACK")
        except sqlite3.Error as error:
            self._broken = f"the database can no longer be written: {error}"
            raise Corruption(self._broken) from error

    def _connection(self) -> sqlite3.Connection:
        if self._open_connection is None:
            connection = sqlite3.connect(self._path, isolation_level=None, factory=self._factory)
            try:
                for pragma, value in self._pragmas.items():
                    connection.execute(f"PRAGMA {pragma} = {value}")
                if self._is_fenced:
                    self._claim(connection)
            except BaseException:
                connection.close()
                raise
            self._open_connection = connection
        return self._open_connection

    def _close(self) -> None:
        if self._open_connection is not None:
            self._open_connection.close()
            self._open_connection = None
