"""Work in flight, counted so that a replayed market can wait until everything it caused is done."""

import asyncio


class InFlight:
    """Counts work that has begun and not ended."""

    def __init__(self) -> None:
        self._count = 0
        self._idle = asyncio.Event()
        self._idle.set()

    @property
    def count(self) -> int:
        return self._count

    def begin_work(self) -> None:
        self._count += 1
        self._idle.clear()

    def end_work(self) -> None:
        """Record the end of a piece of work; every begin has exactly one."""
        self._count -= 1
        if not self._count:
            self._idle.set()

    async def wait_until_idle(self) -> None:
        """Wait until nothing is in flight, including work that ending work has begun."""
        # Again: between the last end and this task's turn new work may have begun.
        while self._count:
            await self._idle.wait()
