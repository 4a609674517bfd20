"""How long the event loop is kept from its work: a coroutine due every millisecond notes how late it is."""

import asyncio
import math
import time
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from benchmarks.figure import Figure, below

TICK_SECONDS = 0.001


@dataclass(slots=True)
class Stalls:
    """Delays in milliseconds."""

    delays: list[float] = field(default_factory=list)

    def figures(self, label: str = "") -> tuple[Figure, Figure]:
        """Return the 99th percentile and the worst delay beside the budgets of every loop."""
        assert len(self.delays) >= 100, "too few ticks to speak of percentiles"
        return (
            below(f"{label}loop stall p99", percentile(self.delays, 99), "ms", 20),
            below(f"{label}loop stall worst", max(self.delays), "ms", 100),
        )


@asynccontextmanager
async def watched_loop() -> AsyncIterator[Stalls]:
    """Note the delays of the running loop while the block lasts."""
    stalls = Stalls()
    ticker = asyncio.create_task(_tick(stalls.delays), name="ticker")
    try:
        yield stalls
    finally:
        ticker.cancel()


async def _tick(delays: list[float]) -> None:
    while True:
        before = time.perf_counter()
        await asyncio.sleep(TICK_SECONDS)
        delays.append((time.perf_counter() - before - TICK_SECONDS) * 1000)


def percentile(values: Sequence[float], percent: float) -> float:
    """Return the smallest value that `percent` of the values do not exceed."""
    ranked = sorted(values)
    return ranked[max(math.ceil(percent / 100 * len(ranked)) - 1, 0)]
