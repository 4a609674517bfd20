"""Counts work in flight, so that a replayed market can wait until everything it caused is done."""

import asyncio


class InFlight:
    """A counter of begun and not yet ended work with a way to wait for zero."""

    def __init__(self) -> None:
        self._count = 0
        self._idle = asyncio.Event()
        self._idle.set()

    @property
    def count(self) -> int:
        """Return how much is under way."""
        return self._count

    def begin_work(self) -> None:
        """Note the begin of a piece of work."""
        self._count += 1
        self._idle.clear()

    def end_work(self) -> None:
        """Note its end; every begin has exactly one."""
        self._count -= 1
        if not self._count:
            self._idle.set()

    async def wait_until_idle(self) -> None:
        """Return once nothing is under way; work that ends by beginning more is waited for too."""
        while self._count:
            await self._idle.wait()
