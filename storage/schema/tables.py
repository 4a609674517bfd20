"""Tables: each is one row here, from which follow its columns, its model and the statement that stores a record.

A migration makes the table itself; a test compares both.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Generic, TypeVar, cast, get_args

from tortoise import fields as model_fields
from tortoise.fields.relational import RelationalField
from tortoise.indexes import Index
from tortoise.models import Model

from bot.domain.access import AccessCode, Share
from bot.domain.closed_books import ClosedBooks
from bot.domain.destination import Destination, Subscription
from bot.domain.events import Event
from bot.domain.facts import Delivery, KeptButton, KeyValue, LedgerSaved
from bot.domain.fill import Fill
from bot.domain.instance import RUN_STATE_FIELDS, Bot, ConfigVersion
from bot.domain.order import Order, OrderIntent
from bot.domain.people import Account, AuditEntry, Identity, Operator, PanicState
from bot.domain.signal import SignalRecord
from bot.domain.trade import Trade
from bot.durable.row_codec import Cell, RowCodec, is_optional

T = TypeVar("T")
T_contra = TypeVar("T_contra", contravariant=True)
Columns = tuple[str, ...]
KEY_LENGTH = 128


class WriteRule(StrEnum):
    """Rule for a row whose key exists: refuse, update in place, replace it as the newest, or ignore."""

    INSERT = "insert"
    UPSERT = "upsert"
    RENEW = "renew"
    KEEP = "keep"


_MODEL_FIELDS: dict[object, "Callable[..., object]"] = {
    bool: model_fields.BooleanField,
    int: model_fields.BigIntField,
    float: model_fields.FloatField,
}
_VERBS = {WriteRule.RENEW: "INSERT OR REPLACE", WriteRule.KEEP: "INSERT OR IGNORE"}


@dataclass(frozen=True, slots=True)
class ComputedColumn(Generic[T_contra]):
    """A column that is derived from the record, for an index or for an older version, and never read back."""

    hint: object
    compute: Callable[[T_contra], Cell]


@dataclass(slots=True, eq=False)
class TableMapping(Generic[T]):
    """One table; `key` is unique, `sequence` counts its rows in order of arrival.

    Decimals and times are text (see row_codec). `relations` replace columns by the library's relations.
    """

    kind: type[T]
    name: str
    key: Columns
    rule: WriteRule = WriteRule.UPSERT
    sequence: str | None = "sequence"
    unique: tuple[Columns, ...] = ()
    indexes: tuple[Columns, ...] = ()
    without: frozenset[str] = frozenset()
    computed_columns: Mapping[str, ComputedColumn[T]] = field(default_factory=dict)
    stored_at: str | None = None
    relations: "dict[str, RelationalField[Model]]" = field(default_factory=dict)
    codec: RowCodec[T] = field(init=False)
    model: type[Model] = field(init=False)

    def __post_init__(self) -> None:
        self.codec = RowCodec(self.kind, self.without)
        self.model = _make_model(self)
        TABLES.setdefault(self.kind, []).append(self.without_kind)

    @property
    def columns(self) -> Columns:
        """Return the columns of a record."""
        return self.codec.columns

    @property
    def stored_hints(self) -> dict[str, object]:
        """Return all columns that are written, with their type hints."""
        computed = {name: column.hint for name, column in self.computed_columns.items()}
        return self.codec.hints | computed | ({self.stored_at: str} if self.stored_at else {})

    @property
    def without_kind(self) -> "TableMapping[object]":
        """Return the table for use among tables of all kinds: it takes records of its own kind only all the same."""
        return cast("TableMapping[object]", self)  # its record type cannot be said in such a collection

    def select_columns(self, alias: str) -> str:
        """Return the columns of a record for a query in which the table is called `alias`."""
        return ", ".join(f'{alias}."{name}"' for name in self.columns)

    def encode(self, record: T, now: Callable[[], str]) -> list[Cell]:
        """Return the row of a record, in the order of `stored_hints`."""
        computed = (column.compute(record) for column in self.computed_columns.values())
        return [*self.codec.encode(record), *computed, *((now(),) if self.stored_at else ())]

    def key_positions(self) -> tuple[int, ...]:
        """Return the positions of the key in a row."""
        return tuple(list(self.stored_hints).index(name) for name in self.key)

    def insert_sql(self) -> str:
        """Return the SQL that stores one row."""
        columns = ", ".join(f'"{name}"' for name in self.stored_hints)
        marks = ", ".join("?" for _ in self.stored_hints)
        verb = _VERBS.get(self.rule, "INSERT")
        # Only names of our own tables are put into the text.
        text = f'{verb} INTO "{self.name}" ({columns}) VALUES ({marks})'
        if self.rule is not WriteRule.UPSERT:
            return text
        changes = ", ".join(f'"{name}"=excluded."{name}"' for name in self.stored_hints if name not in self.key)
        return f"{text} ON CONFLICT ({', '.join(self.key)}) DO UPDATE SET {changes}"

    def delete_sql(self) -> str:
        conditions = " AND ".join(f'"{name}" = ?' for name in self.key)
        return f'DELETE FROM "{self.name}" WHERE {conditions}'  # noqa: S608 - names of our own tables

    def decode(self, cells: Sequence[object]) -> T:
        """Return the record of the cells of `columns`; raise ValueError or TypeError for a row we did not write."""
        return self.codec.decode(cells)


def _make_model(table: TableMapping[T]) -> type[Model]:
    columns: dict[str, object] = {name: _model_field(hint) for name, hint in table.stored_hints.items()}
    unique = table.unique
    if len(table.key) > 1:
        unique += (table.key,)
    else:
        is_primary = table.sequence is None
        columns[table.key[0]] = model_fields.CharField(KEY_LENGTH, primary_key=is_primary, unique=not is_primary)
    if table.sequence is not None:
        columns[table.sequence] = model_fields.BigIntField(primary_key=True)
    for name, relation in table.relations.items():
        columns.pop(str(relation.source_field))
        columns[name] = relation
    indexes = tuple(Index(fields=names) for names in table.indexes)
    meta = type("Meta", (), {"table": table.name, "unique_together": unique, "indexes": indexes})
    # The library's metaclass makes a model of it, which `type` does not tell.
    return cast("type[Model]", type(table.name, (Model,), {**columns, "Meta": meta}))


def _model_field(hint: object) -> object:
    is_nullable = is_optional(hint)
    kind = get_args(hint)[0] if is_nullable else hint
    # NaN is stored as NULL.
    return _MODEL_FIELDS.get(kind, model_fields.TextField)(null=is_nullable or kind is float)


TABLES: dict[type, list[TableMapping[object]]] = {}
"""The tables of each kind of record, in the order in which they are written: an intent comes before its order."""


@dataclass(frozen=True, slots=True)
class PendingDelivery:
    """An event that a destination has not received: deleted once it is sent or dropped."""

    destination: str
    number: int


_EMPTY_TEXT: ComputedColumn[object] = ComputedColumn(str, lambda _: "")
_ZERO: ComputedColumn[object] = ComputedColumn(int, lambda _: 0)
_NONE: ComputedColumn[object] = ComputedColumn(str | None, lambda _: None)

BOTS = TableMapping(
    Bot,
    "bots",
    ("bot_id",),
    indexes=(("name",),),
    without=RUN_STATE_FIELDS,
    # Older versions kept the run state here; nothing reads it.
    computed_columns={
        **dict.fromkeys(("status", "desired", "status_remark", "lease_owner"), _EMPTY_TEXT),
        **dict.fromkeys(("run_number", "intent_counter", "epoch"), _ZERO),
        **dict.fromkeys(("run_started_market", "run_started_wall", "last_decision", "status_changed_wall"), _NONE),
        **dict.fromkeys(("status_by", "stop_policy", "exit_wish"), _NONE),
    },
)
BOT_RUNS = TableMapping(
    Bot,
    "bot_runs",
    ("bot_id",),
    sequence=None,
    without=frozenset(field.name for field in fields(Bot)) - RUN_STATE_FIELDS - {"bot_id"},
)
VERSIONS = TableMapping(ConfigVersion, "config_versions", ("bot_id", "version"), WriteRule.INSERT)
INTENTS = TableMapping(
    OrderIntent,
    "intents",
    ("client_order_id",),
    WriteRule.INSERT,
    unique=(("bot_id", "decision_key"),),
    indexes=(("reference",), ("bot_id", "sequence")),
    # Upper case, for look-ups by its beginning.
    computed_columns={"reference": ComputedColumn(str, lambda intent: intent.reference.upper())},
)
ORDERS = TableMapping(
    Order,
    "orders",
    ("client_order_id",),
    sequence=None,
    indexes=(("is_working", "bot_id"),),
    without=frozenset({"intent"}),
    computed_columns={
        "client_order_id": ComputedColumn(str, lambda order: order.intent.client_order_id),
        "bot_id": ComputedColumn(str, lambda order: order.intent.bot_id),
        "is_working": ComputedColumn(bool, lambda order: 1 if order.is_working else 0),
    },
    relations={
        "intent": model_fields.OneToOneField(
            "quarterdeck.intents",
            to_field="client_order_id",
            source_field="client_order_id",
            related_name="order",
            primary_key=True,
            on_delete=model_fields.RESTRICT,
        )
    },
)
FILLS = TableMapping(
    Fill,
    "fills",
    ("account_id", "trade_id"),
    WriteRule.INSERT,
    indexes=(("client_order_id",), ("bot_id", "sequence")),
)
LEDGERS = TableMapping(LedgerSaved, "books", ("bot_id",), sequence=None, without=frozenset({"trade"}))
CLOSED_BOOKS = TableMapping(ClosedBooks, "closed_books", ("bot_id", "number"), WriteRule.INSERT)
# The second index finds open trades.
TRADES = TableMapping(Trade, "trades", ("trade_id",), indexes=(("bot_id", "sequence"), ("closed_at_wall", "bot_id")))
SIGNALS = TableMapping(
    SignalRecord, "signals", ("bot_id", "candle_close"), WriteRule.RENEW, indexes=(("moment_wall",),)
)
# Numbered in commit order; numbers are never used again.
EVENTS = TableMapping(
    Event,
    "events",
    ("event_id",),
    WriteRule.INSERT,
    sequence="number",
    indexes=(("moment_wall",), ("bot_id", "number"), ("thread", "number")),
    computed_columns={"bot_id": ComputedColumn(str | None, lambda event: event.bot.bot_id if event.bot else None)},
)
PENDING = TableMapping(PendingDelivery, "pending", ("destination", "number"), WriteRule.KEEP, indexes=(("number",),))
DELIVERIES = TableMapping(Delivery, "deliveries", ("event_id", "destination"))
OPERATORS = TableMapping(Operator, "operators", ("operator_id",))
IDENTITIES = TableMapping(Identity, "identities", ("platform", "platform_id"))
DESTINATIONS = TableMapping(Destination, "destinations", ("key",))
ACCOUNTS = TableMapping(Account, "accounts", ("account_id",))
# The second index finds a request that was answered before.
AUDIT = TableMapping(AuditEntry, "audit", ("audit_id",), WriteRule.INSERT, indexes=(("at",), ("trace_id",)))
SUBSCRIPTIONS = TableMapping(Subscription, "subscriptions", ("destination", "bot_id"))
SHARES = TableMapping(Share, "shares", ("bot_id", "operator_id"))
ACCESS_CODES = TableMapping(AccessCode, "access_codes", ("code_id",))
BUTTONS = TableMapping(KeptButton, "buttons", ("key",), WriteRule.KEEP, sequence=None, indexes=(("kept_at",),))
PANICS = TableMapping(PanicState, "panics", ("scope",))
KEY_VALUES = TableMapping(KeyValue, "notes", ("key",), sequence=None)

__models__ = [table.model for tables in TABLES.values() for table in tables]
