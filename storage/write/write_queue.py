"""What waits for the writer: in one lane what somebody waits for, in the other what nobody does."""

import asyncio
from collections import OrderedDict, deque
from dataclasses import dataclass, field

from bot.domain.facts import UnitOfWork
from storage.codec.row_codec import Cell

MAX_BATCH = 512
"""Units of one transaction: a batch of four-fact units then takes well under 100 ms."""

MaintenanceStatements = tuple[tuple[str, tuple[Cell, ...]], ...]
"""Statements of one housekeeping transaction, each with its values."""


@dataclass(frozen=True, slots=True)
class WriteJob:
    """A unit of work and who is told that it is stored."""

    unit: UnitOfWork
    done: asyncio.Future[None]


@dataclass(frozen=True, slots=True)
class MaintenanceJob:
    """A chore and who is told how many rows it changed."""

    statements: MaintenanceStatements
    done: asyncio.Future[int]


@dataclass(slots=True)
class WriteQueue:
    """Two lines of jobs; each keeps its order. Chores stand among what nobody waits for, as a batch of their own."""

    priority: deque[WriteJob] = field(default_factory=deque)
    low_priority: OrderedDict[asyncio.Future[None] | asyncio.Future[int], WriteJob | MaintenanceJob] = field(
        default_factory=OrderedDict
    )

    def add_low_priority(self, job: WriteJob | MaintenanceJob) -> None:
        """Add a job that nobody waits for."""
        self.low_priority[job.done] = job

    def promote_job(self, done: asyncio.Future[None]) -> bool:
        """Let a unit change the lane, because somebody waits for it now; tell whether it was not begun already."""
        job = self.low_priority.get(done)
        if not isinstance(job, WriteJob):
            return False
        del self.low_priority[done]
        self.priority.append(job)
        return True

    def take_priority_jobs(self) -> list[WriteJob]:
        """Return the next units that somebody waits for."""
        return [self.priority.popleft() for _ in range(min(len(self.priority), MAX_BATCH))]

    def take_maintenance_job(self) -> MaintenanceJob | None:
        """Return the next job if it is a chore."""
        first = self._first_low_priority()
        if not isinstance(first, MaintenanceJob):
            return None
        del self.low_priority[first.done]
        return first

    def take_low_priority_jobs(self) -> list[WriteJob]:
        """Return the next units up to a chore."""
        jobs: list[WriteJob] = []
        while isinstance(job := self._first_low_priority(), WriteJob) and len(jobs) < MAX_BATCH:
            jobs.append(job)
            del self.low_priority[job.done]
        return jobs

    def _first_low_priority(self) -> WriteJob | MaintenanceJob | None:
        return next(iter(self.low_priority.values()), None)
