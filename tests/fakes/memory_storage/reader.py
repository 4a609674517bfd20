"""Everything that can be read from storage in memory."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import TypeVar

from bot.domain.access import AccessCode, Share
from bot.domain.closed_books import ClosedBooks
from bot.domain.destination import Destination, Subscription
from bot.domain.facts import Delivery, DeliveryStatus, KeptButton, KeyValue
from bot.domain.fill import Fill, FillAmounts, FillStep, fill_step
from bot.domain.ids import AccountId, BotId, ClientOrderId, EventId, OperatorId
from bot.domain.instance import Bot, BotStatus, ConfigVersion
from bot.domain.metrics import slippage_reference
from bot.domain.order import Order
from bot.domain.people import Account, AuditEntry, Identity, Operator, PanicState
from bot.domain.signal import SignalRecord
from bot.domain.trade import Ledger, Trade
from bot.ports.storage import DeliveredEvent, NumberedEvent, Page
from tests.fakes.memory_storage.tables import MemoryTables

T = TypeVar("T")
MAX_BY_REFERENCE = 20


def newest_rows(rows: Iterable[T], page: Page) -> tuple[T, ...]:
    """Return a page of rows that come oldest first."""
    return tuple(reversed(list(rows)))[page.offset : page.offset + page.limit]


class MemoryReader:
    """Implements bot.ports.storage.Reader over tables."""

    def __init__(self, tables: MemoryTables) -> None:
        self._tables = tables

    async def bots(self) -> tuple[Bot, ...]:
        alive = [bot for bot in self._tables.rows(Bot) if bot.status is not BotStatus.DELETED]
        return tuple(sorted(alive, key=lambda bot: bot.created_at))

    async def deleted_bots(self) -> tuple[Bot, ...]:
        deleted = [bot for bot in self._tables.rows(Bot) if bot.status is BotStatus.DELETED]
        return tuple(sorted(deleted, key=lambda bot: str(bot.status_changed_wall)))

    async def bot(self, bot_id: BotId) -> Bot | None:
        return self._tables.row(Bot, bot_id)

    async def bot_by_name(self, name: str) -> Bot | None:
        alive = (bot for bot in self._tables.rows(Bot) if bot.status is not BotStatus.DELETED)
        return next((bot for bot in alive if bot.name == name), None)

    async def versions(self, bot_id: BotId) -> tuple[ConfigVersion, ...]:
        own = [version for version in self._tables.versions if version.bot_id == bot_id]
        return tuple(sorted(own, key=lambda version: version.version))

    async def ledger(self, bot_id: BotId) -> Ledger:
        return (await self.ledgers()).get(bot_id, Ledger())

    async def ledgers(self) -> dict[BotId, Ledger]:
        open_trades = {trade.bot_id: trade for trade in self._tables.rows(Trade) if trade.closed_at is None}
        return {bot_id: replace(book, trade=open_trades.get(bot_id)) for bot_id, book in self._tables.ledgers.items()}

    async def closed_books(self) -> tuple[ClosedBooks, ...]:
        return tuple(self._tables.closed_books)

    def _newest_closing(self, bot_id: BotId | None) -> ClosedBooks | None:
        return next((one for one in reversed(self._tables.closed_books) if one.bot_id == bot_id), None)

    async def working_orders(self, bot_id: BotId | None = None) -> tuple[Order, ...]:
        return tuple(order for order in self._orders(bot_id) if order.is_working)

    async def orders(self, bot_id: BotId | None, page: Page) -> tuple[Order, ...]:
        return newest_rows(self._orders(bot_id), page)

    async def order(self, client_order_id: ClientOrderId) -> Order | None:
        return self._tables.row(Order, client_order_id)

    async def orders_by_reference(self, prefix: str) -> tuple[Order, ...]:
        start = prefix.upper()
        found = [order for order in self._orders(None) if order.intent.reference.upper().startswith(start)]
        return newest_rows(found, Page(limit=MAX_BY_REFERENCE))

    def _orders(self, bot_id: BotId | None) -> Sequence[Order]:
        own = [order for order in self._tables.rows(Order) if bot_id in (None, order.intent.bot_id)]
        return sorted(own, key=lambda order: self._tables.arrivals[order.intent.client_order_id])

    async def fills(self, bot_id: BotId, page: Page) -> tuple[Fill, ...]:
        return newest_rows(self._fills_of_pass(bot_id), page)

    def _fills_of_pass(self, bot_id: BotId) -> list[Fill]:
        own = [fill for fill in self._tables.fills if fill.bot_id == bot_id]
        newest = self._newest_closing(bot_id)
        last = None if newest is None else newest.last_fill
        first = next((place + 1 for place, fill in enumerate(own) if fill.trade_id == last), 0)
        return own[first:]

    async def fill_steps(self, bot_id: BotId) -> tuple[FillStep, ...]:
        return tuple(map(self._fill_step, self._fills_of_pass(bot_id)))

    def _fill_step(self, fill: Fill) -> FillStep:
        order = self._tables.row(Order, fill.client_order_id)
        assert order is not None
        intent = order.intent
        return fill_step(
            fill.moment.market,
            fill.side,
            FillAmounts(fill.price, fill.quantity, fill.fee),
            is_fee_in_base=fill.fee_currency == fill.symbol.partition("/")[0],
            reference=slippage_reference(intent.order_type, price=intent.price, reference_price=intent.reference_price),
        )

    async def order_fills(self, client_order_id: ClientOrderId) -> tuple[Fill, ...]:
        return tuple(fill for fill in self._tables.fills if fill.client_order_id == client_order_id)

    async def has_fill(self, account_id: AccountId, trade_id: str) -> bool:
        return any(fill.account_id == account_id and fill.trade_id == trade_id for fill in self._tables.fills)

    async def fill_count(self, account_id: AccountId) -> int:
        return sum(fill.account_id == account_id for fill in self._tables.fills)

    async def trades(self, bot_id: BotId | None, page: Page) -> tuple[Trade, ...]:
        newest = self._newest_closing(bot_id)
        last = 0 if newest is None else newest.last_trade
        own = (trade for trade in self._tables.rows(Trade) if bot_id in (None, trade.bot_id) and trade.number > last)
        return newest_rows(own, page)

    async def trades_of_every_pass(self, bot_id: BotId, page: Page) -> tuple[Trade, ...]:
        return newest_rows((trade for trade in self._tables.rows(Trade) if trade.bot_id == bot_id), page)

    async def signals(self, bot_id: BotId, page: Page) -> tuple[SignalRecord, ...]:
        return newest_rows((record for record in self._tables.rows(SignalRecord) if record.bot_id == bot_id), page)

    async def operators(self) -> tuple[Operator, ...]:
        return tuple(sorted(self._tables.rows(Operator), key=lambda operator: operator.created_at))

    async def operator(self, operator_id: OperatorId) -> Operator | None:
        return self._tables.row(Operator, operator_id)

    async def identity(self, platform: str, platform_id: str) -> Identity | None:
        return self._tables.row(Identity, platform, platform_id)

    async def identities(self) -> tuple[Identity, ...]:
        return tuple(sorted(self._tables.rows(Identity), key=lambda identity: identity.linked_at))

    async def shares(self) -> tuple[Share, ...]:
        return tuple(self._tables.rows(Share))

    async def subscriptions(self) -> tuple[Subscription, ...]:
        return tuple(self._tables.rows(Subscription))

    async def access_codes(self) -> tuple[AccessCode, ...]:
        return tuple(self._tables.rows(AccessCode))

    async def accounts(self) -> tuple[Account, ...]:
        return tuple(sorted(self._tables.rows(Account), key=lambda account: account.created_at))

    async def destinations(self) -> tuple[Destination, ...]:
        return tuple(sorted(self._tables.destinations.values(), key=lambda destination: destination.created_at))

    async def audit_entries(self, page: Page) -> tuple[AuditEntry, ...]:
        return newest_rows(self._tables.rows(AuditEntry), page)

    async def has_audit_entry(self, trace_id: str) -> bool:
        return any(entry.trace_id == trace_id for entry in self._tables.rows(AuditEntry))

    async def button_command(self, key: str) -> str | None:
        kept = self._tables.row(KeptButton, key)
        return kept.line if kept else None

    async def panic_states(self) -> tuple[PanicState, ...]:
        return tuple(sorted(self._tables.rows(PanicState), key=lambda state: state.at))

    async def key_value(self, key: str) -> str | None:
        saved = self._tables.row(KeyValue, key)
        return saved.value if saved else None

    async def events_after(self, number: int, limit: int) -> tuple[NumberedEvent, ...]:
        later = [numbered for numbered in self._tables.events.values() if numbered.number > number]
        return tuple(later[:limit])

    async def undelivered_events(self, destination: str, limit: int) -> tuple[NumberedEvent, ...]:
        waiting = self._tables.pending.get(destination, {})
        return tuple(waiting[number] for number in sorted(waiting))[:limit]

    async def last_delivered_event(self, destination: str, thread: str) -> DeliveredEvent | None:
        for numbered in newest_rows(self._tables.events.values(), Page(limit=len(self._tables.events))):
            delivery = self._tables.deliveries.get((numbered.event.event_id, destination))
            is_told = delivery is not None and delivery.status is DeliveryStatus.SENT and bool(delivery.message_id)
            if delivery is not None and is_told and numbered.event.thread == thread:
                return DeliveredEvent(delivery.message_id, numbered)
        return None

    async def delivery(self, event_id: EventId, destination: str) -> Delivery | None:
        return self._tables.deliveries.get((event_id, destination))

    async def recent_events(self, bot_id: BotId | None, page: Page) -> tuple[NumberedEvent, ...]:
        def concerns(numbered: NumberedEvent) -> bool:
            label = numbered.event.bot
            return bot_id is None or (label is not None and label.bot_id == bot_id)

        return newest_rows(filter(concerns, self._tables.events.values()), page)
