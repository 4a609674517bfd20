"""Scheduler of coarse jobs on wall time, with APScheduler."""

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.engine.concurrency.in_flight import InFlight
from bot.ports.scheduler import ScheduledJob

logger = logging.getLogger(__name__)

SHUTDOWN_GRACE_SECONDS = 0.5
"""Time for running jobs to end."""


class ApScheduler:
    """`Scheduler` of production; an async context manager whose end gives running jobs a moment."""

    def __init__(self, library: AsyncIOScheduler) -> None:
        self._library = library
        self.running = InFlight()

    def add_interval_job(self, name: str, interval: timedelta, job: ScheduledJob) -> None:
        async def run_logged() -> None:
            self.running.begin_work()
            try:
                await job()
            except Exception:
                # A failed job is tried again at its next time.
                logger.exception("scheduled job failed", extra={"job": name})
            finally:
                self.running.end_work()

        self._library.add_job(run_logged, "interval", seconds=interval.total_seconds(), id=name, replace_existing=True)


@asynccontextmanager
async def open_scheduler() -> AsyncIterator[ApScheduler]:
    """Run jobs until the block ends; running ones have a moment to finish, then they are cancelled."""
    # By default the library drops runs that are a second late; none may be dropped.
    library = AsyncIOScheduler(
        timezone="UTC", job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
    )
    library.start()
    scheduler = ApScheduler(library)
    try:
        yield scheduler
    finally:
        library.remove_all_jobs()
        try:
            async with asyncio.timeout(SHUTDOWN_GRACE_SECONDS):
                await scheduler.running.wait_until_idle()
        except TimeoutError:
            logger.warning("jobs cut short at the end", extra={"count": scheduler.running.count})
        finally:
            # The library cancels what still runs, in the loop's next turns.
            library.shutdown(wait=False)
            await scheduler.running.wait_until_idle()
            await asyncio.sleep(0)
