"""The state of storage in memory: what each fact changes, and which facts repeat a key."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from typing import TypeVar

from bot.domain.access import AccessCode, Share
from bot.domain.closed_books import ClosedBooks
from bot.domain.destination import Destination, Subscription
from bot.domain.errors import Conflict
from bot.domain.facts import (
    BooksClosed,
    ChatMoved,
    ConfigVersionAdded,
    Deleted,
    Delivery,
    DeliverySaved,
    DeliveryStatus,
    DestinationRemoved,
    DestinationSaved,
    EventAddressed,
    EventRaised,
    Fact,
    FillBooked,
    IntentDecided,
    KeptButton,
    KeyValue,
    LedgerSaved,
    PendingDeliveryMoved,
    Record,
    RunStateSaved,
    Saved,
    UnitOfWork,
)
from bot.domain.fill import Fill
from bot.domain.ids import BotId, ClientOrderId, EventId
from bot.domain.instance import Bot, ConfigVersion
from bot.domain.order import Order
from bot.domain.people import Account, AuditEntry, Identity, Operator, PanicState
from bot.domain.signal import SignalRecord
from bot.domain.trade import Ledger, Trade
from bot.ports.storage import NumberedEvent

R = TypeVar("R")
UniqueKey = tuple[str, ...]
RecordKey = tuple[str, ...]
KEY_FIELDS: dict[type, tuple[str, ...]] = {
    Bot: ("bot_id",),
    Trade: ("trade_id",),
    SignalRecord: ("bot_id", "candle_close"),
    Operator: ("operator_id",),
    Identity: ("platform", "platform_id"),
    Account: ("account_id",),
    Share: ("bot_id", "operator_id"),
    Subscription: ("destination", "bot_id"),
    AccessCode: ("code_id",),
    KeptButton: ("key",),
    AuditEntry: ("audit_id",),
    PanicState: ("scope",),
    KeyValue: ("key",),
}
FINAL_STATUSES = frozenset({DeliveryStatus.SENT, DeliveryStatus.DROPPED})


class MemoryTables:
    """Dictionaries in order of arrival: a change of an existing key keeps its place, a renewed signal comes last."""

    def __init__(self) -> None:
        self.records: dict[type, dict[RecordKey, Record]] = defaultdict(dict)
        self.versions: list[ConfigVersion] = []
        self.arrivals: dict[ClientOrderId, int] = {}
        self.fills: list[Fill] = []
        self.ledgers: dict[BotId, Ledger] = {}
        self.closed_books: list[ClosedBooks] = []
        self.events: dict[EventId, NumberedEvent] = {}
        self.pending: dict[str, dict[int, NumberedEvent]] = {}
        self.deliveries: dict[tuple[EventId, str], Delivery] = {}
        self.destinations: dict[str, Destination] = {}
        self._keys: set[UniqueKey] = set()
        self._last_number = 0

    def rows(self, kind: type[R]) -> list[R]:
        """Return the records of a kind."""
        return [record for record in self.records[kind].values() if isinstance(record, kind)]

    def row(self, kind: type[R], *key: str) -> R | None:
        """Return the record with a key."""
        record = self.records[kind].get(key)
        return record if isinstance(record, kind) else None

    def known_row(self, kind: type[R], *key: str) -> R:
        """Return the record with a key, which must exist."""
        record = self.row(kind, *key)
        assert record is not None, f"no {kind.__name__} {key}"
        return record

    def store_unit(self, unit: UnitOfWork, now: datetime) -> None:
        """Store all facts of a unit; raise Conflict, and change nothing, if one repeats a key or lacks its intent."""
        keys = [key for fact in unit for key in unique_keys(fact)]
        repeated = self._keys.intersection(keys)
        if repeated or len(set(keys)) < len(keys):
            raise Conflict(f"a unit of work repeats what is stored: {sorted(repeated) or keys}")
        self._check_intents(unit)
        self._keys.update(keys)
        for fact in unit:
            self._store_fact(fact, now)

    def forget_key(self, key: UniqueKey) -> None:
        """Allow a unique key again, after its row was deleted."""
        self._keys.discard(key)

    def _check_intents(self, unit: UnitOfWork) -> None:
        decided = {fact.intent.client_order_id for fact in unit if isinstance(fact, IntentDecided)}
        for fact in unit:
            if isinstance(fact, Saved) and isinstance(fact.record, Order):
                order_id = fact.record.intent.client_order_id
                if order_id not in self.arrivals and order_id not in decided:
                    raise Conflict(f"order {order_id} has no stored intent")

    def _store_fact(self, fact: Fact, now: datetime) -> None:
        match fact:
            case Saved(record):
                self._save(record, now)
            case RunStateSaved(bot):
                self._save(bot, now)
            case Deleted(kind, key):
                self.records[kind].pop(key, None)
            case ConfigVersionAdded(version):
                self.versions.append(version)
            case IntentDecided(intent):
                self.arrivals[intent.client_order_id] = len(self.arrivals)
            case _:
                self._store_booking(fact)

    def _store_booking(self, fact: Fact) -> None:
        match fact:
            case FillBooked(fill):
                self.fills.append(fill)
            case LedgerSaved(bot_id, ledger):
                self.ledgers[bot_id] = ledger
            case BooksClosed(closed):
                self.closed_books.append(closed)
            case _:
                self._store_outbox(fact)

    def _save(self, record: Record, now: datetime) -> None:
        key, rows = record_key(record), self.records[type(record)]
        if isinstance(record, SignalRecord):
            rows.pop(key, None)
        elif isinstance(record, KeptButton) and key in rows:
            return
        rows[key] = record

    def _store_outbox(self, fact: Fact) -> None:
        match fact:
            case EventRaised(event):
                self._last_number += 1
                self.events[event.event_id] = NumberedEvent(self._last_number, event)
            case EventAddressed(number, destinations):
                for destination in destinations:
                    self._add_pending(number, destination)
            case PendingDeliveryMoved(number, source, target):
                self._add_pending(number, target)
                self.pending.get(source, {}).pop(number, None)
            case DeliverySaved(delivery):
                self._store_delivery(delivery)
            case _:
                self._store_chat(fact)

    def _store_chat(self, fact: Fact) -> None:
        match fact:
            case DestinationSaved(destination):
                self._store_destination(destination)
            case DestinationRemoved(key):
                self.destinations.pop(key, None)
                self.pending.pop(key, None)
                for followed in self.rows(Subscription):
                    if followed.destination == key:
                        del self.records[Subscription][record_key(followed)]
            case ChatMoved(source, target):
                self.pending.setdefault(target, {}).update(self.pending.pop(source, {}))
                for followed in self.rows(Subscription):
                    if followed.destination == source:
                        del self.records[Subscription][record_key(followed)]
                        moved = replace(followed, destination=target)
                        self.records[Subscription][record_key(moved)] = moved

    def _add_pending(self, number: int, destination: str) -> None:
        numbered = next((item for item in self.events.values() if item.number == number), None)
        if numbered is not None:
            self.pending.setdefault(destination, {})[number] = numbered

    def _store_delivery(self, delivery: Delivery) -> None:
        self.deliveries[delivery.event_id, delivery.destination] = delivery
        if delivery.status in FINAL_STATUSES and delivery.event_id in self.events:
            self.pending.get(delivery.destination, {}).pop(self.events[delivery.event_id].number, None)

    def _store_destination(self, destination: Destination) -> None:
        before = self.destinations.get(destination.key)
        if before is not None and before.operator_id != destination.operator_id:
            # A chat that now belongs to somebody else must not be told what was meant for the one before.
            self.pending.pop(destination.key, None)
        self.destinations[destination.key] = destination


def record_key(record: Record) -> RecordKey:
    """Return what identifies a record among those of its kind."""
    if isinstance(record, Order):
        return (record.intent.client_order_id,)
    return tuple(str(getattr(record, name)) for name in KEY_FIELDS[type(record)])


def unique_keys(fact: Fact) -> Iterator[UniqueKey]:
    """Yield the keys that a fact may not repeat."""
    match fact:
        case ConfigVersionAdded(version):
            yield "version", version.bot_id, str(version.version)
        case IntentDecided(intent):
            yield "intent", intent.client_order_id
            yield "decision", intent.bot_id, intent.decision_key
        case BooksClosed(closed):
            yield "closed books", closed.bot_id, str(closed.number)
        case FillBooked(fill):
            yield "fill", fill.account_id, fill.trade_id
        case EventRaised(event):
            yield "event", event.event_id
        case Saved(AuditEntry() as entry):
            yield "audit", entry.audit_id
        case _:
            pass
