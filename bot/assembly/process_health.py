"""Health of the process for `/health`: loop lag, memory, queues, feeds."""

import asyncio
import resource
from collections import deque
from collections.abc import Callable
from pathlib import Path

from bot.domain.instance import BotStatus
from bot.engine.health.figures import ComponentHealth, FeedHealth, HealthFigures
from bot.engine.runtime.engine import Engine

LAG_SAMPLE_SECONDS = 0.05
"""Seconds between two samples of the loop's lag."""
MAX_LAG_SAMPLES = 1200
MEMORY_FILE = Path("/proc/self/statm")


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
        if not self._lags:
            return 0.0
        ordered = sorted(self._lags)
        return ordered[int(len(ordered) * 0.99)] * 1000

    @property
    def max_ms(self) -> float:
        return max(self._lags, default=0.0) * 1000


class ProcessHealthMonitor:
    """`HealthProvider` of the process."""

    def __init__(self, engine: Engine, loop_lag: LoopLag, version: str) -> None:
        self._engine = engine
        self._loop_lag = loop_lag
        self._version = version
        self.components: Callable[[], tuple[ComponentHealth, ...]] = lambda: ()

    def health_figures(self) -> HealthFigures:
        mailboxes, contexts = self._engine.supervisor.mailboxes, self._engine.venue_contexts.values()
        return HealthFigures(
            started_at=self._engine.opened_at,
            version=self._version,
            running_bots=sum(session.bot.status is BotStatus.RUNNING for session in mailboxes.sessions()),
            loop_lag_ms=self._loop_lag.p99_ms,
            worst_lag_ms=self._loop_lag.max_ms,
            memory_bytes=memory_bytes(),
            queues=(
                ("mailboxes", mailboxes.backlog),
                ("routers", sum(context.backlog for context in contexts)),
                ("writer", self._engine.writer.pending),
            ),
            feeds=tuple(
                FeedHealth(
                    name=context.venue.venue_id,
                    series=len(context.hub.series),
                    newest=context.hub.newest_close,
                    market_time=context.venue.clock.now(),
                )
                for context in contexts
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
