"""Every table of facts: its model, how its records are mapped, its key, and the statement that stores a row."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Generic, TypeVar

from tortoise.models import Model

from bot.domain.access import AccessCode, Share
from bot.domain.access_facts import ButtonKept
from bot.domain.destination import Destination, Subscription
from bot.domain.equity import EquityPoint
from bot.domain.events import Event
from bot.domain.facts import BookSaved, Delivery, NoteSaved
from bot.domain.fill import Fill
from bot.domain.instance import Bot, ConfigVersion
from bot.domain.order import Order, OrderIntent
from bot.domain.people import Account, AuditEntry, Identity, Operator, PanicState
from bot.domain.signal import SignalRecord
from bot.domain.trade import Trade
from storage.codec.row_codec import Cell, RowMapping
from storage.schema import models_access, models_bots, models_orders, models_outbox, models_people

T = TypeVar("T")
Extra = tuple[str, Callable[[T], Cell]]


class Rule(StrEnum):
    """What happens to a row whose key exists: refuse, update in place, take its place as the newest, or leave it."""

    INSERT = "insert"
    UPSERT = "upsert"
    RENEW = "renew"
    KEEP = "keep"


@dataclass(frozen=True, slots=True, kw_only=True)
class Table(Generic[T]):
    """One table; `extras` are columns computed from the record for indexes, and never read back."""

    model: type[Model]
    mapping: RowMapping[T]
    key: tuple[str, ...]
    rule: Rule
    extras: tuple[Extra[T], ...] = ()

    @property
    def name(self) -> str:
        """Return the table's name."""
        return self.model._meta.db_table  # noqa: SLF001 - the library's documented way to a model's table

    @property
    def columns(self) -> tuple[str, ...]:
        """Return the columns that make up a record."""
        return self.mapping.columns

    @property
    def stored_columns(self) -> tuple[str, ...]:
        """Return all columns that are written."""
        return self.columns + tuple(name for name, _ in self.extras)

    def cells(self, record: T) -> list[Cell]:
        """Return the row of a record, in the order of `stored_columns`."""
        return [*self.mapping.encode(record), *(compute(record) for _, compute in self.extras)]

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
        if self.rule is not Rule.UPSERT:
            return text
        changes = ", ".join(f'"{name}"=excluded."{name}"' for name in self.stored_columns if name not in self.key)
        return f"{text} ON CONFLICT ({', '.join(self.key)}) DO UPDATE SET {changes}"

    def decode(self, cells: Sequence[object]) -> T:
        """Return the record of the cells of `columns`; raise ValueError or TypeError for what we did not write."""
        return self.mapping.decode(cells)


_VERBS = {Rule.RENEW: "INSERT OR REPLACE", Rule.KEEP: "INSERT OR IGNORE"}
_ORDER_STATE: RowMapping[Order] = RowMapping(Order, frozenset({"intent"}))

BOTS = Table(model=models_bots.BotRow, mapping=RowMapping(Bot), key=("bot_id",), rule=Rule.UPSERT)
VERSIONS = Table(
    model=models_bots.ConfigVersionRow,
    mapping=RowMapping(ConfigVersion),
    key=("bot_id", "version"),
    rule=Rule.INSERT,
)
INTENTS: Table[OrderIntent] = Table(
    model=models_orders.IntentRow,
    mapping=RowMapping(OrderIntent),
    key=("client_order_id",),
    rule=Rule.INSERT,
    extras=(("reference", lambda intent: intent.reference.upper()),),
)
ORDERS: Table[Order] = Table(
    model=models_orders.OrderRow,
    mapping=_ORDER_STATE,
    key=("client_order_id",),
    rule=Rule.UPSERT,
    extras=(
        ("client_order_id", lambda order: order.intent.client_order_id),
        ("bot_id", lambda order: order.intent.bot_id),
        ("is_working", lambda order: 1 if order.is_working else 0),
    ),
)
FILLS = Table(model=models_orders.FillRow, mapping=RowMapping(Fill), key=("account_id", "trade_id"), rule=Rule.INSERT)
BOOKS = Table(
    model=models_bots.BookRow,
    mapping=RowMapping(BookSaved, frozenset({"trade"})),
    key=("bot_id",),
    rule=Rule.UPSERT,
)
TRADES = Table(model=models_bots.TradeRow, mapping=RowMapping(Trade), key=("trade_id",), rule=Rule.UPSERT)
SIGNALS = Table(
    model=models_bots.SignalRecordRow,
    mapping=RowMapping(SignalRecord),
    key=("bot_id", "candle_close"),
    rule=Rule.RENEW,
)
EVENTS: Table[Event] = Table(
    model=models_outbox.EventRow,
    mapping=RowMapping(Event),
    key=("event_id",),
    rule=Rule.INSERT,
    extras=(("bot_id", lambda event: event.bot.bot_id if event.bot else None),),
)
DELIVERIES = Table(
    model=models_outbox.DeliveryRow,
    mapping=RowMapping(Delivery),
    key=("event_id", "destination"),
    rule=Rule.UPSERT,
)
DESTINATIONS = Table(
    model=models_outbox.DestinationRow, mapping=RowMapping(Destination), key=("key",), rule=Rule.UPSERT
)
OPERATORS = Table(model=models_people.OperatorRow, mapping=RowMapping(Operator), key=("operator_id",), rule=Rule.UPSERT)
IDENTITIES = Table(
    model=models_people.IdentityRow,
    mapping=RowMapping(Identity),
    key=("platform", "platform_id"),
    rule=Rule.UPSERT,
)
ACCOUNTS = Table(model=models_people.AccountRow, mapping=RowMapping(Account), key=("account_id",), rule=Rule.UPSERT)
AUDIT = Table(model=models_people.AuditRow, mapping=RowMapping(AuditEntry), key=("audit_id",), rule=Rule.INSERT)
PANICS = Table(model=models_people.PanicRow, mapping=RowMapping(PanicState), key=("scope",), rule=Rule.UPSERT)
ACCESS_CODES = Table(
    model=models_access.AccessCodeRow, mapping=RowMapping(AccessCode), key=("code_id",), rule=Rule.UPSERT
)
SHARES = Table(model=models_access.ShareRow, mapping=RowMapping(Share), key=("bot_id", "operator_id"), rule=Rule.UPSERT)
SUBSCRIPTIONS = Table(
    model=models_access.SubscriptionRow,
    mapping=RowMapping(Subscription),
    key=("destination", "bot_id"),
    rule=Rule.UPSERT,
)
BUTTONS = Table(model=models_access.ButtonRow, mapping=RowMapping(ButtonKept), key=("key",), rule=Rule.KEEP)
NOTES = Table(model=models_people.NoteRow, mapping=RowMapping(NoteSaved), key=("key",), rule=Rule.UPSERT)


def equity_table(stored_at: Callable[[], str]) -> Table[EquityPoint]:
    """Return the table of equity points, which notes the wall time at which a point is stored."""
    return Table(
        model=models_bots.EquityPointRow,
        mapping=RowMapping(EquityPoint),
        key=("bot_id", "market_time"),
        rule=Rule.UPSERT,
        extras=(("stored_at", lambda _: stored_at()),),
    )
