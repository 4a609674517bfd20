"""What one unit of work stores: frozen facts that commit together or not at all.

`Saved` and `Deleted` say all there is to say of most records. A fact has a class of its own where it means more: a key
that must be new, or a change of other rows.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.access import AccessCode, Share
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
class KeyValue:
    """A small named value of the installation (setup code hash, last seen time, ...)."""

    key: str
    value: str


@dataclass(frozen=True, slots=True)
class KeptButton:
    """The command line of a button that is too long to be carried by it."""

    key: str
    line: str
    kept_at: datetime


Record = (
    Bot
    | Order
    | Trade
    | SignalRecord
    | EquityPoint
    | Operator
    | Identity
    | Account
    | Share
    | Subscription
    | AccessCode
    | KeptButton
    | AuditEntry
    | PanicState
    | KeyValue
)


@dataclass(frozen=True, slots=True)
class Saved:
    """Insert or replace a record by its key; a kept button stays as it was, an audit entry is new or a Conflict.

    A bot's ledger is not part of it; an order's intent was stored before or in the same unit.
    """

    record: Record


@dataclass(frozen=True, slots=True)
class Deleted:
    """Delete the record of a kind that has this key, if there is one."""

    kind: type[Record]
    key: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RunStateSaved:
    """Replace what running changes in a bot that was saved before: its configuration is not written again."""

    bot: Bot


@dataclass(frozen=True, slots=True)
class ConfigVersionAdded:
    """Insert a configuration version; Conflict if it exists."""

    version: ConfigVersion


@dataclass(frozen=True, slots=True)
class IntentDecided:
    """Insert an intent; Conflict if its id or (bot, decision key) exists. Its order follows as Saved(Order)."""

    intent: OrderIntent


@dataclass(frozen=True, slots=True)
class FillBooked:
    """Insert a fill; Conflict if (account, trade id) exists."""

    fill: Fill


@dataclass(frozen=True, slots=True)
class LedgerSaved:
    """Insert or replace a bot's position and totals; the open trade follows as Saved(Trade)."""

    bot_id: BotId
    ledger: Ledger


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


Fact = (
    Saved
    | Deleted
    | RunStateSaved
    | ConfigVersionAdded
    | IntentDecided
    | FillBooked
    | LedgerSaved
    | EventRaised
    | EventAddressed
    | PendingDeliveryMoved
    | DeliverySaved
    | DestinationSaved
    | DestinationRemoved
    | ChatMoved
)

UnitOfWork = tuple[Fact, ...]
