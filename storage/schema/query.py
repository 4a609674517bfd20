"""Queries over the query-only connection, decoded into records."""

import sqlite3
from collections.abc import Callable, Sequence
from typing import TypeVar

from tortoise.backends.base.client import BaseDBAsyncClient
from tortoise.exceptions import BaseORMException
from tortoise.models import Model
from tortoise.queryset import QuerySet

from bot.domain.errors import Corruption, Unavailable
from bot.engine.concurrency.time_slice import TimeSlice
from storage.schema.failure import StorageFailure
from storage.schema.tables import TableMapping

T = TypeVar("T")
Cells = Sequence[object]


class QueryConnection:
    """The query-only connection; its errors are Unavailable or Corruption."""

    def __init__(self, connection: BaseDBAsyncClient, failure: StorageFailure) -> None:
        self._connection = connection
        self._failure = failure

    def table_query(self, table: TableMapping[T]) -> QuerySet[Model]:
        """Start a query of a table on this connection."""
        return table.model.all(using_db=self._connection)

    async def fetch_records(self, table: TableMapping[T], query: QuerySet[Model]) -> tuple[T, ...]:
        return await self.decode_rows(await self.fetch_cells(query, table.columns), table.decode)

    async def fetch_record(self, table: TableMapping[T], query: QuerySet[Model]) -> T | None:
        """Return the first record of a query, None if there is none."""
        found = await self.fetch_records(table, query.limit(1))
        return found[0] if found else None

    async def fetch_cells(self, query: QuerySet[Model], columns: tuple[str, ...]) -> Sequence[Cells]:
        try:
            return await query.values_list(*columns)
        except sqlite3.DatabaseError as e:
            raise self._failure.report(Corruption(f"The database cannot be read: {e}.")) from e
        except BaseORMException as e:
            raise Unavailable(f"the database does not answer: {e}") from e

    async def fetch_sql(self, sql: str, values: Sequence[object] = ()) -> Sequence[Cells]:
        """Return the rows of an SQL query, a consistent view of several tables."""
        try:
            _, rows = await self._connection.execute_query(sql, list(values))
        except sqlite3.DatabaseError as e:
            raise self._failure.report(Corruption(f"The database cannot be read: {e}.")) from e
        except BaseORMException as e:
            raise Unavailable(f"the database does not answer: {e}") from e
        return [tuple(row) for row in rows]

    async def decode_rows(self, rows: Sequence[Cells], decode: Callable[[Cells], T]) -> tuple[T, ...]:
        """Turn rows into records, letting other tasks run in between; raise Corruption for a row we did not write."""
        records: list[T] = []
        time_slice = TimeSlice()
        for row in rows:
            try:
                records.append(decode(row))
            except (ValueError, TypeError, KeyError, ArithmeticError) as e:
                raise self._failure.report(Corruption(f"A stored row cannot be understood: {e}.")) from e
            await time_slice.yield_if_expired()
        return tuple(records)
