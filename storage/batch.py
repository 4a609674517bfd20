"""Turn units of work into few statements with many rows.

Facts of one table are written together. That must not change what is stored, so: a table written by insert-or-replace
keeps only the newest row of a key, an intent comes before its order, and facts that decide what others mean (who an
operator is, where notifications go) end a stretch: everything before them is written first.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from operator import attrgetter, itemgetter
from typing import TypeVar

from bot.domain.facts import (
    AccountSaved,
    AuditAdded,
    BookSaved,
    BotSaved,
    ConfigVersionAdded,
    Delivery,
    DeliverySaved,
    DeliveryStatus,
    DestinationSaved,
    EquitySaved,
    EventRaised,
    Fact,
    FillBooked,
    IdentitySaved,
    IntentDecided,
    NoteSaved,
    OperatorSaved,
    OrderSaved,
    PanicCleared,
    PanicSaved,
    SignalSaved,
    TradeSaved,
    UnitOfWork,
)
from storage import tables
from storage.mapping_row import Cell
from storage.tables import Rule, Table

Rows = list[list[Cell]]
T = TypeVar("T")

FAN_OUT = (
    'INSERT INTO "pending" ("destination", "number") SELECT d."key", e."number" FROM "events" e '
    'JOIN "destinations" d LEFT JOIN "operators" o ON o."operator_id" = d."operator_id" '
    'WHERE e."event_id" = ? AND (d."operator_id" = e."operator_id" OR o."role" = \'owner\')'
)
TOLD = (
    'DELETE FROM "pending" WHERE "destination" = ? AND "number" = (SELECT "number" FROM "events" WHERE "event_id" = ?)'
)
# A chat that now belongs to somebody else must not be told what was meant for the one before.
HANDED_OVER = (
    'DELETE FROM "pending" WHERE "destination" = ? AND EXISTS '
    '(SELECT 1 FROM "destinations" d WHERE d."key" = ? AND d."operator_id" <> ?)'
)
CLEAR_PANIC = 'DELETE FROM "panics" WHERE "scope" = ?'
DONE = frozenset({DeliveryStatus.SENT, DeliveryStatus.DROPPED})


@dataclass(frozen=True, slots=True)
class Statement:
    """One SQL text with the rows it is executed for."""

    sql: str
    rows: Rows


class _Gathering:
    """The rows of one table within a stretch."""

    def __init__(self, table: Table[T], record_of: Callable[[Fact], T]) -> None:
        self._cells: Callable[[Fact], list[Cell]] = lambda fact: table.cells(record_of(fact))
        self._sql = table.statement()
        self._key = itemgetter(*table.key_positions())
        self._is_insert = table.rule is Rule.INSERT
        self._rows: Rows = []
        self._latest: dict[object, list[Cell]] = {}

    def add(self, fact: Fact) -> None:
        cells = self._cells(fact)
        if self._is_insert:
            self._rows.append(cells)
        else:
            # Taken out first, so that a renewed row comes last: the order of arrival is what lists show.
            key = self._key(cells)
            self._latest.pop(key, None)
            self._latest[key] = cells

    def take(self) -> list[Statement]:
        rows = self._rows or list(self._latest.values())
        self._rows, self._latest = [], {}
        return [Statement(self._sql, rows)] if rows else []


@dataclass(slots=True)
class _Outbox:
    raised: Rows = field(default_factory=list)
    told: Rows = field(default_factory=list)

    def take(self) -> list[Statement]:
        statements = [Statement(sql, rows) for sql, rows in ((FAN_OUT, self.raised), (TOLD, self.told)) if rows]
        self.raised, self.told = [], []
        return statements


class BatchMapper:
    """Maps facts one by one and hands out the statements of everything since the last time."""

    def __init__(self, stored_at: Callable[[], str]) -> None:
        self._gatherings = _gatherings(stored_at)
        self._outbox = _Outbox()
        self._statements: list[Statement] = []

    def add(self, unit: UnitOfWork) -> None:
        """Map the facts of one unit; raise ValueError or TypeError for what cannot be stored."""
        for fact in unit:
            match fact:
                case PanicCleared(scope):
                    self._alone(Statement(CLEAR_PANIC, [[scope]]))
                    continue
                case DestinationSaved(destination):
                    self._alone(Statement(HANDED_OVER, [[destination.key, destination.key, destination.operator_id]]))
                case OperatorSaved():
                    self._end_stretch()
                case EventRaised(event):
                    self._outbox.raised.append([event.event_id])
                case DeliverySaved(delivery):
                    self._note_told(delivery)
            self._gatherings[type(fact)].add(fact)
            if isinstance(fact, DestinationSaved | OperatorSaved):
                self._end_stretch()

    def take(self) -> list[Statement]:
        """Return the statements of all units added, in the order to execute them, and forget the units."""
        self._end_stretch()
        statements, self._statements = self._statements, []
        return statements

    def _alone(self, statement: Statement) -> None:
        self._end_stretch()
        self._statements.append(statement)

    def _note_told(self, delivery: Delivery) -> None:
        if delivery.status in DONE:
            self._outbox.told.append([delivery.destination, delivery.event_id])

    def _end_stretch(self) -> None:
        for gathering in self._gatherings.values():
            self._statements += gathering.take()
        self._statements += self._outbox.take()


def _itself(kind: type[T]) -> Callable[[Fact], T]:
    def record_of(fact: Fact) -> T:
        if isinstance(fact, kind):
            return fact
        raise TypeError(f"{kind.__name__} was expected, found {fact!r}")

    return record_of


def _gatherings(stored_at: Callable[[], str]) -> dict[type[Fact], _Gathering]:
    """Return which table a fact goes to and what part of it is the record, in the order tables are written."""
    return {
        BotSaved: _Gathering(tables.BOTS, attrgetter("bot")),
        ConfigVersionAdded: _Gathering(tables.VERSIONS, attrgetter("version")),
        IntentDecided: _Gathering(tables.INTENTS, attrgetter("intent")),
        OrderSaved: _Gathering(tables.ORDERS, attrgetter("order")),
        FillBooked: _Gathering(tables.FILLS, attrgetter("fill")),
        BookSaved: _Gathering(tables.BOOKS, _itself(BookSaved)),
        TradeSaved: _Gathering(tables.TRADES, attrgetter("trade")),
        SignalSaved: _Gathering(tables.SIGNALS, attrgetter("record")),
        EquitySaved: _Gathering(tables.equity_table(stored_at), attrgetter("point")),
        EventRaised: _Gathering(tables.EVENTS, attrgetter("event")),
        DeliverySaved: _Gathering(tables.DELIVERIES, attrgetter("delivery")),
        OperatorSaved: _Gathering(tables.OPERATORS, attrgetter("operator")),
        IdentitySaved: _Gathering(tables.IDENTITIES, attrgetter("identity")),
        DestinationSaved: _Gathering(tables.DESTINATIONS, attrgetter("destination")),
        AccountSaved: _Gathering(tables.ACCOUNTS, attrgetter("account")),
        AuditAdded: _Gathering(tables.AUDIT, attrgetter("entry")),
        PanicSaved: _Gathering(tables.PANICS, attrgetter("state")),
        NoteSaved: _Gathering(tables.NOTES, _itself(NoteSaved)),
    }
