"""Outbox events: what happened, in the past tense, frozen and serialisable.

An `Event` is committed together with its fact. Its payload is all that a message needs, so that it can be rendered at
any later time.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from bot.domain.book_events import BooksDiffer, DustLeft
from bot.domain.fill import Fill
from bot.domain.guard import GuardGap, PositionGuards, StopLost
from bot.domain.ids import AccountId, BotId, EventId, OperatorId, Reference, Symbol
from bot.domain.market import Mode, Timeframe
from bot.domain.moment import Moment
from bot.domain.order import OrderIntent
from bot.domain.trade import LedgerTotals, Trade


class NotificationLevel(StrEnum):
    """Loudness of an event at a destination (UX.md, loudness)."""

    OFF = "off"
    SILENT = "silent"
    LOUD = "loud"
    CRITICAL = "critical"


@dataclass(frozen=True, slots=True, kw_only=True)
class BotStarted:
    """A bot runs; `by` is None if it was recovered."""

    by: OperatorId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BotPaused:
    """A bot was paused and takes no new entries."""

    by: OperatorId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BotResumed:
    """A paused bot trades again."""

    by: OperatorId | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BotStopped:
    """A bot was stopped, with what it kept, the barriers that work, and why a stop does not; dust cannot be sold."""

    by: OperatorId | None
    policy: str
    canceled_orders: int
    kept_quantity: Decimal
    stop_price: Decimal | None
    target_price: Decimal | None
    remark: str = ""
    has_dust: bool = False
    stop_gap: GuardGap | None = None
    kept_orders: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class BotFailed:
    """A bot failed after several tries; barriers of an open position go on."""

    error: str
    reference: str
    tries: int


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalRaised:
    """A strategy raised an entry or exit signal."""

    action: str
    reason: str
    close_price: float


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderPlaced:
    """An order was sent or rests at the venue."""

    intent: OrderIntent


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderCanceled:
    """An order of the bot was canceled or expired."""

    intent: OrderIntent
    filled_quantity: Decimal
    is_expired: bool
    remark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRejected:
    """The venue or a risk check refused an order."""

    intent: OrderIntent
    error: str
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderFilled:
    """A fill was booked.

    `order_filled` of `intent.quantity` is filled now; position and barriers are those after the fill. Events stored
    before `guards` were recorded have none.
    """

    intent: OrderIntent
    fill: Fill
    order_filled: Decimal
    position_quantity: Decimal
    stop_price: Decimal | None
    target_price: Decimal | None
    guards: PositionGuards | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TradeClosed:
    """A trade was closed by a fill of `intent`; `totals` are the bot's after it, and so is its `growth` as a share.

    Events of older versions have no growth: theirs is the closed profit as a share of `capital`.
    """

    intent: OrderIntent
    fill: Fill
    trade: Trade
    totals: LedgerTotals
    capital: Decimal
    growth: Decimal | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RiskTripped:
    """A risk control acted."""

    control: str
    text: str
    stays_open: Decimal


@dataclass(frozen=True, slots=True, kw_only=True)
class PanicEngaged:
    """A kill switch was engaged."""

    scope: str
    policy: str
    by: OperatorId
    bots: int
    canceled_orders: int
    closing_positions: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PanicLifted:
    """A kill switch was lifted."""

    scope: str
    by: OperatorId


@dataclass(frozen=True, slots=True, kw_only=True)
class DeskRecovered:
    """The process was down and has recovered; one event per operator."""

    down_since: datetime
    up_at: datetime
    bots: int
    changed: tuple[str, ...]
    unknown_orders: int


@dataclass(frozen=True, slots=True, kw_only=True)
class StoppedByCorruption:
    """The process before this one stopped because stored facts contradict each other."""

    error: str
    reference: Reference
    stopped_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformDown:
    """A chat platform is out of reach; `is_final` when it will not come back by itself, as with a revoked token."""

    platform: str
    since: datetime
    reason: str
    is_final: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class PlatformBack:
    """A chat platform answers again after an outage."""

    platform: str
    down_since: datetime
    back_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessChanged:
    """An operator was added, linked, given another role or removed; `text` describes it for owners."""

    text: str


Payload = (
    BotStarted
    | BotPaused
    | BotResumed
    | BotStopped
    | BotFailed
    | SignalRaised
    | OrderPlaced
    | OrderCanceled
    | OrderRejected
    | OrderFilled
    | TradeClosed
    | DustLeft
    | RiskTripped
    | StopLost
    | PanicEngaged
    | PanicLifted
    | DeskRecovered
    | StoppedByCorruption
    | PlatformDown
    | PlatformBack
    | AccessChanged
    | BooksDiffer
)


def order_thread(intent: OrderIntent) -> str:
    return f"order:{intent.client_order_id}"


def trade_thread(trade: Trade) -> str:
    """Return the thread of a trade's events: its fills and its close."""
    return f"trade:{trade.trade_id}"


class NotificationKind(StrEnum):
    """Kinds of events that operators can switch on, silence or switch off."""

    FILLS = "fills"
    ORDERS = "orders"
    SIGNALS = "signals"
    LIFE_CYCLE = "life-cycle"
    RISK = "risk"
    ERRORS = "errors"
    REPORTS = "reports"
    SECURITY = "security"


ASKED_FOR = frozenset({NotificationKind.ORDERS, NotificationKind.SIGNALS})
"""Kinds that are off by default; orders and signals have tables of their own anyway."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BotLabel:
    """A bot's description in messages, frozen at the time of the event."""

    bot_id: BotId
    name: str
    mode: Mode
    symbol: Symbol
    timeframe: Timeframe
    strategy: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """An outbox entry: a payload with its bot, time, kind and level.

    `operator_id` is the operator concerned, the bot's owner. Ids do not sort by time; the outbox numbers events when it
    stores them. Events of one `thread` (`order:ID`, `trade:ID`) reply to each other where a platform can show that.
    """

    event_id: EventId
    topic: NotificationKind
    level: NotificationLevel
    operator_id: OperatorId
    bot: BotLabel | None
    account_id: AccountId | None
    moment: Moment
    payload: Payload
    thread: str = ""
