"""Rows kept in memory: read once, then changed by every commit, since nearly everything a person asks needs them.

The file belongs to one process and has one writer, so nothing can change a row behind their back.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from bot.domain.facts import Fact, UnitOfWork

K = TypeVar("K")
V = TypeVar("V")


class CachedTable(Generic[K, V]):
    """The rows of a table by key; `apply` does to them what a stored fact does, `on_commit` must see every commit."""

    def __init__(self, load: Callable[[], Awaitable[dict[K, V]]], apply: Callable[[dict[K, V], Fact], None]) -> None:
        self._load = load
        self._apply = apply
        self._loading = asyncio.Lock()
        self._rows: dict[K, V] | None = None
        self._facts_while_loading: list[Fact] = []

    async def rows(self) -> dict[K, V]:
        """Return the rows, reading them the first time; whoever is given them changes nothing."""
        if self._rows is None:
            async with self._loading:
                if self._rows is None:
                    self._rows = await self._load_rows()
        return self._rows

    def on_commit(self, units: Sequence[UnitOfWork]) -> None:
        """Take over what was stored."""
        if self._rows is not None:
            for unit in units:
                for fact in unit:
                    self._apply(self._rows, fact)
        elif self._loading.locked():
            self._facts_while_loading += [fact for unit in units for fact in unit]

    async def _load_rows(self) -> dict[K, V]:
        self._facts_while_loading = []
        rows = await self._load()
        # What was committed meanwhile is at least as new as what was read.
        for fact in self._facts_while_loading:
            self._apply(rows, fact)
        self._facts_while_loading = []
        return rows
