"""Storage in memory that fails when a test says so."""

import asyncio
from collections import deque

from typing_extensions import override

from bot.domain.errors import QuarterdeckError
from bot.domain.facts import UnitOfWork
from bot.ports.clock import Clock
from tests.fakes.memory_storage.storage import MemoryStorage


class FlakyStorage(MemoryStorage):
    """`answers` holds what becomes of the next units: None stores, an error is reported and nothing stored."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(clock)
        self.answers: deque[QuarterdeckError | None] = deque()

    @override
    def enqueue_low_priority(self, unit: UnitOfWork) -> "asyncio.Future[None]":
        error = self.answers.popleft() if self.answers else None
        if error is None:
            return super().enqueue_low_priority(unit)
        failed: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        failed.set_exception(error)
        return failed
