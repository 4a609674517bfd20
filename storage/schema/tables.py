"""Table mappings of facts: model, codec, key, and the statement that stores a row."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Any, Generic, TypeVar

from tortoise.models import Model

from bot.domain.access import AccessCode, Share
from bot.domain.destination import Destination, Subscription
from bot.domain.equity import EquityPoint
from bot.domain.events import Event
from bot.domain.facts import Delivery, KeptButton, KeyValue, LedgerSaved
from bot.domain.fill import Fill
from bot.domain.instance import RUN_STATE_FIELDS, Bot, ConfigVersion
from bot.domain.order import Order, OrderIntent
from bot.domain.people import Account, AuditEntry, Identity, Operator, PanicState
from bot.domain.signal import SignalRecord
from bot.domain.trade import Trade
from bot.durable.row_codec import Cell, RowCodec
from storage.schema import models_access, models_bots, models_orders, models_outbox, models_people

T = TypeVar("T")


class WriteRule(StrEnum):
    """Rule for a row whose key exists: refuse, update in place, replace it as the newest, or ignore."""

    INSERT = "insert"
    UPSERT = "upsert"
    RENEW = "renew"
    KEEP = "keep"


_VERBS = {WriteRule.RENEW: "INSERT OR REPLACE", WriteRule.KEEP: "INSERT OR IGNORE"}


@dataclass(slots=True, eq=False)
class TableMapping(Generic[T]):
    """One table; `computed_columns` are derived from the record for indexes, and never read back."""

    kind: type[T]
    model: type[Model]
    key: tuple[str, ...]
    rule: WriteRule = WriteRule.UPSERT
    without: frozenset[str] = frozenset()
    computed_columns: dict[str, Callable[[T], Cell]] = field(default_factory=dict)
    stored_at: str | None = None
    codec: RowCodec[T] = field(init=False)

    def __post_init__(self) -> None:
        self.codec = RowCodec(self.kind, self.without)
        TABLES.setdefault(self.kind, []).append(self)

    @property
    def name(self) -> str:
        return self.model._meta.db_table  # noqa: SLF001 - the library's documented way to a model's table

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the columns of a record."""
        return self.codec.columns

    @property
    def stored_columns(self) -> tuple[str, ...]:
        """Return all columns that are written."""
        return (*self.columns, *self.computed_columns, *((self.stored_at,) if self.stored_at else ()))

    def select_columns(self, alias: str) -> str:
        """Return the columns of a record for a query in which the table is called `alias`."""
        return ", ".join(f'{alias}."{name}"' for name in self.columns)

    def encode(self, record: T, now: Callable[[], str]) -> list[Cell]:
        """Return the row of a record, in the order of `stored_columns`."""
        computed = (compute(record) for compute in self.computed_columns.values())
        return [*self.codec.encode(record), *computed, *((now(),) if self.stored_at else ())]

    def key_positions(self) -> tuple[int, ...]:
        """Return the positions of the key in a row."""
        return tuple(self.stored_columns.index(name) for name in self.key)

    def insert_sql(self) -> str:
        """Return the SQL that stores one row."""
        columns = ", ".join(f'"{name}"' for name in self.stored_columns)
        marks = ", ".join("?" for _ in self.stored_columns)
        verb = _VERBS.get(self.rule, "INSERT")
        # Only names of our own models are put into the text.
        text = f'{verb} INTO "{self.name}" ({columns}) VALUES ({marks})'
        if self.rule is not WriteRule.UPSERT:
            return text
        changes = ", ".join(f'"{name}"=excluded."{name}"' for name in self.stored_columns if name not in self.key)
        return f"{text} ON CONFLICT ({', '.join(self.key)}) DO UPDATE SET {changes}"

    def delete_sql(self) -> str:
        conditions = " AND ".join(f'"{name}" = ?' for name in self.key)
        return f'DELETE FROM "{self.name}" WHERE {conditions}'  # noqa: S608 - names of our own tables

    def decode(self, cells: Sequence[object]) -> T:
        """Return the record of the cells of `columns`; raise ValueError or TypeError for a row we did not write."""
        return self.codec.decode(cells)


