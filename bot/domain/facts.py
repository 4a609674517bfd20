"""Facts: what one unit of work stores, committed together or not at all.

`Saved` and `Deleted` are enough for most records. A fact has a class of its own where it means more: a key that must be
new, or a change of other rows.
"""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.access import AccessCode, Share
from bot.domain.closed_books import ClosedBooks
from bot.domain.destination import Destination, Subscription
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
    """The command line of a button that is too long for its payload."""

    key: str
    line: str
    kept_at: datetime


Record = (
    Bot
    | Order
    | Trade
    | SignalRecord
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

    A bot's ledger is not part of it; an order's intent is stored before or in the same unit.
    """

    record: Record


@dataclass(frozen=True, slots=True)
class Deleted:
    """Delete the record of this kind and key, if there is one."""

    kind: type[Record]
    key: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class RunStateSaved:
    """Replace the run state of a bot that was saved before; its configuration is not written again."""

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
class BooksClosed:
    """Insert a bot's closed books; Conflict if the pass was closed before.

    The ledger with which the next pass begins follows as LedgerSaved.
    """

    closed: ClosedBooks


@dataclass(frozen=True, slots=True)
class EventRaised:
    """Insert an outbox event, not addressed yet; Conflict if its id exists; the outbox numbers it."""

    event: Event


@dataclass(frozen=True, slots=True)
class EventAddressed:
    """Make an event pending at destinations, until it is sent or dropped there; a repeat changes nothing."""

    number: int
    destinations: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PendingDeliveryMoved:
    """Make an event pending at another destination, which replaces one that is out of reach."""

    number: int
    source: str
    target: str


class DeliveryStatus(StrEnum):
    """State of a delivery; a message found as `sending` after a crash may have arrived."""

    SENDING = "sending"
    SENT = "sent"
    DROPPED = "dropped"


@dataclass(frozen=True, slots=True, kw_only=True)
class Delivery:
    """The delivery of an event to a destination."""

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
    """Insert or replace a destination by key; one with a new operator loses its pending deliveries."""

    destination: Destination


@dataclass(frozen=True, slots=True)
class DestinationRemoved:
    """Delete a destination with its pending deliveries and subscriptions."""

    key: str


@dataclass(frozen=True, slots=True)
class ChatMoved:
    """Move the pending deliveries and subscriptions of a destination to another one, which is stored before."""

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
    | BooksClosed
    | EventRaised
    | EventAddressed
    | PendingDeliveryMoved
    | DeliverySaved
    | DestinationSaved
    | DestinationRemoved
    | ChatMoved
)

UnitOfWork = tuple[Fact, ...]
