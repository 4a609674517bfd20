"""Clocks that move when a test says so."""

import asyncio
import heapq
from datetime import UTC, datetime, timedelta

LAUNCH = datetime(2026, 1, 5, 12, 0, tzinfo=UTC)


class FakeClock:
    """A `Clock` that stands still; `advance` moves it and wakes the sleepers that are due, in order."""

    def __init__(self, now: datetime = LAUNCH) -> None:
        self._now = now
        self._sleepers: list[tuple[datetime, int, asyncio.Future[None]]] = []
        self._count = 0

    def now(self) -> datetime:
        return self._now

    async def sleep(self, duration: timedelta) -> None:
        if duration <= timedelta(0):
            await asyncio.sleep(0)
            return
        woken: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._count += 1
        heapq.heappush(self._sleepers, (self._now + duration, self._count, woken))
        await woken

    @property
    def sleepers(self) -> int:
        return sum(not woken.done() for _, _, woken in self._sleepers)

    def advance(self, duration: timedelta) -> None:
        """Move the time and let everybody whose sleep is over continue on the next loop turns."""
        self._now += duration
        while self._sleepers and self._sleepers[0][0] <= self._now:
            _, _, woken = heapq.heappop(self._sleepers)
            if not woken.done():
                woken.set_result(None)


class HastyClock(FakeClock):
    """A clock on which every sleep is over at once; the time moves by as much."""

    async def sleep(self, duration: timedelta) -> None:
        self._now += duration
        await asyncio.sleep(0)


class ManualMarketClock:
    """A `MarketClock` that shows what it was set to."""

    def __init__(self, now: datetime = datetime(2024, 7, 8, tzinfo=UTC)) -> None:
        self.time = now

    def now(self) -> datetime:
        return self.time

    def advance(self, duration: timedelta) -> None:
        self.time += duration
