"""Turn units of work into few statements with many rows.

Facts of one table are written together. That must not change what is stored, so: a table written by insert-or-replace
keeps only the newest row of a key, an intent comes before its order, and facts that delete or move rows end a stretch:
everything before them is written first.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from operator import attrgetter, itemgetter
from typing import TypeVar

from bot.domain.access_facts import AccessCodeSaved, ButtonKept, ShareSaved
from bot.domain.facts import (
    AccountSaved,
    AuditAdded,
    BookSaved,
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
    NoteSaved,
    OperatorSaved,
    OrderSaved,
    PanicSaved,
    SignalSaved,
    SubscriptionSaved,
    TradeSaved,
)
from storage.codec.row_codec import Cell
from storage.schema import tables
from storage.schema.tables import Rule, Table
from storage.write.deletes import Rows, Statement, removals

T = TypeVar("T")

OWED = 'INSERT OR IGNORE INTO "pending" ("destination", "number") VALUES (?, ?)'
TOLD = (
    'DELETE FROM "pending" WHERE "destination" = ? AND "number" = (SELECT "number" FROM "events" WHERE "event_id" = ?)'
)
DONE = frozenset({DeliveryStatus.SENT, DeliveryStatus.DROPPED})


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
    owed: Rows = field(default_factory=list)
    told: Rows = field(default_factory=list)

    def take(self) -> list[Statement]:
        statements = [Statement(sql, rows) for sql, rows in ((OWED, self.owed), (TOLD, self.told)) if rows]
        self.owed, self.told = [], []
        return statements


class BatchMapper:
    """Maps facts one by one and hands out the statements of everything since the last time."""

    def __init__(self, stored_at: Callable[[], str]) -> None:
        self._gatherings = _gatherings(stored_at)
        self._outbox = _Outbox()
        self._statements: list[Statement] = []

    def add(self, fact: Fact) -> None:
        """Map one fact; raise ValueError or TypeError for what cannot be stored."""
        self._remove(fact)
        self._note_outbox(fact)
        gathering = self._gatherings.get(type(fact))
        if gathering is not None:
            gathering.add(fact)
        if isinstance(fact, DestinationSaved):
            # Who a chat belongs to decides what the facts before and after it mean.
            self._end_stretch()

    def take(self) -> list[Statement]:
        """Return the statements of all facts added, in the order to execute them, and forget the facts."""
        self._end_stretch()
        statements, self._statements = self._statements, []
        return statements

    def _remove(self, fact: Fact) -> None:
        statements = removals(fact)
        if statements:
            self._end_stretch()
            self._statements += statements

    def _note_outbox(self, fact: Fact) -> None:
        match fact:
            case EventAddressed(number, destinations):
                self._outbox.owed += [[destination, number] for destination in destinations]
            case DeliverySaved(delivery) if delivery.status in DONE:
                self._outbox.told.append([delivery.destination, delivery.event_id])
            case _:
                pass

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
        SubscriptionSaved: _Gathering(tables.SUBSCRIPTIONS, attrgetter("subscription")),
        ShareSaved: _Gathering(tables.SHARES, attrgetter("share")),
        AccessCodeSaved: _Gathering(tables.ACCESS_CODES, attrgetter("code")),
        ButtonKept: _Gathering(tables.BUTTONS, _itself(ButtonKept)),
        PanicSaved: _Gathering(tables.PANICS, attrgetter("state")),
        NoteSaved: _Gathering(tables.NOTES, _itself(NoteSaved)),
    }
