"""Stored ledgers, trades, fills, signals and equity."""

from dataclasses import replace
from datetime import datetime

from bot.domain.equity import EquityPoint
from bot.domain.fill import Fill
from bot.domain.ids import AccountId, BotId, ClientOrderId
from bot.domain.signal import SignalRecord
from bot.domain.trade import Ledger, Trade
from bot.durable.json_codec import format_time
from bot.ports.storage import Page
from storage.cache.ledger_cache import LedgerCache
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


class StoredLedger:
    """Implements the part of `LedgerReader` that is not about orders."""

    def __init__(self, database: QueryConnection) -> None:
        self._database = database
        self.ledger_cache = LedgerCache(self._load_ledgers)

    async def ledger(self, bot_id: BotId) -> Ledger:
        rows = await self._database.fetch_sql(
            f'{LEDGERS_WITH_TRADE} WHERE b."bot_id" = ? ORDER BY t."sequence"', (bot_id,)
        )
        found = await self._database.decode_rows(rows, _bot_and_ledger)
        return found[-1][1] if found else Ledger()

    async def ledgers(self) -> dict[BotId, Ledger]:
        return await self.ledger_cache.ledgers()

    async def _load_ledgers(self) -> dict[BotId, Ledger]:
        rows = await self._database.fetch_sql(f'{LEDGERS_WITH_TRADE} ORDER BY t."sequence"')
        return dict(await self._database.decode_rows(rows, _bot_and_ledger))

    async def fills(self, bot_id: BotId, page: Page) -> tuple[Fill, ...]:
        query = self._database.table_query(FILLS).filter(bot_id=bot_id).order_by("-sequence")
        return await self._database.fetch_records(FILLS, query.limit(page.limit).offset(page.offset))

    async def order_fills(self, client_order_id: ClientOrderId) -> tuple[Fill, ...]:
        query = self._database.table_query(FILLS).filter(client_order_id=client_order_id)
        return await self._database.fetch_records(FILLS, query.order_by("sequence"))

    async def has_fill(self, account_id: AccountId, trade_id: str) -> bool:
        query = self._database.table_query(FILLS).filter(account_id=account_id, trade_id=trade_id)
        return bool(await self._database.fetch_cells(query.limit(1), ("sequence",)))

    async def fill_count(self, account_id: AccountId) -> int:
        rows = await self._database.fetch_sql('SELECT COUNT(*) FROM "fills" WHERE "account_id" = ?', (account_id,))
        return int(str(rows[0][0]))

    async def trades(self, bot_id: BotId | None, page: Page) -> tuple[Trade, ...]:
        query = self._database.table_query(TRADES)
        chosen = query.filter(bot_id=bot_id) if bot_id is not None else query
        newest = chosen.order_by("-sequence").limit(page.limit).offset(page.offset)
        return await self._database.fetch_records(TRADES, newest)

    async def signals(self, bot_id: BotId, page: Page) -> tuple[SignalRecord, ...]:
        query = self._database.table_query(SIGNALS).filter(bot_id=bot_id).order_by("-sequence")
        return await self._database.fetch_records(SIGNALS, query.limit(page.limit).offset(page.offset))

    async def equity(self, bot_id: BotId, since: datetime | None) -> tuple[EquityPoint, ...]:
        query = self._database.table_query(EQUITY).filter(bot_id=bot_id).order_by("market_time")
        chosen = query if since is None else query.filter(market_time__gte=format_time(since))
        return await self._database.fetch_records(EQUITY, chosen)
