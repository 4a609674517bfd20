"""What one unit of work stores: frozen facts that commit together or not at all."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.access_facts import AccessCodeSaved, AccessCodeSpent, ButtonSaved, ShareRemoved, ShareSaved
from bot.domain.destination import Destination, Subscription
from bot.domain.equity import EquityPoint
from bot.domain.events import Event
from bot.domain.fill import Fill
from bot.domain.ids import BotId, EventId
from bot.domain.instance import Bot, ConfigVersion
from bot.domain.order import Order, OrderIntent
from bot.domain.people import Account, AuditEntry, Identity, Operator, PanicState
from bot.domain.signal import SignalRecord
from bot.domain.trade import Ledger, Trade


@dataclass(frozen=True, slots=True)
class BotSaved:
    """Insert or replace a bot's row (not its book)."""

    bot: Bot


@dataclass(frozen=True, slots=True)
class ConfigVersionAdded:
    """Insert a configuration version; Conflict if it exists."""

    version: ConfigVersion


@dataclass(frozen=True, slots=True)
class IntentDecided:
    """Insert an intent; Conflict if its id or (bot, decision key) exists. Its order follows as OrderSaved."""

    intent: OrderIntent


@dataclass(frozen=True, slots=True)
class OrderSaved:
    """Insert or replace an order's state; its intent was stored before or in the same unit."""

    order: Order


@dataclass(frozen=True, slots=True)
class FillBooked:
    """Insert a fill; Conflict if (account, trade id) exists."""

    fill: Fill


@dataclass(frozen=True, slots=True)
class LedgerSaved:
    """Insert or replace a bot's position and totals; the open trade follows as TradeSaved."""

    bot_id: BotId
    ledger: Ledger


@dataclass(frozen=True, slots=True)
class TradeSaved:
    """Insert or replace a trade."""

    trade: Trade


@dataclass(frozen=True, slots=True)
class SignalSaved:
    """Insert a signal; one per bot, run of decisions and candle is kept, a repeat replaces it."""

    record: SignalRecord


@dataclass(frozen=True, slots=True)
class EquitySaved:
    """Insert or replace the equity point of (bot, market time)."""

    point: EquityPoint


@dataclass(frozen=True, slots=True)
class EventRaised:
    """Insert an outbox event; Conflict if its id exists. The outbox numbers it; nobody is owed it yet."""

    event: Event


@dataclass(frozen=True, slots=True)
class EventAddressed:
    """Owe the event of that number to destinations, until it is sent or dropped there; a repeat changes nothing."""

    number: int
    destinations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PendingDeliveryMoved:
    """Owe an event to another destination instead, which takes the place of one that is out of reach."""

    number: int
    source: str
    target: str


class DeliveryStatus(StrEnum):
    """How far a message got: `sending` found after a crash may have arrived."""

    SENDING = "sending"
    SENT = "sent"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """One event on its way to one destination."""

    event_id: EventId
    destination: str
    status: DeliveryStatus
    attempts: int
    updated_at: datetime
    message_id: str = ""


@dataclass(frozen=True, slots=True)
class DeliverySaved:
    """Insert or replace the delivery of (event, destination)."""

    delivery: Delivery


@dataclass(frozen=True, slots=True)
class OperatorSaved:
    """Insert or replace an operator."""

    operator: Operator


@dataclass(frozen=True, slots=True)
class IdentitySaved:
    """Insert or replace an identity by (platform, platform id)."""

    identity: Identity


@dataclass(frozen=True, slots=True)
class IdentityRemoved:
    """Delete an identity."""

    platform: str
    platform_id: str


@dataclass(frozen=True, slots=True)
class DestinationSaved:
    """Insert or replace a destination by key; one that changes hands is no longer owed what was meant before."""

    destination: Destination


@dataclass(frozen=True, slots=True)
class DestinationRemoved:
    """Delete a destination with what it is owed and its subscriptions."""

    key: str


@dataclass(frozen=True, slots=True)
class ChatMoved:
    """Give what a destination is owed and follows to another one, which is stored before."""

    source: str
    target: str


@dataclass(frozen=True, slots=True)
class SubscriptionSaved:
    """Insert or replace the subscription of (destination, bot)."""

    subscription: Subscription


@dataclass(frozen=True, slots=True)
class SubscriptionRemoved:
    """Delete a subscription."""

    destination: str
    bot_id: BotId


@dataclass(frozen=True, slots=True)
class AccountSaved:
    """Insert or replace an account."""

    account: Account


@dataclass(frozen=True, slots=True)
class AuditAdded:
    """Insert an audit entry."""

    entry: AuditEntry


@dataclass(frozen=True, slots=True)
class PanicSaved:
    """Insert or replace the panic state of a scope."""

    state: PanicState


@dataclass(frozen=True, slots=True)
class PanicCleared:
    """Delete the panic state of a scope."""

    scope: str


@dataclass(frozen=True, slots=True)
class KeyValueSaved:
    """Insert or replace a small named value of the installation (setup code hash, last seen time, ...)."""

    key: str
    value: str


Fact = (
    BotSaved
    | ConfigVersionAdded
    | IntentDecided
    | OrderSaved
    | FillBooked
    | LedgerSaved
    | TradeSaved
    | SignalSaved
    | EquitySaved
    | EventRaised
    | EventAddressed
    | PendingDeliveryMoved
    | DeliverySaved
    | OperatorSaved
    | IdentitySaved
    | IdentityRemoved
    | DestinationSaved
    | DestinationRemoved
    | ChatMoved
    | SubscriptionSaved
    | SubscriptionRemoved
    | ShareSaved
    | ShareRemoved
    | AccessCodeSaved
    | AccessCodeSpent
    | ButtonSaved
    | AccountSaved
    | AuditAdded
    | PanicSaved
    | PanicCleared
    | KeyValueSaved
)

UnitOfWork = tuple[Fact, ...]
