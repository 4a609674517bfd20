"""A relay over storage in memory."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta

import pytest

from bot.domain.events import NotificationLevel
from bot.domain.facts import DeliveryStatus, DestinationSaved, EventRaised, Saved
from bot.domain.ids import EventId
from bot.domain.people import Role
from bot.engine.notifications.interfaces import RelayContext
from bot.engine.notifications.level import LastChats
from bot.engine.notifications.relay import Relay
from tests.builders import facts as a
from tests.fakes.clock import FakeClock
from tests.fakes.memory_storage.storage import MemoryStorage
from tests.fakes.notifier import FakeNotifier

TELEGRAM = "telegram:1"


@dataclass
class RelayHarness:
    """A relay over storage in memory, and what comes out of it."""

    storage: MemoryStorage
    clock: FakeClock
    notifier: FakeNotifier
    relay: Relay
    raised: int = 0

    async def raise_events(
        self, count: int, level: NotificationLevel = NotificationLevel.LOUD, bot: str | None = None
    ) -> None:
        names = [f"e{self.raised + number}" for number in range(1, count + 1)]
        self.raised += count
        await self.storage.commit(tuple(EventRaised(replace(a.an_event(name, bot=bot), level=level)) for name in names))
        self.relay.schedule_delivery()

    async def settled(self) -> None:
        for _ in range(200):
            await asyncio.sleep(0)

    async def passed(self, duration: timedelta) -> None:
        self.clock.advance(duration)
        await self.settled()

    def flat(self, key: str) -> list[str]:
        return [name for events in self.notifier.at(key) for name in events]

    async def status(self, event: str, key: str = TELEGRAM) -> DeliveryStatus | None:
        delivery = await self.storage.delivery(EventId(event), key)
        return delivery.status if delivery else None


@asynccontextmanager
async def a_relay_harness() -> AsyncIterator[RelayHarness]:
    """Run a relay that tells mia at Telegram."""
    clock, notifier = FakeClock(a.WALL), FakeNotifier()
    storage = MemoryStorage(clock)
    await storage.commit((Saved(a.an_operator("mia", Role.OWNER)), DestinationSaved(a.a_destination(TELEGRAM))))
    relay = Relay(RelayContext(reader=storage, writer=storage, clock=clock, notifier=notifier, last_chats=LastChats()))
    running = asyncio.create_task(relay.run())
    yield RelayHarness(storage, clock, notifier, relay)
    running.cancel()
    with pytest.raises(asyncio.CancelledError):
        await running
