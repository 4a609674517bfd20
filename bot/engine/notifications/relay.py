"""Tell people of stored events: addressed once, in order per destination, each exactly once or marked as sent again."""

import asyncio
import logging

from bot.domain.errors import Unavailable
from bot.domain.facts import EventAddressed, Fact, NoteSaved
from bot.engine.notifications.addressing import Audience, addressees
from bot.engine.notifications.destination_queue import STORAGE_PAUSE, Line, Office
from bot.engine.notifications.interfaces import RelayParts

logger = logging.getLogger(__name__)

ADDRESSED_NOTE = "addressed"
BATCH = 100


class Relay:
    """Addresses new events and keeps one line per destination, so that a blocked one holds up nobody else."""

    def __init__(self, parts: RelayParts) -> None:
        self._parts = parts
        self._office = Office(parts, self.wake)
        self._lines: dict[str, Line] = {}
        self._changed = asyncio.Event()

    @property
    def delivered(self) -> int:
        """Return how many events were told since the start."""
        return sum(line.delivered for line in self._lines.values())

    def wake(self) -> None:
        """Look for new events, people and chats now; called after commits that raise events or change people."""
        self._changed.set()

    async def run(self) -> None:
        """Deliver for ever."""
        async with asyncio.TaskGroup() as tasks:
            while True:
                self._changed.clear()
                try:
                    await self._addressed(tasks)
                except Unavailable as error:
                    logger.warning("events not addressed", extra={"error": str(error)})
                    await self._parts.clock.sleep(STORAGE_PAUSE)
                else:
                    await self._changed.wait()

    async def drain(self) -> None:
        """Return when every destination has been told everything that was stored before this call, without waiting
        for bursts to gather.
        """
        audience = await self._look()
        while await self._address(audience):
            pass
        for line in tuple(self._lines.values()):
            line.hurry()
        for line in tuple(self._lines.values()):
            await line.idle()

    async def _addressed(self, tasks: asyncio.TaskGroup) -> None:
        audience = await self._look()
        while await self._address(audience):
            pass
        self._open_lines(audience, tasks)
        for line in tuple(self._lines.values()):
            line.wake()

    async def _look(self) -> Audience:
        reader = self._parts.reader
        self._office.audience = Audience(
            operators=await reader.operators(),
            destinations=await reader.destinations(),
            shares=await reader.shares(),
            subscriptions=await reader.subscriptions(),
            open_platforms=self._parts.notifier.open_platforms,
        )
        return self._office.audience

    async def _address(self, audience: Audience) -> bool:
        """Decide once who hears of the next events; tell whether there were any."""
        after = int(await self._parts.reader.note(ADDRESSED_NOTE) or 0)
        events = await self._parts.reader.events_after(after, BATCH)
        if not events:
            return False
        facts: list[Fact] = []
        for numbered in events:
            keys = addressees(numbered.event, audience)
            if keys:
                facts.append(EventAddressed(numbered.number, keys))
        facts.append(NoteSaved(ADDRESSED_NOTE, str(events[-1].number)))
        await self._parts.writer.commit(tuple(facts))
        return True

    def _open_lines(self, audience: Audience, tasks: asyncio.TaskGroup) -> None:
        for chat in audience.destinations:
            if chat.key not in self._lines:
                line = self._lines[chat.key] = Line(chat.key, self._office)
                tasks.create_task(self._serve(line), name=f"relay {chat.key}")

    async def _serve(self, line: Line) -> None:
        await line.run()
        self._lines.pop(line.key, None)
