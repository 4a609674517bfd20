"""Jobs of the engine on wall time: last-alive time, market times, retention."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from functools import partial

from bot.domain.facts import KeyValue, Saved
from bot.engine.market_data.market_times import SAMPLE_INTERVAL
from bot.engine.runtime.engine import Engine
from bot.engine.runtime.recovery import LAST_ALIVE_KEY
from bot.ports.scheduler import Scheduler

ALIVE_INTERVAL = timedelta(seconds=5)
RETENTION_INTERVAL = timedelta(hours=6)
RETENTION_PERIOD = timedelta(days=90)
"""Age at which signals, delivered events and audit entries are deleted."""

DeleteExpiredRows = Callable[[datetime], Awaitable[object]]


def schedule_jobs(scheduler: Scheduler, engine: Engine, delete_expired_rows: DeleteExpiredRows) -> None:
    async def prune() -> None:
        await delete_expired_rows(engine.clock.now() - RETENTION_PERIOD)

    async def sample_clocks() -> None:
        engine.market_times.sample_clocks()

    scheduler.add_interval_job("alive", ALIVE_INTERVAL, partial(save_last_alive, engine))
    scheduler.add_interval_job("market times", SAMPLE_INTERVAL, sample_clocks)
    scheduler.add_interval_job("retention", RETENTION_INTERVAL, prune)


async def save_last_alive(engine: Engine) -> None:
    """Store the present time: the next start reports the downtime from it."""
    await engine.writer.commit((Saved(KeyValue(LAST_ALIVE_KEY, engine.clock.now().isoformat())),))
