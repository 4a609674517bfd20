"""Rate limiter: messages to a chat in order, at the platform's pace, replies before notifications."""

import asyncio
from bisect import insort
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from itertools import count
from typing import NamedTuple

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


class QueueTicket(NamedTuple):
    """A place in a chat's queue; tickets sort in the order of sending, since no two have the same number."""

    priority: SendPriority
    number: int
    wake_event: asyncio.Event


class ChatQueue:
    """The queue of one chat, with the times of its last messages."""

    def __init__(self, clock: Clock, rate_limit: RateLimit) -> None:
        self._clock = clock
        self._rate_limit = rate_limit
        self._sent: deque[datetime] = deque(maxlen=rate_limit.messages)
        self._waiting: list[QueueTicket] = []
        self._numbers = count()
        self.paused_until = LONG_AGO

    @property
    def is_idle(self) -> bool:
        """Return whether nothing waits, and a message now would not have to."""
        now = self._clock.now()
        is_quiet = not self._sent or self._sent[-1] <= now - self._rate_limit.window
        return is_quiet and not self._waiting and self.paused_until <= now

    def wait_time(self, priority: SendPriority) -> timedelta:
        """Return the time until the next message of a priority may be sent."""
        now, room = self._clock.now(), self._rate_limit.capacity(priority)
        window = self._sent[-room] + self._rate_limit.window - now if len(self._sent) >= room else timedelta()
        return max(window, self.paused_until - now, timedelta())

    async def acquire_slot(self, priority: SendPriority) -> None:
        """Wait until a message may be sent, and no other one goes before it."""
        ticket = QueueTicket(priority, next(self._numbers), asyncio.Event())
        insort(self._waiting, ticket)
        try:
            while self._waiting[0] is not ticket or self.wait_time(priority):
                if self._waiting[0] is ticket:
                    await self._clock.sleep(self.wait_time(priority))
                else:
                    await ticket.wake_event.wait()
                    ticket.wake_event.clear()
            self._sent.append(self._clock.now())
        finally:
            self._waiting.remove(ticket)
            if self._waiting:
                self._waiting[0].wake_event.set()


class RateLimiter:
    """Limits the messages of each chat; chats do not wait for each other."""

    def __init__(self, clock: Clock, limit_for: Callable[[str], RateLimit]) -> None:
        self._clock = clock
        self._limit_for = limit_for
        self._queues: dict[str, ChatQueue] = {}

    async def acquire_slot(self, chat: str, priority: SendPriority) -> None:
        """Wait until a message may be sent to a chat."""
        await self._queue_for(chat).acquire_slot(priority)

    def pause_chat(self, chat: str, duration: timedelta) -> None:
        """Send nothing to a chat for a while, as its platform asks."""
        queue = self._queue_for(chat)
        queue.paused_until = max(queue.paused_until, self._clock.now() + duration)

    def wait_time(self, chat: str, priority: SendPriority) -> timedelta:
        """Return how long a message to a chat would have to wait for earlier ones."""
        return self._queue_for(chat).wait_time(priority)

    def _queue_for(self, chat: str) -> ChatQueue:
        if chat not in self._queues and len(self._queues) >= MAX_QUEUES:
            self._queues = {name: queue for name, queue in self._queues.items() if not queue.is_idle}
        if chat not in self._queues:
            self._queues[chat] = ChatQueue(self._clock, self._limit_for(chat))
        return self._queues[chat]
