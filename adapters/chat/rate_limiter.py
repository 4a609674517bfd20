"""Rate limiter: messages to a chat in order, at the platform's pace, replies before notifications."""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from itertools import count

from bot.ports.clock import Clock

MAX_QUEUES = 1000
"""Idle chats that are remembered."""
LONG_AGO = datetime.min.replace(tzinfo=UTC)


class SendPriority(IntEnum):
    """Priority of a message."""

    ANSWER = 0
    NOTIFICATION = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class RateLimit:
    """At most `messages` within `window`; notifications leave the last `reserved` of them to replies."""

    messages: int
    window: timedelta
    reserved: int = 0

    def capacity(self, priority: SendPriority) -> int:
        """Return the number of messages of a priority within the window."""
        return self.messages - (self.reserved if priority is SendPriority.NOTIFICATION else 0)


@dataclass(slots=True, order=True)
class QueueTicket:
    """A place in a chat's queue."""

    priority: SendPriority
    number: int
    wake_event: asyncio.Event = field(default_factory=asyncio.Event, compare=False)


class ChatQueue:
    """The queue of one chat, with the times of its last messages."""

    def __init__(self, rate_limit: RateLimit) -> None:
        self._rate_limit = rate_limit
        self._sent: deque[datetime] = deque(maxlen=rate_limit.messages)
        self._waiting: list[QueueTicket] = []
        self._paused_until = LONG_AGO

    def is_idle(self, now: datetime) -> bool:
        """Return whether nothing waits, and a message now would not have to."""
        return (
            not self._waiting
            and not (self._sent and self._sent[-1] > now - self._rate_limit.window)
            and not self._remaining_pause(now)
        )

    def enqueue_ticket(self, ticket: QueueTicket) -> None:
        self._waiting.append(ticket)
        self._waiting.sort()

    def remove_ticket(self, ticket: QueueTicket) -> None:
        """Remove a ticket and wake the next one."""
        self._waiting.remove(ticket)
        if self._waiting:
            self._waiting[0].wake_event.set()

    def is_next(self, ticket: QueueTicket) -> bool:
        """Return whether no ticket goes before this one."""
        return self._waiting[0] is ticket

    def wait_time(self, now: datetime, priority: SendPriority) -> timedelta:
        """Return the time until the next message may be sent."""
        room = self._rate_limit.capacity(priority)
        window = self._sent[-room] + self._rate_limit.window - now if len(self._sent) >= room else timedelta()
        return max(window, self._remaining_pause(now), timedelta())

    def record_send(self, now: datetime) -> None:
        self._sent.append(now)

    def pause_until(self, until: datetime) -> None:
        """Send nothing before a time."""
        self._paused_until = max(self._paused_until, until)

    def _remaining_pause(self, now: datetime) -> timedelta:
        return max(self._paused_until - now, timedelta())


class RateLimiter:
    """Limits the messages of each chat; chats do not wait for each other."""

    def __init__(self, clock: Clock, limit_for: Callable[[str], RateLimit]) -> None:
        self._clock = clock
        self._limit_for = limit_for
        self._queues: dict[str, ChatQueue] = {}
        self._numbers = count()

    async def acquire_slot(self, chat: str, priority: SendPriority) -> None:
        """Wait until a message may be sent to a chat."""
        queue = self._queue_for(chat)
        ticket = QueueTicket(priority, next(self._numbers))
        queue.enqueue_ticket(ticket)
        try:
            while not (queue.is_next(ticket) and not queue.wait_time(self._clock.now(), priority)):
                if queue.is_next(ticket):
                    await self._clock.sleep(queue.wait_time(self._clock.now(), priority))
                else:
                    await ticket.wake_event.wait()
                    ticket.wake_event.clear()
            queue.record_send(self._clock.now())
        finally:
            queue.remove_ticket(ticket)

    def pause_chat(self, chat: str, duration: timedelta) -> None:
        """Send nothing to a chat for a while, as its platform asks."""
        self._queue_for(chat).pause_until(self._clock.now() + duration)

    def wait_time(self, chat: str, priority: SendPriority) -> timedelta:
        """Return how long a message to a chat would have to wait for earlier ones."""
        return self._queue_for(chat).wait_time(self._clock.now(), priority)

    def _queue_for(self, chat: str) -> ChatQueue:
        if chat not in self._queues and len(self._queues) >= MAX_QUEUES:
            now = self._clock.now()
            self._queues = {name: queue for name, queue in self._queues.items() if not queue.is_idle(now)}
        if chat not in self._queues:
            self._queues[chat] = ChatQueue(self._limit_for(chat))
        return self._queues[chat]
