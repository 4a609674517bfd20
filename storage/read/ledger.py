"""Read books, trades, fills, signals and equity."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from bot.domain.equity import EquityPoint
from bot.domain.fill import Fill
from bot.domain.ids import AccountId, BotId, ClientOrderId
from bot.domain.signal import SignalRecord
from bot.domain.trade import Book, Trade
from bot.ports.storage import Page
from storage.cache.ledger_cache import BookShelf
from storage.codec.json_codec import time_text
from storage.schema.query import Cells, Fetcher, decoded
from storage.schema.tables import BOOKS, FILLS, SIGNALS, TRADES, equity_table

EQUITY = equity_table(str)


def _columns(alias: str, names: Sequence[str]) -> str:
    return ", ".join(f'{alias}."{name}"' for name in names)


# One statement, so that a book and its open trade are of the same moment.
BOOKS_WITH_TRADE = (
    f'SELECT {_columns("b", BOOKS.columns)}, {_columns("t", TRADES.columns)} FROM "{BOOKS.name}" b '  # noqa: S608 - our names
    f'LEFT JOIN "{TRADES.name}" t ON t."bot_id" = b."bot_id" AND t."closed_at_wall" IS NULL'
)


def _bot_and_book(cells: Cells) -> tuple[BotId, Book]:
    own, rest = cells[: len(BOOKS.columns)], cells[len(BOOKS.columns) :]
    trade = None if rest[0] is None else TRADES.decode(rest)
    saved = BOOKS.decode(own)
    return saved.bot_id, replace(saved.book, trade=trade)


class StoredLedger:
    """Implements the part of bot.ports.storage.LedgerReader that is not about orders."""

    def __init__(self, fetch: Fetcher) -> None:
        self._fetch = fetch
        self.shelf = BookShelf(self._stored_books)

    async def book(self, bot_id: BotId) -> Book:
        rows = await self._fetch.raw(f'{BOOKS_WITH_TRADE} WHERE b."bot_id" = ? ORDER BY t."sequence"', (bot_id,))
        found = await decoded(rows, _bot_and_book)
        return found[-1][1] if found else Book()

    async def books(self) -> dict[BotId, Book]:
        return await self.shelf.all()

    async def _stored_books(self) -> dict[BotId, Book]:
        rows = await self._fetch.raw(f'{BOOKS_WITH_TRADE} ORDER BY t."sequence"')
        return dict(await decoded(rows, _bot_and_book))

    async def fills(self, bot_id: BotId, page: Page) -> tuple[Fill, ...]:
        query = self._fetch.query(FILLS).filter(bot_id=bot_id).order_by("-sequence")
        return await self._fetch.records(FILLS, query.limit(page.limit).offset(page.offset))

    async def order_fills(self, client_order_id: ClientOrderId) -> tuple[Fill, ...]:
        query = self._fetch.query(FILLS).filter(client_order_id=client_order_id)
        return await self._fetch.records(FILLS, query.order_by("sequence"))

    async def has_fill(self, account_id: AccountId, trade_id: str) -> bool:
        query = self._fetch.query(FILLS).filter(account_id=account_id, trade_id=trade_id)
        return bool(await self._fetch.cells(query.limit(1), ("sequence",)))

    async def fill_count(self, account_id: AccountId) -> int:
        rows = await self._fetch.raw('SELECT COUNT(*) FROM "fills" WHERE "account_id" = ?', (account_id,))
        return int(str(rows[0][0]))

    async def trades(self, bot_id: BotId | None, page: Page) -> tuple[Trade, ...]:
        query = self._fetch.query(TRADES)
        chosen = query.filter(bot_id=bot_id) if bot_id is not None else query
        newest = chosen.order_by("-sequence").limit(page.limit).offset(page.offset)
        return await self._fetch.records(TRADES, newest)

    async def signals(self, bot_id: BotId, page: Page) -> tuple[SignalRecord, ...]:
        query = self._fetch.query(SIGNALS).filter(bot_id=bot_id).order_by("-sequence")
        return await self._fetch.records(SIGNALS, query.limit(page.limit).offset(page.offset))

    async def equity(self, bot_id: BotId, since: datetime | None) -> tuple[EquityPoint, ...]:
        query = self._fetch.query(EQUITY).filter(bot_id=bot_id).order_by("market_time")
        chosen = query if since is None else query.filter(market_time__gte=time_text(since))
        return await self._fetch.records(EQUITY, chosen)
