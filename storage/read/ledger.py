"""Stored ledgers, trades, fills and signals."""

from dataclasses import replace
from decimal import Decimal

from bot.domain.closed_books import ClosedBooks
from bot.domain.facts import Fact, LedgerSaved, Saved
from bot.domain.fill import Fill, FillAmounts, FillStep, fill_step
from bot.domain.ids import AccountId, BotId, ClientOrderId
from bot.domain.metrics import slippage_reference
from bot.domain.order import OrderSide, OrderType
from bot.domain.signal import SignalRecord
from bot.domain.trade import Ledger, Trade
from bot.durable.json_codec import parse_time
from bot.ports.storage import Page
from storage.read.cached_table import CachedTable
from storage.read.closed_books import StoredClosedBooks
from storage.schema.query import Cells, QueryConnection
from storage.schema.tables import FILLS, INTENTS, LEDGERS, SIGNALS, TRADES

# One statement, so that a ledger and its open trade are of the same moment.
LEDGERS_WITH_TRADE = (
    f'SELECT {LEDGERS.select_columns("b")}, {TRADES.select_columns("t")} FROM "{LEDGERS.name}" b '  # noqa: S608 - our names
    f'LEFT JOIN "{TRADES.name}" t ON t."bot_id" = b."bot_id" AND t."closed_at_wall" IS NULL'
)

FILL_STEPS = (
    f'SELECT f."moment_market", f."symbol", f."side", f."price", f."quantity", f."fee", f."fee_currency", '  # noqa: S608 - our names
    f'i."order_type", i."price", i."reference_price" FROM "{FILLS.name}" f '
    f'JOIN "{INTENTS.name}" i ON i."client_order_id" = f."client_order_id" '
    f'WHERE f."bot_id" = ? AND f."sequence" > ? ORDER BY f."sequence"'
)
"""Raw columns: a bot may have a hundred thousand fills, and curves need nothing else of them."""


def _bot_and_ledger(cells: Cells) -> tuple[BotId, Ledger]:
    own, rest = cells[: len(LEDGERS.columns)], cells[len(LEDGERS.columns) :]
    trade = None if rest[0] is None else TRADES.decode(rest)
    saved = LEDGERS.decode(own)
    return saved.bot_id, replace(saved.ledger, trade=trade)


def _fill_step(cells: Cells) -> FillStep:
    time, symbol, side, price, quantity, fee, fee_currency, *order = (str(cell) for cell in cells)
    order_type, order_price, reference_price = order
    return fill_step(
        parse_time(time),
        OrderSide(side),
        FillAmounts(Decimal(price), Decimal(quantity), Decimal(fee)),
        is_fee_in_base=fee_currency == symbol.partition("/")[0],
        reference=slippage_reference(
            OrderType(order_type),
            price=None if cells[-2] is None else Decimal(order_price),
            reference_price=Decimal(reference_price),
        ),
    )


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

    async def fill_steps(self, bot_id: BotId) -> tuple[FillStep, ...]:
        before = await self._closings.last_fill_sequence(bot_id)
        return await self._database.fetch_sql(FILL_STEPS, (bot_id, before or 0), _fill_step)

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

    async def _load_ledgers(self) -> dict[BotId, Ledger]:
        query = f'{LEDGERS_WITH_TRADE} ORDER BY t."sequence"'
        return dict(await self._database.fetch_sql(query, (), _bot_and_ledger))
