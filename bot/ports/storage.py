"""Ports to storage: one writer of units of work, and readers by subject."""

from asyncio import Future
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from bot.domain.access import AccessCode, Share
from bot.domain.closed_books import ClosedBooks
from bot.domain.destination import Destination, Subscription
from bot.domain.events import Event
from bot.domain.facts import Delivery, UnitOfWork
from bot.domain.fill import Fill, FillStep
from bot.domain.ids import AccountId, BotId, ClientOrderId, EventId, OperatorId
from bot.domain.instance import Bot, ConfigVersion
from bot.domain.order import Order
from bot.domain.people import Account, AuditEntry, Identity, Operator, PanicState
from bot.domain.signal import SignalRecord
from bot.domain.trade import Ledger, Trade

CommitListener = Callable[[Sequence[UnitOfWork]], None]


class Writer(Protocol):
    """The only way into storage: each unit of work is stored entirely or not at all.

    High-priority units (also `commit`) are stored in the order given and may overtake low-priority ones, which keep
    their order too. So a high-priority unit must not build on one that is not durable.
    """

    def enqueue_low_priority(self, unit: UnitOfWork) -> Future[None]:
        """Enqueue a unit that nobody waits for; the future is done when it is durable, or holds Conflict or
        Unavailable.
        """

    def enqueue_high_priority(self, unit: UnitOfWork) -> Future[None]:
        """Enqueue a unit that somebody waits for."""

    def promote_unit(self, stored: Future[None]) -> None:
        """Give high priority to an enqueued unit, by its future."""

    async def commit(self, unit: UnitOfWork) -> None:
        """Store a unit durably; raise Conflict, with nothing stored, if it repeats a unique key.

        Cancelling the caller does not cancel the unit: it may or may not be stored, so keys must make repeats harmless.
        """


class ObservableWriter(Writer, Protocol):
    """A writer that says what became durable, and is told what goes first."""

    @property
    def pending(self) -> int:
        """Return how many units were given and are not stored yet."""

    async def wait_until_idle(self) -> None:
        """Return once every unit given so far is stored or refused."""

    def add_commit_listener(self, listener: CommitListener) -> None:
        """Call `listener` with the units of every transaction right after it is durable."""

    async def raise_when_broken(self) -> None:
        """Wait for ever; raise Corruption once stored facts cannot be trusted or nothing can be stored any more."""

    def prefer_decisions(self, are_pending: Callable[[], bool]) -> None:
        """Let units that nobody waits for stand behind decisions while `are_pending` says that bots decide."""


class BotReader(Protocol):
    """Reads bots and their configuration versions."""

    async def bots(self) -> tuple[Bot, ...]:
        """Return all bots that are not deleted, oldest first."""

    async def bot(self, bot_id: BotId) -> Bot | None:
        """Return a bot by id, deleted ones too."""

    async def deleted_bots(self) -> tuple[Bot, ...]:
        """Return all deleted bots, in the order in which they were deleted."""

    async def bot_by_name(self, name: str) -> Bot | None:
        """Return the bot with this name that is not deleted."""

    async def versions(self, bot_id: BotId) -> tuple[ConfigVersion, ...]:
        """Return a bot's configuration versions, oldest first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """A slice of a list that is sorted newest first."""

    limit: int = 20
    offset: int = 0


EVERYTHING = Page(limit=2**62)
"""No limit: for figures, which are of all rows or wrong."""


class LedgerReader(Protocol):
    """Reads orders, fills, trades, ledgers and signals of bots.

    Fills and trades are those of the present pass: since the bot's books were last closed.
    """

    async def ledger(self, bot_id: BotId) -> Ledger:
        """Return a bot's ledger with its open trade; an empty one if nothing was ever booked."""

    async def ledgers(self) -> dict[BotId, Ledger]:
        """Return all ledgers that exist, deleted bots' too."""

    async def closed_books(self) -> tuple[ClosedBooks, ...]:
        """Return the closed books of all bots, deleted ones' too, in the order in which they were closed."""

    async def working_orders(self, bot_id: BotId | None = None) -> tuple[Order, ...]:
        """Return orders that are not closed, of one bot or of all, oldest intent first."""

    async def orders(self, bot_id: BotId | None, page: Page) -> tuple[Order, ...]:
        """Return orders, newest first."""

    async def order(self, client_order_id: ClientOrderId) -> Order | None: ...

    async def orders_by_reference(self, prefix: str) -> tuple[Order, ...]:
        """Return orders whose reference starts with `prefix` (case ignored), newest first, at most 20."""

    async def fills(self, bot_id: BotId, page: Page) -> tuple[Fill, ...]:
        """Return a bot's fills, newest first."""

    async def fill_steps(self, bot_id: BotId) -> tuple[FillStep, ...]:
        """Return what each of a bot's fills changed, in the order in which they were booked."""

    async def order_fills(self, client_order_id: ClientOrderId) -> tuple[Fill, ...]:
        """Return the fills of one order, oldest first."""

    async def has_fill(self, account_id: AccountId, trade_id: str) -> bool: ...

    async def fill_count(self, account_id: AccountId) -> int:
        """Return the number of an account's booked fills."""

    async def trades(self, bot_id: BotId | None, page: Page) -> tuple[Trade, ...]:
        """Return trades, newest first, open ones included; None are those of all bots and of every pass."""

    async def trades_of_every_pass(self, bot_id: BotId, page: Page) -> tuple[Trade, ...]:
        """Return a bot's trades of this pass and those before, newest first."""

    async def signals(self, bot_id: BotId, page: Page) -> tuple[SignalRecord, ...]:
        """Return a bot's signals, newest first."""


