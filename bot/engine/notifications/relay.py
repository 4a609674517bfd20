"""Relay of stored events: addressed once, delivered in order per destination, once or marked as sent again."""

import asyncio
import logging
from collections.abc import Sequence

from bot.domain.access import Share
from bot.domain.destination import Subscription
from bot.domain.errors import Unavailable
from bot.domain.facts import (
    Deleted,
    DestinationRemoved,
    DestinationSaved,
    EventAddressed,
    EventRaised,
    Fact,
    KeyValue,
    Saved,
    UnitOfWork,
)
from bot.domain.people import Operator
from bot.engine.notifications.addressing import RecipientDirectory, recipient_keys
from bot.engine.notifications.destination_queue import STORAGE_PAUSE, DestinationQueue
from bot.engine.notifications.interfaces import RelayContext

logger = logging.getLogger(__name__)

RELAY_RECORDS = (Operator, Subscription, Share)
"""Records that change the recipients of events."""
ADDRESSED_KEY = "addressed"
BATCH = 100


class Relay:
    """Addresses new events and runs one queue per destination, so that a blocked one holds up no other."""

    def __init__(self, context: RelayContext) -> None:
        self._context = context
        self._queues: dict[str, DestinationQueue] = {}

    def on_stored(self, units: Sequence[UnitOfWork]) -> None:
        if any(_concerns_relay(fact) for unit in units for fact in unit):
            self.schedule_delivery()

    def schedule_delivery(self) -> None:
        """Look for new events, operators and chats now; called after commits that raise events or change people."""
        self._context.changed.set()

    async def run(self) -> None:
        async with asyncio.TaskGroup() as tasks:
            while True:
                self._context.changed.clear()
                try:
                    await self._address_new_events()
                    self._open_queues(tasks)
                except Unavailable as error:
                    logger.warning("events not addressed", extra={"error": str(error)})
                    await self._context.clock.sleep(STORAGE_PAUSE)
                else:
                    await self._context.changed.wait()

    async def drain_queues(self) -> None:
        """Deliver everything stored before this call, without waiting for bursts to gather."""
        await self._address_new_events()
        for queue in tuple(self._queues.values()):
            queue.disable_digest_wait()
        for queue in tuple(self._queues.values()):
            await queue.wait_until_idle()

    async def _address_new_events(self) -> None:
        reader = self._context.reader
        self._context.directory = RecipientDirectory(
            operators=await reader.operators(),
            destinations=await reader.destinations(),
            shares=await reader.shares(),
            subscriptions=await reader.subscriptions(),
            open_platforms=self._context.notifier.open_platforms,
        )
        directory = self._context.directory
        while await self._address_batch(directory):
            pass

    async def _address_batch(self, directory: RecipientDirectory) -> bool:
        """Address the next events; return whether there were any."""
        after = int(await self._context.reader.key_value(ADDRESSED_KEY) or 0)
        events = await self._context.reader.events_after(after, BATCH)
        if not events:
            return False
        addressed = ((numbered.number, recipient_keys(numbered.event, directory)) for numbered in events)
        facts = [EventAddressed(number, keys) for number, keys in addressed if keys]
        # In one unit of work with the addresses: an event is addressed once, also after a crash (ADR 0006).
        await self._context.writer.commit((*facts, Saved(KeyValue(ADDRESSED_KEY, str(events[-1].number)))))
        return True

    def _open_queues(self, tasks: asyncio.TaskGroup) -> None:
        for chat in self._context.directory.destinations:
            if chat.key not in self._queues:
                queue = self._queues[chat.key] = DestinationQueue(chat.key, self._context)
                tasks.create_task(self._run_queue(queue), name=f"relay {chat.key}")
        for queue in tuple(self._queues.values()):
            queue.schedule_delivery()

    async def _run_queue(self, queue: DestinationQueue) -> None:
        await queue.run()
        self._queues.pop(queue.key, None)


def _concerns_relay(fact: Fact) -> bool:
    match fact:
        case EventRaised() | DestinationSaved() | DestinationRemoved():
            return True
        case Saved(record):
            return isinstance(record, RELAY_RECORDS)
        case Deleted(kind):
            return kind in RELAY_RECORDS
        case _:
            return False
