"""Write queue: high-priority units that somebody waits for, and low-priority ones."""

import asyncio
from collections import OrderedDict, deque
from dataclasses import dataclass, field

from bot.domain.facts import UnitOfWork
from bot.durable.statement import MaintenanceStatements

MAX_BATCH = 512
"""Units of one transaction: a batch of four-fact units then takes well under 100 ms."""


@dataclass(frozen=True, slots=True)
class WriteJob:
    """A unit of work with the future of its caller."""

    unit: UnitOfWork
    done: asyncio.Future[None]


@dataclass(frozen=True, slots=True)
class MaintenanceJob:
    """Maintenance statements with the future of their caller, which gets the number of changed rows."""

    statements: MaintenanceStatements
    done: asyncio.Future[int]


@dataclass(slots=True)
class WriteQueue:
    """Two queues of jobs, each in order; a maintenance job is a batch of its own among the low-priority ones."""

    priority: deque[WriteJob] = field(default_factory=deque)
    low_priority: OrderedDict[asyncio.Future[None] | asyncio.Future[int], WriteJob | MaintenanceJob] = field(
        default_factory=OrderedDict
    )

    def add_low_priority(self, job: WriteJob | MaintenanceJob) -> None:
        self.low_priority[job.done] = job

    def promote_job(self, done: asyncio.Future[None]) -> bool:
        """Move a unit to the high-priority queue; return whether it was still waiting."""
        job = self.low_priority.get(done)
        if not isinstance(job, WriteJob):
            return False
        del self.low_priority[done]
        self.priority.append(job)
        return True

    def take_priority_jobs(self) -> list[WriteJob]:
        return [self.priority.popleft() for _ in range(min(len(self.priority), MAX_BATCH))]

    def take_maintenance_job(self) -> MaintenanceJob | None:
        """Return the next low-priority job if it is a maintenance job."""
        first = self._first_low_priority()
        if not isinstance(first, MaintenanceJob):
            return None
        del self.low_priority[first.done]
        return first

    def take_low_priority_jobs(self) -> list[WriteJob]:
        """Return the next low-priority units up to a maintenance job."""
        jobs: list[WriteJob] = []
        while isinstance(job := self._first_low_priority(), WriteJob) and len(jobs) < MAX_BATCH:
            jobs.append(job)
            del self.low_priority[job.done]
        return jobs

    def _first_low_priority(self) -> WriteJob | MaintenanceJob | None:
        return next(iter(self.low_priority.values()), None)
