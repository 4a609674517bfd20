"""Batching of units of work into few statements with many rows.

Facts of one table are written together. That must not change what is stored, so: a table written by insert-or-replace
keeps only the newest row of a key, an intent comes before its order, and facts that delete or move rows end a batch:
everything before them is written first.
"""

from collections.abc import Callable, Iterator
from operator import attrgetter, itemgetter

from bot.domain.facts import (
    BooksClosed,
    ChatMoved,
    ConfigVersionAdded,
    Deleted,
    DeliverySaved,
    DeliveryStatus,
    DestinationRemoved,
    DestinationSaved,
    EventAddressed,
    EventRaised,
    Fact,
    FillBooked,
    IntentDecided,
    LedgerSaved,
    PendingDeliveryMoved,
    RunStateSaved,
    Saved,
)
from bot.durable.row_codec import Cell
from bot.durable.sqlite_thread import Statement
from storage.schema.tables import BOT_RUNS, PENDING, TABLES, PendingDelivery, TableMapping, WriteRule

DELETE_DELIVERED = (
    'DELETE FROM "pending" WHERE "destination" = ? AND "number" = (SELECT "number" FROM "events" WHERE "event_id" = ?)'
)
# A chat that now belongs to another operator must not receive what was meant for the former one.
DELETE_PENDING_OF_FORMER_OWNER = (
    'DELETE FROM "pending" WHERE "destination" = ? AND EXISTS '
    '(SELECT 1 FROM "destinations" d WHERE d."key" = ? AND d."operator_id" <> ?)'
)
DELETE_CHAT = tuple(
    f'DELETE FROM "{table}" WHERE "{column}" = ?'  # noqa: S608 - names of our own tables
    for table, column in (("pending", "destination"), ("subscriptions", "destination"), ("destinations", "key"))
)
MOVE_CHAT = tuple(
    f'UPDATE OR IGNORE "{table}" SET "destination" = ? WHERE "destination" = ?'  # noqa: S608 - names of our own tables
    for table in ("pending", "subscriptions")
)
FINAL_STATUSES = frozenset({DeliveryStatus.SENT, DeliveryStatus.DROPPED})
RECORD_OF_FACT: dict[type[Fact], Callable[[Fact], object]] = {
    Saved: attrgetter("record"),
    ConfigVersionAdded: attrgetter("version"),
    IntentDecided: attrgetter("intent"),
    FillBooked: attrgetter("fill"),
    LedgerSaved: lambda fact: fact,
    BooksClosed: attrgetter("closed"),
    EventRaised: attrgetter("event"),
    DeliverySaved: attrgetter("delivery"),
    DestinationSaved: attrgetter("destination"),
}
"""How to come by the record of a fact that stores one."""


class _TableBatch:
    """The rows of one table within a batch."""

    def __init__(self, table: TableMapping[object], stored_at: Callable[[], str]) -> None:
        self._table = table
        self._stored_at = stored_at
        self._sql = table.insert_sql()
        self._key = itemgetter(*table.key_positions())
        self._is_insert = table.rule is WriteRule.INSERT
        self._rows: dict[object, list[Cell]] = {}

    def add_record(self, record: object) -> None:
        cells = self._table.encode(record, self._stored_at)
        # A key that must be new may not replace another row: each row counts.
        key = object() if self._is_insert else self._key(cells)
        # Removed first, so that a replaced row comes last: lists show rows in order of arrival.
        self._rows.pop(key, None)
        self._rows[key] = cells

    def take_statements(self) -> list[Statement]:
        rows = list(self._rows.values())
        self._rows = {}
        return [Statement(self._sql, rows)] if rows else []


class BatchMapper:
    """Maps facts one by one and returns the statements of all facts since the last call."""

    def __init__(self, stored_at: Callable[[], str]) -> None:
        self._batches = {table: _TableBatch(table, stored_at) for tables in TABLES.values() for table in tables}
        self._delivered: list[list[Cell]] = []
        self._statements: list[Statement] = []

    def add_fact(self, fact: Fact) -> None:
        """Map a fact; raise ValueError or TypeError for an invalid one."""
        deletes = _delete_statements(fact)
        if deletes:
            self._flush_batches()
            self._statements += deletes
        for table, record in _records(fact):
            self._batches[table].add_record(record)
        match fact:
            case DeliverySaved(delivery) if delivery.status in FINAL_STATUSES:
                self._delivered.append([delivery.destination, delivery.event_id])
            case DestinationSaved():
                # The facts before and after a chat's change of owner mean different things.
                self._flush_batches()
            case _:
                pass

    def take_statements(self) -> list[Statement]:
        """Return the statements of all facts added, in order, and forget the facts."""
        self._flush_batches()
        statements, self._statements = self._statements, []
        return statements

    def _flush_batches(self) -> None:
        for batch in self._batches.values():
            self._statements += batch.take_statements()
        if self._delivered:
            self._statements.append(Statement(DELETE_DELIVERED, self._delivered))
            self._delivered = []


def _records(fact: Fact) -> Iterator[tuple[TableMapping[object], object]]:
    match fact:
        case RunStateSaved(bot):
            yield BOT_RUNS.without_kind, bot
        case EventAddressed(number, destinations):
            for destination in destinations:
                yield PENDING.without_kind, PendingDelivery(destination, number)
        case _ if record_of := RECORD_OF_FACT.get(type(fact)):
            record = record_of(fact)
            for table in TABLES[type(record)]:
                yield table, record
        case _:
            pass


def _delete_statements(fact: Fact) -> tuple[Statement, ...]:
    match fact:
        case Deleted(kind, key):
            return tuple(Statement(table.delete_sql(), [list(key)]) for table in TABLES[kind])
        case DestinationSaved(chat):
            return (Statement(DELETE_PENDING_OF_FORMER_OWNER, [[chat.key, chat.key, chat.operator_id]]),)
        case DestinationRemoved(key):
            return tuple(Statement(sql, [[key]]) for sql in DELETE_CHAT)
        case ChatMoved(source, target):
            return tuple(Statement(sql, [[target, source]]) for sql in MOVE_CHAT)
        case PendingDeliveryMoved(number, source, target):
            return (
                Statement(PENDING.insert_sql(), [[target, number]]),
                Statement(PENDING.delete_sql(), [[source, number]]),
            )
        case _:
            return ()
