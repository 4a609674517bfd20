"""How fast messages go to a channel: in order, as many as Discord takes, answers before news."""

import asyncio
from collections import deque
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum
from itertools import count

from bot.ports.clock import Clock

MESSAGES = 5
WINDOW = timedelta(seconds=5)
MOST_LANES = 1000
"""Channels that are remembered though nothing waits for them."""


class Urgency(IntEnum):
    """What goes first."""

    ANSWER = 0
    NEWS = 1


@dataclass(slots=True, order=True)
class Ticket:
    """A place in the queue of a channel."""

    urgency: Urgency
    number: int
    woken: asyncio.Event = field(default_factory=asyncio.Event, compare=False)


class Lane:
    """The queue of one channel, and when the last messages went."""

    def __init__(self) -> None:
        self.sent: deque[datetime] = deque(maxlen=MESSAGES)
        self._waiting: list[Ticket] = []

    @property
    def is_empty(self) -> bool:
        """Tell whether nobody waits."""
        return not self._waiting

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

    def wait(self, now: datetime) -> timedelta:
        """Return how long until the next message may go."""
        is_full = len(self.sent) == MESSAGES
        return max(self.sent[0] + WINDOW - now, timedelta()) if is_full else timedelta()


class Pace:
    """Lets messages go one by one; what waits in one channel holds up no other."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._lanes: dict[str, Lane] = {}
        self._numbers = count()

    async def turn(self, channel: str, urgency: Urgency) -> None:
        """Return when a message may go to a channel."""
        lane = self._lane(channel)
        ticket = Ticket(urgency, next(self._numbers))
        lane.enter(ticket)
        try:
            while not (lane.is_next(ticket) and not lane.wait(self._clock.now())):
                if lane.is_next(ticket):
                    await self._clock.sleep(lane.wait(self._clock.now()))
                else:
                    await ticket.woken.wait()
                    ticket.woken.clear()
            lane.sent.append(self._clock.now())
        finally:
            lane.leave(ticket)

    def _lane(self, channel: str) -> Lane:
        if channel not in self._lanes and len(self._lanes) >= MOST_LANES:
            start = self._clock.now() - WINDOW
            self._lanes = {
                name: lane
                for name, lane in self._lanes.items()
                if not lane.is_empty or (lane.sent and lane.sent[-1] > start)
            }
        return self._lanes.setdefault(channel, Lane())
