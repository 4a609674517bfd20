"""Tell people of stored events: in order per destination, each exactly once, or marked as sent again after a crash."""

import asyncio
import logging
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol

from bot.domain.errors import DeliveryError
from bot.domain.events import Level
from bot.domain.facts import Delivery, DeliverySaved, DeliveryStatus, Destination, UnitOfWork
from bot.ports.clock import Clock
from bot.ports.storage import NumberedEvent, OutboxReader, PeopleReader, Writer

logger = logging.getLogger(__name__)

BURST = 10
"""More events than this waiting for one destination are told as one digest."""
BATCH = 200
FIRST_PAUSE = timedelta(seconds=1)
LONGEST_PAUSE = timedelta(minutes=2)


class Notifier(Protocol):
    """Turns events into one message at a destination."""

    async def deliver(self, destination: Destination, events: tuple[NumberedEvent, ...], *, is_repeat: bool) -> str:
        """Send one message for one or many events; return its id there; raise DeliveryError."""
        ...


class RelayReader(OutboxReader, PeopleReader, Protocol):
    """What the relay reads."""


@dataclass(slots=True)
class _Line:
    wake: asyncio.Event
    idle: asyncio.Event


class Relay:
    """One line per destination, so that a blocked one holds up nobody else."""

    def __init__(self, reader: RelayReader, writer: Writer, clock: Clock, notifier: Notifier) -> None:
        self._reader = reader
        self._writer = writer
        self._clock = clock
        self._notifier = notifier
        self._lines: dict[str, _Line] = {}
        self._changed = asyncio.Event()
        self.delivered = 0

    def wake(self) -> None:
        """Look for new events and destinations now; called after commits that raise events."""
        self._changed.set()
        for line in self._lines.values():
            line.idle.clear()
            line.wake.set()

    async def run(self) -> None:
        """Deliver for ever."""
        async with asyncio.TaskGroup() as tasks:
            while True:
                self._changed.clear()
                for destination in await self._reader.destinations():
                    if destination.key not in self._lines:
                        line = _Line(asyncio.Event(), asyncio.Event())
                        self._lines[destination.key] = line
                        tasks.create_task(self._serve(destination, line), name=f"relay {destination.key}")
                await self._changed.wait()

    async def drain(self) -> None:
        """Return when every destination has been told everything that was stored before this call."""
        for line in tuple(self._lines.values()):
            await line.idle.wait()

    async def _serve(self, destination: Destination, line: _Line) -> None:
        pending = await self._reader.undelivered(destination.key, BATCH)
        uncertain = [numbered for numbered in pending if await self._may_have_arrived(destination, numbered)]
        if uncertain:
            await self._tell(destination, tuple(uncertain), is_repeat=True)
        while True:
            line.wake.clear()
            pending = await self._reader.undelivered(destination.key, BATCH)
            if not pending:
                line.idle.set()
                await line.wake.wait()
                continue
            told = tuple(numbered for numbered in pending if numbered.event.level is not Level.OFF)
            silent = tuple(numbered for numbered in pending if numbered.event.level is Level.OFF)
            await self._note(destination, silent, DeliveryStatus.DROPPED)
            if told:
                await self._tell(destination, told if len(told) > BURST else told[:1], is_repeat=False)

    async def _may_have_arrived(self, destination: Destination, numbered: NumberedEvent) -> bool:
        delivery = await self._reader.delivery(numbered.event.event_id, destination.key)
        return delivery is not None and delivery.status is DeliveryStatus.SENDING

    async def _tell(self, destination: Destination, events: tuple[NumberedEvent, ...], *, is_repeat: bool) -> None:
        pause = FIRST_PAUSE
        await self._note(destination, events, DeliveryStatus.SENDING)
        while True:
            try:
                message_id = await self._notifier.deliver(destination, events, is_repeat=is_repeat)
            except DeliveryError as error:
                if error.is_permanent:
                    logger.warning("message dropped", extra={"destination": destination.key, "error": str(error)})
                    await self._note(destination, events, DeliveryStatus.DROPPED)
                    return
                await self._clock.sleep(error.retry_after or pause)
                pause = min(pause * 2, LONGEST_PAUSE)
            else:
                self.delivered += len(events)
                await self._note(destination, events, DeliveryStatus.SENT, message_id)
                return

    async def _note(
        self,
        destination: Destination,
        events: tuple[NumberedEvent, ...],
        status: DeliveryStatus,
        message_id: str = "",
    ) -> None:
        if not events:
            return
        now = self._clock.now()
        unit: UnitOfWork = tuple(
            DeliverySaved(
                Delivery(
                    event_id=numbered.event.event_id,
                    destination=destination.key,
                    status=status,
                    attempts=1,
                    updated_at=now,
                    message_id=message_id,
                )
            )
            for numbered in events
        )
        await self._writer.commit(unit)
