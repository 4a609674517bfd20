"""Turn units of work into few statements with many rows.

Facts of one table are written together. That must not change what is stored, so: a table written by insert-or-replace
keeps only the newest row of a key, an intent comes before its order, and facts that delete or move rows end a stretch:
everything before them is written first.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from operator import attrgetter, itemgetter
from typing import TypeVar

from bot.domain.access_facts import AccessCodeSaved, ButtonSaved, ShareSaved
from bot.domain.facts import (
    AccountSaved,
    AuditAdded,
    BotSaved,
    ConfigVersionAdded,
    DeliverySaved,
    DeliveryStatus,
    DestinationSaved,
    EquitySaved,
    EventAddressed,
    EventRaised,
    Fact,
    FillBooked,
    IdentitySaved,
    IntentDecided,
    KeyValueSaved,
    LedgerSaved,
    OperatorSaved,
    OrderSaved,
    PanicSaved,
    SignalSaved,
    SubscriptionSaved,
    TradeSaved,
)
from storage.codec.row_codec import Cell
from storage.schema import tables
from storage.schema.tables import TableMapping, WriteRule
from storage.write.deletes import Statement, StatementRows, delete_statements

T = TypeVar("T")

INSERT_PENDING = 'INSERT OR IGNORE INTO "pending" ("destination", "number") VALUES (?, ?)'
DELETE_DELIVERED = (
    'DELETE FROM "pending" WHERE "destination" = ? AND "number" = (SELECT "number" FROM "events" WHERE "event_id" = ?)'
)
FINAL_STATUSES = frozenset({DeliveryStatus.SENT, DeliveryStatus.DROPPED})


class _TableBatch:
    """The rows of one table within a stretch."""

    def __init__(self, table: TableMapping[T], record_of: Callable[[Fact], T]) -> None:
        self._cells: Callable[[Fact], list[Cell]] = lambda fact: table.encode(record_of(fact))
        self._sql = table.statement()
        self._key = itemgetter(*table.key_positions())
        self._is_insert = table.rule is WriteRule.INSERT
        self._rows: StatementRows = []
        self._latest: dict[object, list[Cell]] = {}

    def add_fact(self, fact: Fact) -> None:
        cells = self._cells(fact)
        if self._is_insert:
            self._rows.append(cells)
        else:
            # Taken out first, so that a renewed row comes last: the order of arrival is what lists show.
            key = self._key(cells)
            self._latest.pop(key, None)
            self._latest[key] = cells

    def take_statements(self) -> list[Statement]:
        rows = self._rows or list(self._latest.values())
        self._rows, self._latest = [], {}
        return [Statement(self._sql, rows)] if rows else []


@dataclass(slots=True)
class _OutboxBatch:
    pending: StatementRows = field(default_factory=list)
    delivered: StatementRows = field(default_factory=list)

    def take_statements(self) -> list[Statement]:
        statements = [
            Statement(sql, rows)
            for sql, rows in ((INSERT_PENDING, self.pending), (DELETE_DELIVERED, self.delivered))
            if rows
        ]
        self.pending, self.delivered = [], []
        return statements


class BatchMapper:
    """Maps facts one by one and hands out the statements of everything since the last time."""

    def __init__(self, stored_at: Callable[[], str]) -> None:
        self._table_batches = _new_table_batches(stored_at)
        self._outbox = _OutboxBatch()
        self._statements: list[Statement] = []

    def add_fact(self, fact: Fact) -> None:
        """Map one fact; raise ValueError or TypeError for what cannot be stored."""
        self._add_deletes(fact)
        self._add_outbox_rows(fact)
        gathering = self._table_batches.get(type(fact))
        if gathering is not None:
            gathering.add_fact(fact)
        if isinstance(fact, DestinationSaved):
            # Who a chat belongs to decides what the facts before and after it mean.
            self._flush_batches()

    def take_statements(self) -> list[Statement]:
        """Return the statements of all facts added, in the order to execute them, and forget the facts."""
        self._flush_batches()
        statements, self._statements = self._statements, []
        return statements

    def _add_deletes(self, fact: Fact) -> None:
        statements = delete_statements(fact)
        if statements:
            self._flush_batches()
            self._statements += statements

    def _add_outbox_rows(self, fact: Fact) -> None:
        match fact:
            case EventAddressed(number, destinations):
                self._outbox.pending += [[destination, number] for destination in destinations]
            case DeliverySaved(delivery) if delivery.status in FINAL_STATUSES:
                self._outbox.delivered.append([delivery.destination, delivery.event_id])
            case _:
                pass

    def _flush_batches(self) -> None:
        for gathering in self._table_batches.values():
            self._statements += gathering.take_statements()
        self._statements += self._outbox.take_statements()


def _whole_fact(kind: type[T]) -> Callable[[Fact], T]:
    def record_of(fact: Fact) -> T:
        if isinstance(fact, kind):
            return fact
        raise TypeError(f"{kind.__name__} was expected, found {fact!r}")

    return record_of


def _new_table_batches(stored_at: Callable[[], str]) -> dict[type[Fact], _TableBatch]:
    """Return which table a fact goes to and what part of it is the record, in the order tables are written."""
    return {
        BotSaved: _TableBatch(tables.BOTS, attrgetter("bot")),
        ConfigVersionAdded: _TableBatch(tables.VERSIONS, attrgetter("version")),
        IntentDecided: _TableBatch(tables.INTENTS, attrgetter("intent")),
        OrderSaved: _TableBatch(tables.ORDERS, attrgetter("order")),
        FillBooked: _TableBatch(tables.FILLS, attrgetter("fill")),
        LedgerSaved: _TableBatch(tables.LEDGERS, _whole_fact(LedgerSaved)),
        TradeSaved: _TableBatch(tables.TRADES, attrgetter("trade")),
        SignalSaved: _TableBatch(tables.SIGNALS, attrgetter("record")),
        EquitySaved: _TableBatch(tables.equity_table(stored_at), attrgetter("point")),
        EventRaised: _TableBatch(tables.EVENTS, attrgetter("event")),
        DeliverySaved: _TableBatch(tables.DELIVERIES, attrgetter("delivery")),
        OperatorSaved: _TableBatch(tables.OPERATORS, attrgetter("operator")),
        IdentitySaved: _TableBatch(tables.IDENTITIES, attrgetter("identity")),
        DestinationSaved: _TableBatch(tables.DESTINATIONS, attrgetter("destination")),
        AccountSaved: _TableBatch(tables.ACCOUNTS, attrgetter("account")),
        AuditAdded: _TableBatch(tables.AUDIT, attrgetter("entry")),
        SubscriptionSaved: _TableBatch(tables.SUBSCRIPTIONS, attrgetter("subscription")),
        ShareSaved: _TableBatch(tables.SHARES, attrgetter("share")),
        AccessCodeSaved: _TableBatch(tables.ACCESS_CODES, attrgetter("code")),
        ButtonSaved: _TableBatch(tables.BUTTONS, _whole_fact(ButtonSaved)),
        PanicSaved: _TableBatch(tables.PANICS, attrgetter("state")),
        KeyValueSaved: _TableBatch(tables.KEY_VALUES, _whole_fact(KeyValueSaved)),
    }
