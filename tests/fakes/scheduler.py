"""A scheduler whose time is the test: a job runs when it is told to."""

from dataclasses import dataclass
from datetime import timedelta

from bot.ports.scheduler import ScheduledJob


@dataclass(frozen=True, slots=True)
class PlannedJob:
    interval: timedelta
    job: ScheduledJob


class FakeScheduler:
    def __init__(self) -> None:
        self.planned: dict[str, PlannedJob] = {}

    def add_interval_job(self, name: str, interval: timedelta, job: ScheduledJob) -> None:
        self.planned[name] = PlannedJob(interval, job)

    async def run(self, name: str) -> None:
        """Run a job now; its errors are the test's."""
        await self.planned[name].job()
