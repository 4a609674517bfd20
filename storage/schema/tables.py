"""Every table of facts: its model, how its records are mapped, its key, and the statement that stores a row."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from tortoise.models import Model

from bot.domain.access import AccessCode, Share
from bot.domain.access_facts import ButtonSaved
from bot.domain.destination import Destination, Subscription
from bot.domain.equity import EquityPoint
from bot.domain.events import Event
from bot.domain.facts import Delivery, KeyValueSaved, LedgerSaved
from bot.domain.fill import Fill
from bot.domain.instance import Bot, ConfigVersion
from bot.domain.order import Order, OrderIntent
from bot.domain.people import Account, AuditEntry, Identity, Operator, PanicState
from bot.domain.signal import SignalRecord
from bot.domain.trade import Trade
from storage.codec.row_codec import Cell, RowCodec
from storage.schema import models_access, models_bots, models_orders, models_outbox, models_people

T = TypeVar("T")
ComputedColumn = tuple[str, Callable[[T], Cell]]


class WriteRule(StrEnum):
    """What happens to a row whose key exists: refuse, update in place, take its place as the newest, or leave it."""

    INSERT = "insert"
    UPSERT = "upsert"
    RENEW = "renew"
    KEEP = "keep"


@dataclass(frozen=True, slots=True, kw_only=True)
class TableMapping(Generic[T]):
    """One table; `extras` are columns computed from the record for indexes, and never read back."""

    model: type[Model]
    codec: RowCodec[T]
    key: tuple[str, ...]
    rule: WriteRule
    computed_columns: tuple[ComputedColumn[T], ...] = ()

    @property
    def name(self) -> str:
        """Return the table's name."""
        return self.model._meta.db_table  # noqa: SLF001 - the library's documented way to a model's table

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the columns that make up a record."""
        return self.codec.columns

    @property
    def stored_columns(self) -> tuple[str, ...]:
        """Return all columns that are written."""
        return self.columns + tuple(name for name, _ in self.computed_columns)

    def encode(self, record: T) -> list[Cell]:
        """Return the row of a record, in the order of `stored_columns`."""
        return [*self.codec.encode(record), *(compute(record) for _, compute in self.computed_columns)]

    def key_positions(self) -> tuple[int, ...]:
        """Return where the key stands in a row."""
        return tuple(self.stored_columns.index(name) for name in self.key)

    def statement(self) -> str:
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

    def decode(self, cells: Sequence[object]) -> T:
        """Return the record of the cells of `columns`; raise ValueError or TypeError for what we did not write."""
        return self.codec.decode(cells)


_VERBS = {WriteRule.RENEW: "INSERT OR REPLACE", WriteRule.KEEP: "INSERT OR IGNORE"}
_ORDER_STATE: RowCodec[Order] = RowCodec(Order, frozenset({"intent"}))

BOTS = TableMapping(model=models_bots.BotRow, codec=RowCodec(Bot), key=("bot_id",), rule=WriteRule.UPSERT)
VERSIONS = TableMapping(
    model=models_bots.ConfigVersionRow,
    codec=RowCodec(ConfigVersion),
    key=("bot_id", "version"),
    rule=WriteRule.INSERT,
)
INTENTS: TableMapping[OrderIntent] = TableMapping(
    model=models_orders.IntentRow,
    codec=RowCodec(OrderIntent),
    key=("client_order_id",),
    rule=WriteRule.INSERT,
    computed_columns=(("reference", lambda intent: intent.reference.upper()),),
)
ORDERS: TableMapping[Order] = TableMapping(
    model=models_orders.OrderRow,
    codec=_ORDER_STATE,
    key=("client_order_id",),
    rule=WriteRule.UPSERT,
    computed_columns=(
        ("client_order_id", lambda order: order.intent.client_order_id),
        ("bot_id", lambda order: order.intent.bot_id),
        ("is_working", lambda order: 1 if order.is_working else 0),
    ),
)
FILLS = TableMapping(
    model=models_orders.FillRow, codec=RowCodec(Fill), key=("account_id", "trade_id"), rule=WriteRule.INSERT
)
LEDGERS = TableMapping(
    model=models_bots.BookRow,
    codec=RowCodec(LedgerSaved, frozenset({"trade"})),
    key=("bot_id",),
    rule=WriteRule.UPSERT,
)
TRADES = TableMapping(model=models_bots.TradeRow, codec=RowCodec(Trade), key=("trade_id",), rule=WriteRule.UPSERT)
SIGNALS = TableMapping(
    model=models_bots.SignalRecordRow,
    codec=RowCodec(SignalRecord),
    key=("bot_id", "candle_close"),
    rule=WriteRule.RENEW,
)
EVENTS: TableMapping[Event] = TableMapping(
    model=models_outbox.EventRow,
    codec=RowCodec(Event),
    key=("event_id",),
    rule=WriteRule.INSERT,
    computed_columns=(("bot_id", lambda event: event.bot.bot_id if event.bot else None),),
)
DELIVERIES = TableMapping(
    model=models_outbox.DeliveryRow,
    codec=RowCodec(Delivery),
    key=("event_id", "destination"),
    rule=WriteRule.UPSERT,
)
DESTINATIONS = TableMapping(
    model=models_outbox.DestinationRow, codec=RowCodec(Destination), key=("key",), rule=WriteRule.UPSERT
)
OPERATORS = TableMapping(
    model=models_people.OperatorRow, codec=RowCodec(Operator), key=("operator_id",), rule=WriteRule.UPSERT
)
IDENTITIES = TableMapping(
    model=models_people.IdentityRow,
    codec=RowCodec(Identity),
    key=("platform", "platform_id"),
    rule=WriteRule.UPSERT,
)
ACCOUNTS = TableMapping(
    model=models_people.AccountRow, codec=RowCodec(Account), key=("account_id",), rule=WriteRule.UPSERT
)
AUDIT = TableMapping(model=models_people.AuditRow, codec=RowCodec(AuditEntry), key=("audit_id",), rule=WriteRule.INSERT)
PANICS = TableMapping(model=models_people.PanicRow, codec=RowCodec(PanicState), key=("scope",), rule=WriteRule.UPSERT)
ACCESS_CODES = TableMapping(
    model=models_access.AccessCodeRow, codec=RowCodec(AccessCode), key=("code_id",), rule=WriteRule.UPSERT
)
SHARES = TableMapping(
    model=models_access.ShareRow, codec=RowCodec(Share), key=("bot_id", "operator_id"), rule=WriteRule.UPSERT
)
SUBSCRIPTIONS = TableMapping(
    model=models_access.SubscriptionRow,
    codec=RowCodec(Subscription),
    key=("destination", "bot_id"),
    rule=WriteRule.UPSERT,
)
BUTTONS = TableMapping(model=models_access.ButtonRow, codec=RowCodec(ButtonSaved), key=("key",), rule=WriteRule.KEEP)
KEY_VALUES = TableMapping(
    model=models_people.NoteRow, codec=RowCodec(KeyValueSaved), key=("key",), rule=WriteRule.UPSERT
)


def equity_table(stored_at: Callable[[], str]) -> TableMapping[EquityPoint]:
    """Return the table of equity points, which notes the wall time at which a point is stored."""
    return TableMapping(
        model=models_bots.EquityPointRow,
        codec=RowCodec(EquityPoint),
        key=("bot_id", "market_time"),
        rule=WriteRule.UPSERT,
        computed_columns=(("stored_at", lambda _: stored_at()),),
    )
