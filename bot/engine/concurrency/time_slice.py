"""Long loops that share the event loop: work for a few milliseconds, then let everybody else have a turn."""

import asyncio

SLICE_SECONDS = 0.001
"""How long one loop keeps the others waiting; several run at once, and together they must stay below 20 ms."""
INTERACTIVE_SLICE_SECONDS = 0.005
"""The turn of a loop for whose end a person waits: it is over soon, unlike thousands of candles beside it."""


class TimeSlice:
    """Counts the time since the loop was last let go."""

    def __init__(self, slice_seconds: float | None = None) -> None:
        self._now = asyncio.get_running_loop().time
        self._slice_seconds = SLICE_SECONDS if slice_seconds is None else slice_seconds
        self._until = self._now() + self._slice_seconds

    async def yield_if_expired(self) -> None:
        """Let the loop go if the turn is over; call it once per small piece of work."""
        if self._now() >= self._until:
            await asyncio.sleep(0)
            self._until = self._now() + self._slice_seconds

    def restart_slice(self) -> None:
        """Begin a turn now, after having waited for something else."""
        self._until = self._now() + self._slice_seconds
