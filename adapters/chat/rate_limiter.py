"""How fast messages go to a chat: in order, as many as its platform takes, answers before news."""

import asyncio
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from itertools import count

from bot.ports.clock import Clock

MAX_LANES = 1000
"""Chats that are remembered though nothing waits for them."""
LONG_AGO = datetime.min.replace(tzinfo=UTC)


class Urgency(IntEnum):
    """What goes first."""

    ANSWER = 0
    NEWS = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Rate:
    """At most `messages` within `window`; news leave the last `kept` of them to answers."""

    messages: int
    window: timedelta
    kept: int = 0

    def room(self, urgency: Urgency) -> int:
        """Return how many may go within the window."""
        return self.messages - (self.kept if urgency is Urgency.NEWS else 0)


@dataclass(slots=True, order=True)
class Ticket:
    """A place in the queue of a chat."""

    urgency: Urgency
    number: int
    woken: asyncio.Event = field(default_factory=asyncio.Event, compare=False)


class Lane:
    """The queue of one chat, and when the last messages went."""

    def __init__(self, rate: Rate) -> None:
        self._rate = rate
        self._sent: deque[datetime] = deque(maxlen=rate.messages)
        self._waiting: list[Ticket] = []
        self._paused_until = LONG_AGO

    def is_idle(self, now: datetime) -> bool:
        """Tell whether nobody waits, and nobody who came now would have to."""
        return (
            not self._waiting and not (self._sent and self._sent[-1] > now - self._rate.window) and not self._pause(now)
        )

    def enter(self, ticket: Ticket) -> None:
        """Join the queue."""
        self._waiting.append(ticket)
        self._waiting.sort()

    def leave(self, ticket: Ticket) -> None:
        """Leave the queue, and let the next one look."""
        self._waiting.remove(ticket)
        if self._waiting:
            self._waiting[0].woken.set()

    def is_next(self, ticket: Ticket) -> bool:
        """Tell whether nobody goes before."""
        return self._waiting[0] is ticket

    def wait(self, now: datetime, urgency: Urgency) -> timedelta:
        """Return how long until the next message may go."""
        room = self._rate.room(urgency)
        window = self._sent[-room] + self._rate.window - now if len(self._sent) >= room else timedelta()
        return max(window, self._pause(now), timedelta())

    def go(self, now: datetime) -> None:
        """Note that a message goes."""
        self._sent.append(now)

    def pause(self, until: datetime) -> None:
        """Let nothing go before a time."""
        self._paused_until = max(self._paused_until, until)

    def _pause(self, now: datetime) -> timedelta:
        return max(self._paused_until - now, timedelta())


class Pace:
    """Lets messages go one by one; what waits in one chat holds up no other."""

    def __init__(self, clock: Clock, rate_of: Callable[[str], Rate]) -> None:
        self._clock = clock
        self._rate_of = rate_of
        self._lanes: dict[str, Lane] = {}
        self._numbers = count()

    async def turn(self, chat: str, urgency: Urgency) -> None:
        """Return when a message may go to a chat."""
        lane = self._lane(chat)
        ticket = Ticket(urgency, next(self._numbers))
        lane.enter(ticket)
        try:
            while not (lane.is_next(ticket) and not lane.wait(self._clock.now(), urgency)):
                if lane.is_next(ticket):
                    await self._clock.sleep(lane.wait(self._clock.now(), urgency))
                else:
                    await ticket.woken.wait()
                    ticket.woken.clear()
            lane.go(self._clock.now())
        finally:
            lane.leave(ticket)

    def pause(self, chat: str, duration: timedelta) -> None:
        """Let nothing go to a chat for a while, since its platform asks for that."""
        self._lane(chat).pause(self._clock.now() + duration)

    def wait(self, chat: str, urgency: Urgency) -> timedelta:
        """Return how long a message to a chat would have to wait for others that went before."""
        return self._lane(chat).wait(self._clock.now(), urgency)

    def _lane(self, chat: str) -> Lane:
        if chat not in self._lanes and len(self._lanes) >= MAX_LANES:
            now = self._clock.now()
            self._lanes = {name: lane for name, lane in self._lanes.items() if not lane.is_idle(now)}
        if chat not in self._lanes:
            self._lanes[chat] = Lane(self._rate_of(chat))
        return self._lanes[chat]
