"""Health of the process for `/health`: loop lag, memory, queues, feeds."""

import asyncio
import resource
from collections import deque
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from bot.domain.instance import BotStatus
from bot.engine.health.figures import ComponentHealth, FeedHealth, HealthFigures
from bot.engine.runtime.supervisor import Supervisor

LAG_SAMPLE_SECONDS = 0.05
"""Seconds between two samples of the loop's lag."""
MAX_LAG_SAMPLES = 1200
MEMORY_FILE = Path("/proc/self/statm")

ComponentSource = Callable[[], tuple[ComponentHealth, ...]]


class LoopLag:
    """Measures how late the event loop wakes a sleeping task, over the last minute."""

    def __init__(self) -> None:
        self._lags: deque[float] = deque(maxlen=MAX_LAG_SAMPLES)

    async def run(self) -> None:
        loop = asyncio.get_running_loop()
        while True:
            expected = loop.time()
            await asyncio.sleep(LAG_SAMPLE_SECONDS)
            self._lags.append(max(loop.time() - expected - LAG_SAMPLE_SECONDS, 0.0))

    @property
    def p99_ms(self) -> float:
        """Return the 99th percentile in milliseconds."""
        if not self._lags:
            return 0.0
        ordered = sorted(self._lags)
        return ordered[int(len(ordered) * 0.99)] * 1000

    @property
    def max_ms(self) -> float:
        """Return the longest lag in milliseconds."""
        return max(self._lags, default=0.0) * 1000


class ProcessHealthMonitor:
    """`HealthProvider` of the process."""

    def __init__(self, *, supervisor: Supervisor, loop_lag: LoopLag, started_at: datetime, version: str) -> None:
        self._supervisor = supervisor

        self._loop_lag = loop_lag
        self._started_at = started_at
        self._version = version
        self.pending_writes: Callable[[], int] = lambda: 0
        self.components: ComponentSource = lambda: ()

    def health_figures(self) -> HealthFigures:
        sessions = self._supervisor.mailboxes.sessions()
        venue_contexts = self._supervisor.venue_contexts.values()
        return HealthFigures(
            started_at=self._started_at,
            version=self._version,
            running_bots=sum(session.bot.status is BotStatus.RUNNING for session in sessions),
            loop_lag_ms=self._loop_lag.p99_ms,
            worst_lag_ms=self._loop_lag.max_ms,
            memory_bytes=memory_bytes(),
            queues=(
                ("mailboxes", self._supervisor.mailboxes.backlog),
                ("routers", sum(venue_context.backlog for venue_context in venue_contexts)),
                ("writer", self.pending_writes()),
            ),
            feeds=tuple(
                FeedHealth(
                    name=venue_context.venue.venue_id,
                    series=len(venue_context.hub.series),
                    newest=venue_context.hub.newest_close,
                    market_time=venue_context.venue.clock.now(),
                )
                for venue_context in venue_contexts
            ),
            components=self.components(),
        )


def memory_bytes() -> int:
    """Return the process's resident memory, or its peak where the system gives only that."""
    try:
        pages = int(MEMORY_FILE.read_text(encoding="ascii").split()[1])
    except (OSError, ValueError, IndexError):
        return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    return pages * resource.getpagesize()
