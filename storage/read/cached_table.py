"""Cached tables: loaded once, then updated by every commit, since nearly every command needs them.

The file belongs to one process with one writer, so no row can change unnoticed.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from bot.domain.facts import Deleted, Fact, Saved, UnitOfWork
from storage.schema.query import QueryConnection
from storage.schema.tables import TableMapping

K = TypeVar("K")
V = TypeVar("V")
Key = tuple[str, ...]


class CachedTable(Generic[K, V]):
    """A table's rows by key; `apply` changes them as a fact does; `on_commit` must be called for every commit."""

    def __init__(self, load: Callable[[], Awaitable[dict[K, V]]], apply: Callable[[dict[K, V], Fact], None]) -> None:
        self._load = load
        self._apply = apply
        self._loading = asyncio.Lock()
        self._rows: dict[K, V] | None = None
        self._facts_while_loading: list[Fact] = []

    async def rows(self) -> dict[K, V]:
        """Return the rows, loaded at the first call; callers must not change them."""
        if self._rows is None:
            async with self._loading:
                if self._rows is None:
                    self._rows = await self._load_rows()
        return self._rows

    def on_commit(self, units: Sequence[UnitOfWork]) -> None:
        """Apply the facts of a commit."""
        if self._rows is not None:
            for unit in units:
                for fact in unit:
                    self._apply(self._rows, fact)
        elif self._loading.locked():
            self._facts_while_loading += [fact for unit in units for fact in unit]

    async def _load_rows(self) -> dict[K, V]:
        self._facts_while_loading = []
        rows = await self._load()
        # Facts committed during the load are at least as new as the rows that were read.
        for fact in self._facts_while_loading:
            self._apply(rows, fact)
        self._facts_while_loading = []
        return rows


def cache_records(database: QueryConnection, table: TableMapping[V]) -> CachedTable[Key, V]:
    """Cache all records of a table by its key, in order of arrival."""

    def key_of(record: V) -> Key:
        return tuple(getattr(record, name) for name in table.key)

    async def load() -> dict[Key, V]:
        return {key_of(record): record for record in await database.fetch_records(table, "sequence")}

    def apply(rows: dict[Key, V], fact: Fact) -> None:
        match fact:
            case Saved(record) if isinstance(record, table.kind):
                rows[key_of(record)] = record
            case Deleted(kind, key) if kind is table.kind:
                rows.pop(key, None)
            case _:
                pass

    return CachedTable(load, apply)
