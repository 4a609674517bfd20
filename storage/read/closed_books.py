"""Stored closed books, and where in fills and trades the present pass of a bot begins."""

from collections.abc import Sequence

from bot.domain.closed_books import ClosedBooks
from bot.domain.facts import BooksClosed, Fact, UnitOfWork
from bot.domain.ids import BotId, VenueTradeId
from storage.read.cached_table import CachedTable
from storage.schema.query import QueryConnection
from storage.schema.tables import CLOSED_BOOKS, FILLS

Pass = tuple[BotId, int]


def _apply_closing(rows: dict[Pass, ClosedBooks], fact: Fact) -> None:
    match fact:
        case BooksClosed(closed):
            rows[closed.bot_id, closed.number] = closed
        case _:
            pass


def _apply_newest(rows: dict[BotId, ClosedBooks], fact: Fact) -> None:
    match fact:
        case BooksClosed(closed):
            rows[closed.bot_id] = closed
        case _:
            pass


class StoredClosedBooks:
    """Reads closed books; `on_commit` must be called for every commit."""

    def __init__(self, database: QueryConnection) -> None:
        self._database = database
        self._closed = CachedTable(self._load, _apply_closing)
        self._newest = CachedTable(self._load_newest, _apply_newest)
        self._sequences: dict[VenueTradeId, int] = {}

    def on_commit(self, units: Sequence[UnitOfWork]) -> None:
        for cached in (self._closed, self._newest):
            cached.on_commit(units)

    async def closed_books(self) -> tuple[ClosedBooks, ...]:
        return tuple((await self._closed.rows()).values())

    async def last_trade(self, bot_id: BotId) -> int | None:
        """Return the number of the last trade before the present pass, None in the first one."""
        newest = (await self._newest.rows()).get(bot_id)
        return None if newest is None else newest.last_trade

    async def last_fill_sequence(self, bot_id: BotId) -> int | None:
        """Return the sequence of the last fill before the present pass, None without one."""
        newest = (await self._newest.rows()).get(bot_id)
        if newest is None or newest.last_fill is None:
            return None
        if newest.last_fill not in self._sequences:
            query = f'SELECT "sequence" FROM "{FILLS.name}" WHERE "account_id" = ? AND "trade_id" = ?'  # noqa: S608 - our names
            values = (newest.account_id, newest.last_fill)
            (found,) = await self._database.fetch_sql(query, values, lambda cells: int(str(cells[0])))
            self._sequences[newest.last_fill] = found
        return self._sequences[newest.last_fill]

    async def _load(self) -> dict[Pass, ClosedBooks]:
        found = await self._database.fetch_records(CLOSED_BOOKS, "sequence")
        return {(one.bot_id, one.number): one for one in found}

    async def _load_newest(self) -> dict[BotId, ClosedBooks]:
        return {one.bot_id: one for one in await self._database.fetch_records(CLOSED_BOOKS, "sequence")}
