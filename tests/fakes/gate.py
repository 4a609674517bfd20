"""A market's `quiet` that a test holds in its hand."""

import asyncio


class Gate:
    """Lets a replay make one step at a time; every step of the replay waits here."""

    def __init__(self) -> None:
        self._permits = asyncio.Semaphore(0)
        self._arrived = asyncio.Event()
        self.passes = 0

    async def __call__(self) -> None:
        self._arrived.set()
        await self._permits.acquire()
        self.passes += 1

    async def step(self) -> None:
        """Let the replay make one step and come back here."""
        await self._arrived.wait()
        self._arrived.clear()
        self._permits.release()
        await self._arrived.wait()

    def open(self) -> None:
        """Let it run without stopping from now on."""
        for _ in range(1_000_000):
            self._permits.release()
