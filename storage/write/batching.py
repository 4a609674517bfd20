"""Batching of units of work into few statements with many rows.

Facts of one table are written together. That must not change what is stored, so: a table written by insert-or-replace
keeps only the newest row of a key, an intent comes before its order, and facts that delete or move rows end a batch:
everything before them is written first.
"""

from collections.abc import Callable
from operator import attrgetter, itemgetter
from typing import Any

from bot.domain.facts import (
    ConfigVersionAdded,
    DeliverySaved,
    DeliveryStatus,
    DestinationSaved,
    EventAddressed,
    EventRaised,
    Fact,
    FillBooked,
    IntentDecided,
    LedgerSaved,
    RunStateSaved,
    Saved,
)
from bot.durable.row_codec import Cell
from bot.durable.statement import Statement
from storage.schema.tables import BOT_RUNS, PENDING, TABLES, PendingDelivery, TableMapping, WriteRule
from storage.write.deletes import delete_statements

DELETE_DELIVERED = (
    'DELETE FROM "pending" WHERE "destination" = ? AND "number" = (SELECT "number" FROM "events" WHERE "event_id" = ?)'
)
FINAL_STATUSES = frozenset({DeliveryStatus.SENT, DeliveryStatus.DROPPED})
RECORD_OF_FACT: dict[type[Fact], Callable[[Fact], object]] = {
    Saved: attrgetter("record"),
    ConfigVersionAdded: attrgetter("version"),
    IntentDecided: attrgetter("intent"),
    FillBooked: attrgetter("fill"),
    LedgerSaved: lambda fact: fact,
    EventRaised: attrgetter("event"),
    DeliverySaved: attrgetter("delivery"),
    DestinationSaved: attrgetter("destination"),
}
"""How to come by the record of a fact that stores one."""


class _TableBatch:
    """The rows of one table within a batch."""

    def __init__(self, table: TableMapping[Any], stored_at: Callable[[], str]) -> None:
        self._table = table
        self._stored_at = stored_at
        self._sql = table.insert_sql()
        self._key = itemgetter(*table.key_positions())
        self._is_insert = table.rule is WriteRule.INSERT
        self._rows: list[list[Cell]] = []
        self._latest: dict[object, list[Cell]] = {}

    def add_record(self, record: object) -> None:
        cells = self._table.encode(record, self._stored_at)
        if self._is_insert:
            self._rows.append(cells)
        else:
            # Removed first, so that a replaced row comes last: lists show rows in order of arrival.
            key = self._key(cells)
            self._latest.pop(key, None)
            self._latest[key] = cells

    def take_statements(self) -> list[Statement]:
        rows = self._rows or list(self._latest.values())
        self._rows, self._latest = [], {}
        return [Statement(self._sql, rows)] if rows else []


class BatchMapper:
    """Maps facts one by one and returns the statements of all facts since the last call."""

    def __init__(self, stored_at: Callable[[], str]) -> None:
        self._table_batches = {
            table.name: _TableBatch(table, stored_at) for tables in TABLES.values() for table in tables
        }
        self._delivered: list[list[Cell]] = []
        self._statements: list[Statement] = []

    def add_fact(self, fact: Fact) -> None:
        """Map a fact; raise ValueError or TypeError for an invalid one."""
        self._add_deletes(fact)
        match fact:
            case RunStateSaved(bot):
                self._table_batches[BOT_RUNS.name].add_record(bot)
            case EventAddressed(number, destinations):
                for destination in destinations:
                    self._table_batches[PENDING.name].add_record(PendingDelivery(destination, number))
            case DeliverySaved(delivery) if delivery.status in FINAL_STATUSES:
                self._delivered.append([delivery.destination, delivery.event_id])
            case _:
                pass
        record_of = RECORD_OF_FACT.get(type(fact))
        if record_of is not None:
            record = record_of(fact)
            for table in TABLES[type(record)]:
                self._table_batches[table.name].add_record(record)
        if isinstance(fact, DestinationSaved):
            # The facts before and after a chat's change of owner mean different things.
            self._flush_batches()

    def take_statements(self) -> list[Statement]:
        """Return the statements of all facts added, in order, and forget the facts."""
        self._flush_batches()
        statements, self._statements = self._statements, []
        return statements

    def _add_deletes(self, fact: Fact) -> None:
        statements = delete_statements(fact)
        if statements:
            self._flush_batches()
            self._statements += statements

    def _flush_batches(self) -> None:
        for batch in self._table_batches.values():
            self._statements += batch.take_statements()
        if self._delivered:
            self._statements.append(Statement(DELETE_DELIVERED, self._delivered))
            self._delivered = []
