"""A clock that runs many times faster than the world's, and leaps when a test says so."""

import asyncio
import time
from datetime import datetime, timedelta

from tests.fakes.clock import LAUNCH


class TimeLapse:
    """A `Clock` on which a second of the world is `speed` seconds; nothing else in the process notices."""

    def __init__(self, speed: float = 20.0, now: datetime = LAUNCH) -> None:
        self._speed = speed
        self._start = now
        self._begun = time.monotonic()
        self._leapt = asyncio.Event()

    def now(self) -> datetime:
        return self._start + timedelta(seconds=(time.monotonic() - self._begun) * self._speed)

    async def sleep(self, duration: timedelta) -> None:
        due = self.now() + duration
        await asyncio.sleep(0)
        while (left := (due - self.now()).total_seconds()) > 0:
            try:
                async with asyncio.timeout(left / self._speed):
                    await self._leapt.wait()
            except TimeoutError:
                continue

    def run_at(self, speed: float) -> None:
        """Run faster or slower from now on."""
        self._start, self._begun, self._speed = self.now(), time.monotonic(), speed
        self._wake()

    def leap(self, duration: timedelta) -> None:
        """Move the time ahead at once."""
        self._start += duration
        self._wake()

    def _wake(self) -> None:
        self._leapt.set()
        self._leapt = asyncio.Event()