class PeopleReader(Protocol):
    """Reads operators, identities, shares, accounts, destinations, audit, panic states; whole tables oldest first."""

    async def operators(self) -> tuple[Operator, ...]:
        """Return all operators, oldest first, removed ones too."""

    async def operator(self, operator_id: OperatorId) -> Operator | None: ...

    async def identity(self, platform: str, platform_id: str) -> Identity | None: ...

    async def identities(self) -> tuple[Identity, ...]: ...

    async def shares(self) -> tuple[Share, ...]: ...

    async def subscriptions(self) -> tuple[Subscription, ...]: ...

    async def access_codes(self) -> tuple[AccessCode, ...]:
        """Return the one-time codes that were not spent, expired ones too, oldest first."""

    async def accounts(self) -> tuple[Account, ...]: ...

    async def destinations(self) -> tuple[Destination, ...]: ...

    async def audit_entries(self, page: Page) -> tuple[AuditEntry, ...]:
        """Return audit entries, newest first."""

    async def has_audit_entry(self, trace_id: str) -> bool:
        """Return whether the audit has an entry of this request."""

    async def button_command(self, key: str) -> str | None:
        """Return the command line stored for a button."""

    async def panic_states(self) -> tuple[PanicState, ...]: ...

    async def key_value(self, key: str) -> str | None: ...


@dataclass(frozen=True, slots=True)
class NumberedEvent:
    """An event with its number in the outbox; numbers grow in commit order."""

    number: int
    event: Event


@dataclass(frozen=True, slots=True)
class DeliveredEvent:
    """An event with the id of the message that delivered it to a destination."""

    message_id: str
    event: NumberedEvent


class OutboxReader(Protocol):
    """Reads events and their deliveries."""

    async def events_after(self, number: int, limit: int) -> tuple[NumberedEvent, ...]:
        """Return events with a greater number, in order."""

    async def undelivered_events(self, destination: str, limit: int) -> tuple[NumberedEvent, ...]:
        """Return events addressed to a destination that were neither `sent` nor `dropped` there, in order."""

    async def last_delivered_event(self, destination: str, thread: str) -> DeliveredEvent | None:
        """Return the newest event of a thread that was sent to a destination as a message."""

    async def delivery(self, event_id: EventId, destination: str) -> Delivery | None: ...

    async def recent_events(self, bot_id: BotId | None, page: Page) -> tuple[NumberedEvent, ...]:
        """Return events for `/logs`, newest first."""


class Reader(BotReader, LedgerReader, PeopleReader, OutboxReader, Protocol):
    """Reads everything; sees every unit whose commit has returned."""


class Retention(Protocol):
    """Bounds the tables that grow with time."""

    async def delete_expired_rows(self, before: datetime) -> int:
        """Delete signals, delivered events, audit rows and button lines older than `before`.

        An event counts as delivered once no destination waits for it; return the number of rows deleted.
        """
