"""Time slices: long loops yield to the event loop every few milliseconds."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from typing import TypeVar

T = TypeVar("T")
SLICE_SECONDS = 0.001
"""Time for which one loop blocks the others; several run at once, and together they must stay below 20 ms."""
INTERACTIVE_SLICE_SECONDS = 0.005
"""Slice of a loop for whose end a user waits: it is over soon, unlike thousands of candles beside it."""
CHUNK_SIZE = 100
"""Items between two looks at the clock, which after each one would cost as much as the work on it."""


class TimeSlice:
    """Measures the time since the loop last ran something else."""

    def __init__(self, slice_seconds: float | None = None) -> None:
        self._now = asyncio.get_running_loop().time
        self._slice_seconds = SLICE_SECONDS if slice_seconds is None else slice_seconds
        self._until = self._now() + self._slice_seconds

    async def yield_if_expired(self) -> None:
        """Yield to the event loop if the slice is over; to be called after each small piece of work."""
        if self._now() >= self._until:
            await asyncio.sleep(0)
            self._until = self._now() + self._slice_seconds

    def restart_slice(self) -> None:
        """Start a new slice, after having awaited something else."""
        self._until = self._now() + self._slice_seconds


async def in_chunks(items: Sequence[T]) -> AsyncIterator[Sequence[T]]:
    """Yield many items in chunks, for a user who waits, and to the event loop in between if the slice is over."""
    time_slice = TimeSlice(INTERACTIVE_SLICE_SECONDS)
    for start in range(0, len(items), CHUNK_SIZE):
        yield items[start : start + CHUNK_SIZE]
        await time_slice.yield_if_expired()
