"""Stored ledgers, trades, fills, signals and equity."""

from dataclasses import replace
from datetime import datetime

from bot.domain.closed_books import ClosedBooks
from bot.domain.equity import EquityPoint
from bot.domain.facts import Fact, LedgerSaved, Saved
from bot.domain.fill import Fill
from bot.domain.ids import AccountId, BotId, ClientOrderId
from bot.domain.signal import SignalRecord
from bot.domain.trade import Ledger, Trade
from bot.durable.json_codec import format_time
from bot.ports.storage import Page
from storage.read.cached_table import CachedTable
from storage.read.closed_books import StoredClosedBooks
from storage.schema.query import Cells, QueryConnection
from storage.schema.tables import EQUITY, FILLS, LEDGERS, SIGNALS, TRADES

# One statement, so that a ledger and its open trade are of the same moment.
LEDGERS_WITH_TRADE = (
    f'SELECT {LEDGERS.select_columns("b")}, {TRADES.select_columns("t")} FROM "{LEDGERS.name}" b '  # noqa: S608 - our names
    f'LEFT JOIN "{TRADES.name}" t ON t."bot_id" = b."bot_id" AND t."closed_at_wall" IS NULL'
)


def _bot_and_ledger(cells: Cells) -> tuple[BotId, Ledger]:
    own, rest = cells[: len(LEDGERS.columns)], cells[len(LEDGERS.columns) :]
    trade = None if rest[0] is None else TRADES.decode(rest)
    saved = LEDGERS.decode(own)
    return saved.bot_id, replace(saved.ledger, trade=trade)


def _apply_ledger(ledgers: dict[BotId, Ledger], fact: Fact) -> None:
    match fact:
        case LedgerSaved(bot_id, ledger):
            ledgers[bot_id] = ledger
        case Saved(Trade() as trade) if trade.bot_id in ledgers:
            ledgers[trade.bot_id] = _with_trade(ledgers[trade.bot_id], trade)
        case _:
            pass


def _with_trade(ledger: Ledger, trade: Trade) -> Ledger:
    if trade.closed_at is None:
        # Usually the ledger has this very trade: then both stay the objects that the running bot has.
        return ledger if ledger.trade is trade else replace(ledger, trade=trade)
    is_its_own = ledger.trade is not None and ledger.trade.trade_id == trade.trade_id
    return replace(ledger, trade=None) if is_its_own else ledger


class StoredLedger:
    """Implements the part of `LedgerReader` that is not about orders."""

    def __init__(self, database: QueryConnection) -> None:
        self._database = database
        self._cached_ledgers = CachedTable(self._load_ledgers, _apply_ledger)
        self._closings = StoredClosedBooks(database)

    async def ledger(self, bot_id: BotId) -> Ledger:
        query = f'{LEDGERS_WITH_TRADE} WHERE b."bot_id" = ? ORDER BY t."sequence"'
        found = await self._database.fetch_sql(query, (bot_id,), _bot_and_ledger)
        return found[-1][1] if found else Ledger()

    async def ledgers(self) -> dict[BotId, Ledger]:
        return dict(await self._cached_ledgers.rows())

    async def closed_books(self) -> tuple[ClosedBooks, ...]:
        return await self._closings.closed_books()

    async def fills(self, bot_id: BotId, page: Page) -> tuple[Fill, ...]:
        before = await self._closings.last_fill_sequence(bot_id)
        return await self._database.fetch_records(FILLS, "-sequence", page=page, bot_id=bot_id, sequence__gt=before)

    async def order_fills(self, client_order_id: ClientOrderId) -> tuple[Fill, ...]:
        return await self._database.fetch_records(FILLS, "sequence", client_order_id=client_order_id)

    async def has_fill(self, account_id: AccountId, trade_id: str) -> bool:
        return await self._database.has_record(FILLS, account_id=account_id, trade_id=trade_id)

    async def fill_count(self, account_id: AccountId) -> int:
        query = f'SELECT COUNT(*) FROM "{FILLS.name}" WHERE "account_id" = ?'  # noqa: S608 - our own name
        (count,) = await self._database.fetch_sql(query, (account_id,), lambda cells: int(str(cells[0])))
        return count

    async def trades(self, bot_id: BotId | None, page: Page) -> tuple[Trade, ...]:
        before = None if bot_id is None else await self._closings.last_trade(bot_id)
        return await self._database.fetch_records(TRADES, "-sequence", page=page, bot_id=bot_id, number__gt=before)

    async def trades_of_every_pass(self, bot_id: BotId, page: Page) -> tuple[Trade, ...]:
        return await self._database.fetch_records(TRADES, "-sequence", page=page, bot_id=bot_id)

    async def signals(self, bot_id: BotId, page: Page) -> tuple[SignalRecord, ...]:
        return await self._database.fetch_records(SIGNALS, "-sequence", page=page, bot_id=bot_id)

    async def equity(self, bot_id: BotId, since: datetime | None) -> tuple[EquityPoint, ...]:
        start = None if since is None else format_time(since)
        return await self._database.fetch_records(EQUITY, "market_time", bot_id=bot_id, market_time__gte=start)

    async def _load_ledgers(self) -> dict[BotId, Ledger]:
        query = f'{LEDGERS_WITH_TRADE} ORDER BY t."sequence"'
        return dict(await self._database.fetch_sql(query, (), _bot_and_ledger))
