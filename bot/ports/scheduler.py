"""Port to coarse jobs on wall time."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Protocol

ScheduledJob = Callable[[], Awaitable[None]]


class Scheduler(Protocol):
    """Runs up to about a hundred coarse jobs: snapshots, retention, reports, closes of wall-time venues."""

    def add_interval_job(self, name: str, interval: timedelta, job: ScheduledJob) -> None:
        """Run `job` every `interval`; a late run is not dropped, several late ones become one."""
