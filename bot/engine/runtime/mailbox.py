"""Mailboxes: each bot's messages are handled one at a time by a fixed pool of workers (ADR 0001).

There are no locks and no task per bot. A handled message yields a unit of work; the mailbox is parked until the writer
has stored it, and only then does the session change.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace

from bot.domain.errors import Conflict, Corruption, QuarterdeckError, StrategyError, Unavailable, UserError
from bot.domain.ids import BotId
from bot.domain.signal import SignalRow
from bot.engine.concurrency.in_flight import InFlight
from bot.engine.concurrency.time_slice import TimeSlice
from bot.engine.market_data.candle_hub import describe_error
from bot.engine.trading.change_set import Outcome
from bot.engine.trading.messages import CandleClosed, Message
from bot.engine.trading.session import Session
from bot.log import BOT_ID, log_id
from bot.ports.storage import Writer

logger = logging.getLogger(__name__)

PRIORITY_SECONDS = 1.0
"""Time for which a commanded bot comes first: its user also waits for what the command causes, such as cancels."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """A message with the future its sender awaits, if any."""

    message: Message
    done: "asyncio.Future[Session] | None"


@dataclass(slots=True)
class Mailbox:
    """A bot's queue with its session.

    `is_queued` while it waits in the normal queue for a worker; `pending_write` is set while it is parked behind the
    writer.
    """

    session: Session
    in_flight: InFlight
    envelopes: "deque[Envelope]" = field(default_factory=deque)
    is_queued: bool = False
    pending_write: "asyncio.Future[None] | None" = None
    is_closed: bool = False
    priority_until: float = 0.0

    def has_priority(self, now: float) -> bool:
        """Return whether a sender awaits one of its messages, or the effects of a recent command."""
        return now < self.priority_until or any(envelope.done is not None for envelope in self.envelopes)


MessageHandler = Callable[[Session, Message], Outcome]
OnCommitted = Callable[[Session, Outcome], None]
OnMessageFailed = Callable[[BotId, Message, Exception], None]
OnDiscarded = Callable[[BotId], None]
"""Called when a message changed nothing and will not be retried."""


class Mailboxes:
    """All mailboxes with the workers that empty them.

    A mailbox with an awaited message is served before thousands of candles; its messages keep their order.
    """

    def __init__(
        self,
        writer: Writer,
        handler: MessageHandler,
        on_committed: OnCommitted,
        on_message_failed: OnMessageFailed,
        on_discarded: OnDiscarded = lambda _: None,
    ) -> None:
        self._writer = writer
        self._handler = handler
        self._on_committed = on_committed
        self._on_message_failed = on_message_failed
        self._on_discarded = on_discarded
        self._boxes: dict[BotId, Mailbox] = {}
        self._priority_queue: deque[Mailbox] = deque()
        self._normal_queue: deque[Mailbox] = deque()
        self._wake = asyncio.Event()
        self._now = asyncio.get_running_loop().time
        self._candles = 0
        self.handled_count = 0

    def __len__(self) -> int:
        return len(self._boxes)

    @property
    def is_deciding(self) -> bool:
        """Return whether a candle can be decided on now; a bot whose unit is being stored cannot decide."""
        return self._candles > 0 and bool(self._priority_queue or self._normal_queue)

    @property
    def backlog(self) -> int:
        """Return the number of messages that wait, in all mailboxes."""
        return sum(len(box.envelopes) for box in self._boxes.values())

    def open_mailbox(self, session: Session, in_flight: InFlight) -> None:
        """Open a bot's mailbox, unless it is open."""
        self._boxes.setdefault(session.bot.bot_id, Mailbox(session, in_flight))

    def close_mailbox(self, bot_id: BotId) -> None:
        """Remove a mailbox; its messages are dropped, and awaiting senders get Unavailable."""
        box = self._boxes.pop(bot_id, None)
        if box is None:
            return
        box.is_closed = True
        while box.envelopes:
            self._finish(box, self._pop_envelope(box), Unavailable("the bot was released"))

    def close_mailbox_if_empty(self, bot_id: BotId) -> bool:
        """Remove a mailbox without messages and pending write; return whether it was removed."""
        box = self._boxes.get(bot_id)
        if box is None or box.envelopes or box.pending_write is not None:
            return False
        self.close_mailbox(bot_id)
        return True

    def session(self, bot_id: BotId) -> Session | None:
        """Return a bot's session as last committed, None without a mailbox."""
        box = self._boxes.get(bot_id)
        return box.session if box else None

    def sessions(self) -> tuple[Session, ...]:
        return tuple(box.session for box in self._boxes.values())

    def post_message(self, bot_id: BotId, message: Message, done: "asyncio.Future[Session] | None" = None) -> bool:
        """Put a message into a bot's mailbox; return False if it has none.

        Candle messages that were not handled yet become one. Venue events and commands are never dropped.
        """
        box = self._boxes.get(bot_id)
        if box is None:
            return False
        if isinstance(message, CandleClosed) and box.envelopes and _coalesce_candle(box, message):
            return True
        box.in_flight.begin_work()
        box.envelopes.append(Envelope(message, done))
        self._candles += isinstance(message, CandleClosed)
        if done is not None:
            box.priority_until = self._now() + PRIORITY_SECONDS
            if box.pending_write is not None:
                # The sender awaits this message, and so the unit that is being stored before it too.
                self._writer.promote_unit(box.pending_write)
        self._queue(box)
        return True

    async def post_and_wait(self, bot_id: BotId, message: Message) -> Session:
        """Post a message; return the session once it is handled and stored, or raise what the handler raised."""
        done: asyncio.Future[Session] = asyncio.get_running_loop().create_future()
        if not self.post_message(bot_id, message, done):
            raise Unavailable(f"bot {bot_id} has no mailbox")
        return await done

    async def run_worker(self) -> None:
        """Handle messages for ever; several workers may run."""
        time_slice = TimeSlice()
        while True:
            while not self._priority_queue and not self._normal_queue:
                self._wake.clear()
                await self._wake.wait()
                time_slice.restart_slice()
            box = self._next_mailbox()
            with log_id(BOT_ID, box.session.bot.bot_id):
                self._handle(box)
            await time_slice.yield_if_expired()

    def _queue(self, box: Mailbox) -> None:
        # A closed mailbox holds no envelopes.
        if not box.envelopes:
            return
        if box.has_priority(self._now()):
            # It may be in both queues, or parked: the worker that takes it then finds nothing to do.
            self._priority_queue.append(box)
        elif box.is_queued:
            return
        else:
            box.is_queued = True
            self._normal_queue.append(box)
        self._wake.set()

    def _next_mailbox(self) -> Mailbox:
        if self._priority_queue:
            return self._priority_queue.popleft()
        box = self._normal_queue.popleft()
        box.is_queued = False
        return box

    def _handle(self, box: Mailbox) -> None:
        if box.is_closed or box.pending_write is not None or not box.envelopes:
            return
        envelope = self._pop_envelope(box)
        self.handled_count += 1
        try:
            outcome = self._handler(box.session, envelope.message)
        except UserError as error:
            self._finish(box, envelope, error)
            self._queue(box)
            self._on_discarded(box.session.bot.bot_id)
            return
        except Corruption as error:
            self._finish(box, envelope, error)
            raise
        except Exception as error:
            # A bug or a broken strategy in one bot must not stop the others.
            logger.exception("message not handled")
            self._finish(
                box, envelope, error if isinstance(error, QuarterdeckError) else StrategyError(describe_error(error))
            )
            self._queue(box)
            self._on_message_failed(box.session.bot.bot_id, envelope.message, error)
            return
        if not outcome.unit:
            self._commit(box, envelope, outcome)
            return
        # Parked until stored: neither the session nor the router may see what is not durable (ADR 0001).
        is_awaited = envelope.done is not None or box.has_priority(self._now())
        box.pending_write = (
            self._writer.enqueue_high_priority(outcome.unit)
            if is_awaited
            else self._writer.enqueue_low_priority(outcome.unit)
        )
        # The callback keeps the bot id that this worker's lines carry now.
        box.pending_write.add_done_callback(lambda stored: self._stored(box, envelope, outcome, stored))

    def _pop_envelope(self, box: Mailbox) -> Envelope:
        envelope = box.envelopes.popleft()
        self._candles -= isinstance(envelope.message, CandleClosed)
        return envelope

    def _stored(self, box: Mailbox, envelope: Envelope, outcome: Outcome, stored: "asyncio.Future[None]") -> None:
        box.pending_write = None
        error = None if stored.cancelled() else stored.exception()
        if error is None and not stored.cancelled():
            self._commit(box, envelope, outcome)
            return
        bot_id = box.session.bot.bot_id
        failure = error if isinstance(error, QuarterdeckError) else Unavailable("storage was closed")
        self._finish(box, envelope, failure)
        self._queue(box)
        if isinstance(error, Conflict):
            # The facts are stored already: the message was handled before a crash (ADR 0001).
            logger.info("repeated message discarded")
            self._on_discarded(bot_id)
            return
        logger.error("unit of work not stored", exc_info=error)
        # After Corruption the process stops: nothing is tried again.
        if not (box.is_closed or isinstance(error, Corruption)):
            # Venue events are never dropped: the message is retried.
            self._on_message_failed(bot_id, envelope.message, failure)

    def _commit(self, box: Mailbox, envelope: Envelope, outcome: Outcome) -> None:
        before = box.session
        box.session = outcome.session
        self._on_committed(before, outcome)
        self._finish(box, envelope, None)
        self._queue(box)

    def _finish(self, box: Mailbox, envelope: Envelope, error: Exception | None) -> None:
        box.in_flight.end_work()
        done = envelope.done
        if done is None or done.done():
            return
        if error is None:
            done.set_result(box.session)
        else:
            done.set_exception(error)


def _coalesce_candle(box: Mailbox, message: CandleClosed) -> bool:
    last = box.envelopes[-1]
    if not isinstance(last.message, CandleClosed):
        return False
    # A retried candle may be older than the one that waits.
    older, newer = sorted((last.message, message), key=lambda one: one.close_time)
    box.envelopes[-1] = Envelope(replace(newer, missed_exit=_exit_of(older) or newer.missed_exit), last.done)
    return True


def _exit_of(message: CandleClosed) -> SignalRow | None:
    if message.missed_exit is not None:
        return message.missed_exit
    return message.row if message.row is not None and message.row.exit else None
