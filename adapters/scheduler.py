"""Scheduler of coarse jobs on wall time, with APScheduler."""

import asyncio
import logging
from datetime import timedelta
from types import TracebackType
from typing import Self

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from bot.ports.scheduler import ScheduledJob

logger = logging.getLogger(__name__)


SHUTDOWN_GRACE_SECONDS = 0.5
"""Time for running jobs to end."""


class ApScheduler:
    """`Scheduler` of production; an async context manager whose end gives running jobs a moment."""

    def __init__(self) -> None:
        # By default the library drops runs that are a second late; none may be dropped.
        self._scheduler = AsyncIOScheduler(
            timezone="UTC", job_defaults={"misfire_grace_time": None, "coalesce": True, "max_instances": 1}
        )
        self._running: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._scheduler.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._scheduler.remove_all_jobs()
        # `shutdown` would cancel running coroutines, so they are awaited first.
        try:
            if self._running:
                await asyncio.wait(self._running, timeout=SHUTDOWN_GRACE_SECONDS)
        finally:
            await self._cancel_running()
            self._scheduler.shutdown(wait=False)
        # The library shuts down in the loop's next iteration.
        await asyncio.sleep(0)

    async def _cancel_running(self) -> None:
        for task in self._running:
            task.cancel()
        if self._running:
            await asyncio.wait(self._running)

    def add_interval_job(self, name: str, interval: timedelta, job: ScheduledJob) -> None:
        async def run() -> None:
            task = asyncio.create_task(_run_logged(name, job), name=f"job {name}")
            self._running.add(task)
            task.add_done_callback(self._running.discard)
            await asyncio.shield(task)

        self._scheduler.add_job(run, "interval", seconds=interval.total_seconds(), id=name, replace_existing=True)

    def remove_job(self, name: str) -> None:
        if self._scheduler.get_job(name) is not None:
            self._scheduler.remove_job(name)

    def job_names(self) -> tuple[str, ...]:
        return tuple(sorted(job.id for job in self._scheduler.get_jobs()))


async def _run_logged(name: str, job: ScheduledJob) -> None:
    try:
        await job()
    except Exception:
        # A failed job is tried again at its next time.
        logger.exception("scheduled job failed", extra={"job": name})
