"""Tell people of stored events: addressed once, in order per destination, each exactly once or marked as sent again."""

import asyncio
import logging

from bot.domain.errors import Unavailable
from bot.domain.facts import EventAddressed, Fact, KeyValueSaved
from bot.engine.notifications.addressing import RecipientDirectory, recipient_keys
from bot.engine.notifications.destination_queue import STORAGE_PAUSE, DestinationQueue, RelayContext
from bot.engine.notifications.interfaces import RelayDependencies

logger = logging.getLogger(__name__)

ADDRESSED_KEY = "addressed"
BATCH = 100


class Relay:
    """Addresses new events and keeps one line per destination, so that a blocked one holds up nobody else."""

    def __init__(self, dependencies: RelayDependencies) -> None:
        self._dependencies = dependencies
        self._context = RelayContext(dependencies, self.schedule_delivery)
        self._queues: dict[str, DestinationQueue] = {}
        self._changed = asyncio.Event()

    @property
    def delivered_count(self) -> int:
        """Return how many events were told since the start."""
        return sum(line.delivered_count for line in self._queues.values())

    def schedule_delivery(self) -> None:
        """Look for new events, people and chats now; called after commits that raise events or change people."""
        self._changed.set()

    async def run(self) -> None:
        """Deliver for ever."""
        async with asyncio.TaskGroup() as tasks:
            while True:
                self._changed.clear()
                try:
                    await self._address_new_events(tasks)
                except Unavailable as error:
                    logger.warning("events not addressed", extra={"error": str(error)})
                    await self._dependencies.clock.sleep(STORAGE_PAUSE)
                else:
                    await self._changed.wait()

    async def drain_queues(self) -> None:
        """Return when every destination has been told everything that was stored before this call, without waiting
        for bursts to gather.
        """
        audience = await self._load_directory()
        while await self._address_batch(audience):
            pass
        for line in tuple(self._queues.values()):
            line.disable_digest_wait()
        for line in tuple(self._queues.values()):
            await line.wait_until_idle()

    async def _address_new_events(self, tasks: asyncio.TaskGroup) -> None:
        audience = await self._load_directory()
        while await self._address_batch(audience):
            pass
        self._open_queues(audience, tasks)
        for line in tuple(self._queues.values()):
            line.schedule_delivery()

    async def _load_directory(self) -> RecipientDirectory:
        reader = self._dependencies.reader
        self._context.directory = RecipientDirectory(
            operators=await reader.operators(),
            destinations=await reader.destinations(),
            shares=await reader.shares(),
            subscriptions=await reader.subscriptions(),
            open_platforms=self._dependencies.notifier.open_platforms,
        )
        return self._context.directory

    async def _address_batch(self, directory: RecipientDirectory) -> bool:
        """Decide once who hears of the next events; tell whether there were any."""
        after = int(await self._dependencies.reader.key_value(ADDRESSED_KEY) or 0)
        events = await self._dependencies.reader.events_after(after, BATCH)
        if not events:
            return False
        facts: list[Fact] = []
        for numbered in events:
            keys = recipient_keys(numbered.event, directory)
            if keys:
                facts.append(EventAddressed(numbered.number, keys))
        facts.append(KeyValueSaved(ADDRESSED_KEY, str(events[-1].number)))
        await self._dependencies.writer.commit(tuple(facts))
        return True

    def _open_queues(self, directory: RecipientDirectory, tasks: asyncio.TaskGroup) -> None:
        for chat in directory.destinations:
            if chat.key not in self._queues:
                line = self._queues[chat.key] = DestinationQueue(chat.key, self._context)
                tasks.create_task(self._run_queue(line), name=f"relay {chat.key}")

    async def _run_queue(self, queue: DestinationQueue) -> None:
        await queue.run()
        self._queues.pop(queue.key, None)
