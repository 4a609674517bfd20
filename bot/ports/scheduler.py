"""The port to coarse jobs on wall time."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Protocol

Job = Callable[[], Awaitable[None]]


class Scheduler(Protocol):
    """Runs at most about a hundred coarse jobs: snapshots, retention, reports, closes of wall-time venues."""

    def every(self, name: str, interval: timedelta, job: Job) -> None:
        """Run `job` every `interval`; a late run is not dropped, several late ones become one."""
        ...

    def remove(self, name: str) -> None:
        """Forget a job; unknown names are fine."""
        ...

    def job_names(self) -> tuple[str, ...]:
        """Return the names of all jobs."""
        ...