TABLES: dict[type, list[TableMapping[Any]]] = {}  # each takes records of its own kind only
"""The tables of each kind of record, in the order in which they are written: an intent comes before its order."""

BOTS = TableMapping(
    Bot,
    models_bots.BotRow,
    ("bot_id",),
    without=RUN_STATE_FIELDS,
    computed_columns={
        **dict.fromkeys(("status", "desired", "status_remark", "lease_owner"), lambda _: ""),
        **dict.fromkeys(("run_number", "intent_counter", "epoch"), lambda _: 0),
    },
)
BOT_RUNS = TableMapping(
    Bot,
    models_bots.BotRunRow,
    ("bot_id",),
    without=frozenset(field.name for field in fields(Bot)) - RUN_STATE_FIELDS - {"bot_id"},
)
VERSIONS = TableMapping(ConfigVersion, models_bots.ConfigVersionRow, ("bot_id", "version"), WriteRule.INSERT)
INTENTS = TableMapping(
    OrderIntent,
    models_orders.IntentRow,
    ("client_order_id",),
    WriteRule.INSERT,
    computed_columns={"reference": lambda intent: intent.reference.upper()},
)
ORDERS = TableMapping(
    Order,
    models_orders.OrderRow,
    ("client_order_id",),
    without=frozenset({"intent"}),
    computed_columns={
        "client_order_id": lambda order: order.intent.client_order_id,
        "bot_id": lambda order: order.intent.bot_id,
        "is_working": lambda order: 1 if order.is_working else 0,
    },
)
FILLS = TableMapping(Fill, models_orders.FillRow, ("account_id", "trade_id"), WriteRule.INSERT)
LEDGERS = TableMapping(LedgerSaved, models_bots.BookRow, ("bot_id",), without=frozenset({"trade"}))
TRADES = TableMapping(Trade, models_bots.TradeRow, ("trade_id",))
SIGNALS = TableMapping(SignalRecord, models_bots.SignalRecordRow, ("bot_id", "candle_close"), WriteRule.RENEW)
EQUITY = TableMapping(EquityPoint, models_bots.EquityPointRow, ("bot_id", "market_time"), stored_at="stored_at")
EVENTS = TableMapping(
    Event,
    models_outbox.EventRow,
    ("event_id",),
    WriteRule.INSERT,
    computed_columns={"bot_id": lambda event: event.bot.bot_id if event.bot else None},
)
DELIVERIES = TableMapping(Delivery, models_outbox.DeliveryRow, ("event_id", "destination"))
OPERATORS = TableMapping(Operator, models_people.OperatorRow, ("operator_id",))
IDENTITIES = TableMapping(Identity, models_people.IdentityRow, ("platform", "platform_id"))
DESTINATIONS = TableMapping(Destination, models_outbox.DestinationRow, ("key",))
ACCOUNTS = TableMapping(Account, models_people.AccountRow, ("account_id",))
AUDIT = TableMapping(AuditEntry, models_people.AuditRow, ("audit_id",), WriteRule.INSERT)
SUBSCRIPTIONS = TableMapping(Subscription, models_access.SubscriptionRow, ("destination", "bot_id"))
SHARES = TableMapping(Share, models_access.ShareRow, ("bot_id", "operator_id"))
ACCESS_CODES = TableMapping(AccessCode, models_access.AccessCodeRow, ("code_id",))
BUTTONS = TableMapping(KeptButton, models_access.ButtonRow, ("key",), WriteRule.KEEP)
PANICS = TableMapping(PanicState, models_people.PanicRow, ("scope",))
KEY_VALUES = TableMapping(KeyValue, models_people.NoteRow, ("key",))
