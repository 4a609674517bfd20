"""A desk that runs through the recording with stops at given market times, over restarts of the process."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path

from adapters.data.recording import Recording
from adapters.venue.recorded.market import RecordedMarket
from bot.engine.concurrency.in_flight import InFlight
from tests.builders.chat_harness import ChatHarness, a_chat_harness
from tests.builders.engine import Seams


@dataclass
class Stops:
    """Holds the replay before the first step after a market time."""

    until: datetime | None = None
    market: RecordedMarket | None = None
    reached: asyncio.Event = field(default_factory=asyncio.Event)
    released: asyncio.Event = field(default_factory=asyncio.Event)

    def seams(self) -> Seams:
        """Stand where the replay waits for quiet."""
        return replace(Seams(), quiet=self._quiet)

    def _quiet(self, in_flight: InFlight) -> Callable[[], Awaitable[None]]:
        async def wait() -> None:
            await in_flight.wait_until_idle()
            if self._is_due():
                self.reached.set()
                await self.released.wait()
                await in_flight.wait_until_idle()

        return wait

    def _is_due(self) -> bool:
        if self.market is None or self.until is None:
            return False
        target = self.market.feed.timeline.next_position(self.market.feed.clock.position)
        return target is not None and target.milliseconds > self.until.timestamp() * 1000


@dataclass
class Desk:
    """A running desk with its replay held."""

    harness: ChatHarness
    stops: Stops
    is_playing: bool = False

    @property
    def now(self) -> datetime:
        return self.harness.engine.market.feed.clock.now()

    async def play_until(self, moment: datetime) -> None:
        """Play up to and with everything of a market time."""
        self._release(moment)
        await self.stops.reached.wait()
        await self.harness.engine.supervisor.wait_until_idle()

    async def play_to_end(self) -> None:
        self._release(None)
        await self.harness.engine.market.feed.wait_until_ended()
        await self.harness.engine.supervisor.wait_until_idle()

    def _release(self, moment: datetime | None) -> None:
        """Let the market go on; it would run through at once if nobody listened, so bots must run."""
        self.stops.until = moment
        self.stops.reached.clear()
        self.stops.released.set()
        self.stops.released = asyncio.Event()
        if not self.is_playing:
            self.is_playing = True
            self.harness.engine.play()


@asynccontextmanager
async def a_desk(folder: Path, recording: Recording | None = None) -> AsyncIterator[Desk]:
    """Open a desk on a folder, its market held where it stands."""
    stops = Stops()
    async with a_chat_harness(folder, recording, seams=stops.seams()) as harness:
        stops.market = harness.engine.market
        yield Desk(harness, stops)
