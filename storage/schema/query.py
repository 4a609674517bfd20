"""Queries over the query-only connection, decoded into records."""

import sqlite3
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import TypeVar

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.exceptions import BaseORMException

from bot.domain.errors import Corruption, Unavailable
from bot.engine.concurrency.time_slice import TimeSlice
from bot.ports.storage import Page
from storage.schema.failure import StorageFailure
from storage.schema.tables import Columns, TableMapping

R = TypeVar("R")
T = TypeVar("T")
Cells = Sequence[object]
FIRST = Page(limit=1)


class QueryConnection:
    """The query-only connection; its errors are Unavailable or Corruption."""

    def __init__(self, connection: BaseDBAsyncClient, failure: StorageFailure) -> None:
        self._connection = connection
        self._failure = failure

    async def fetch_records(
        self, table: TableMapping[T], *order: str, page: Page | None = None, **conditions: object
    ) -> tuple[T, ...]:
        """Return the records of a table in an order; a condition that is None does not count."""
        return await self.fetch_rows(table, table.columns, table.decode, *order, page=page, **conditions)

    async def fetch_record(self, table: TableMapping[T], **conditions: object) -> T | None:
        """Return a record that meets the conditions, if there is one; raise ValueError for a condition of None."""
        _check_values(conditions)
        found = await self.fetch_records(table, page=FIRST, **conditions)
        return found[0] if found else None

    async def has_record(self, table: TableMapping[T], **conditions: object) -> bool:
        """Tell whether a record meets the conditions; raise ValueError for a condition of None."""
        _check_values(conditions)
        return bool(await self.fetch_rows(table, table.key, tuple, page=FIRST, **conditions))

    async def fetch_rows(
        self,
        table: TableMapping[R],
        columns: Columns,
        decode: Callable[[Cells], T],
        *order: str,
        page: Page | None = None,
        **conditions: object,
    ) -> tuple[T, ...]:
        """Return the decoded columns of a table's rows; both may be those of a related table."""
        query = table.model.all(using_db=self._connection).order_by(*order)
        query = query.filter(**{name: value for name, value in conditions.items() if value is not None})
        if page is not None:
            query = query.limit(page.limit).offset(page.offset)
        with self._translated_errors():
            rows = await query.values_list(*columns)
        return await self._decode_rows(rows, decode)

    async def fetch_sql(self, sql: str, values: Sequence[object], decode: Callable[[Cells], T]) -> tuple[T, ...]:
        """Return the decoded rows of an SQL query, a consistent view of several tables."""
        with self._translated_errors():
            _, rows = await self._connection.execute_query(sql, list(values))
        return await self._decode_rows([tuple(row) for row in rows], decode)

    @contextmanager
    def _translated_errors(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.DatabaseError as e:
            raise self._failure.report(Corruption(f"The database cannot be read: {e}.")) from e
        except BaseORMException as e:
            raise Unavailable(f"the database does not answer: {e}") from e

    async def _decode_rows(self, rows: Sequence[Cells], decode: Callable[[Cells], T]) -> tuple[T, ...]:
        # Other tasks run in between.
        records: list[T] = []
        time_slice = TimeSlice()
        for row in rows:
            try:
                records.append(decode(row))
            except (ValueError, TypeError, KeyError, ArithmeticError) as e:
                raise self._failure.report(Corruption(f"A stored row cannot be understood: {e}.")) from e
            await time_slice.yield_if_expired()
        return tuple(records)


def _check_values(conditions: dict[str, object]) -> None:
    """Raise ValueError for a condition that would not count: any record would do."""
    missing = [name for name, value in conditions.items() if value is None]
    if missing:
        raise ValueError(f"a value was expected for {', '.join(missing)}, found None")
