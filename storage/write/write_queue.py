"""What waits for the writer: in one lane what somebody waits for, in the other what nobody does."""

import asyncio
from collections import OrderedDict, deque
from dataclasses import dataclass, field

from bot.domain.facts import UnitOfWork
from storage.codec.row_codec import Cell

MAX_BATCH = 512
"""Units of one transaction: a batch of four-fact units then takes well under 100 ms."""

Chore = tuple[tuple[str, tuple[Cell, ...]], ...]
"""Statements of one housekeeping transaction, each with its values."""


@dataclass(frozen=True, slots=True)
class Job:
    """A unit of work and who is told that it is stored."""

    unit: UnitOfWork
    done: asyncio.Future[None]


@dataclass(frozen=True, slots=True)
class ChoreJob:
    """A chore and who is told how many rows it changed."""

    chore: Chore
    done: asyncio.Future[int]


@dataclass(slots=True)
class Lanes:
    """Two lines of jobs; each keeps its order. Chores stand among what nobody waits for, as a batch of their own."""

    hurried: deque[Job] = field(default_factory=deque)
    patient: OrderedDict[asyncio.Future[None] | asyncio.Future[int], Job | ChoreJob] = field(
        default_factory=OrderedDict
    )

    def add_patient(self, job: Job | ChoreJob) -> None:
        """Add a job that nobody waits for."""
        self.patient[job.done] = job

    def expedite(self, done: asyncio.Future[None]) -> bool:
        """Let a unit change the lane, because somebody waits for it now; tell whether it was not begun already."""
        job = self.patient.get(done)
        if not isinstance(job, Job):
            return False
        del self.patient[done]
        self.hurried.append(job)
        return True

    def take_hurried(self) -> list[Job]:
        """Return the next units that somebody waits for."""
        return [self.hurried.popleft() for _ in range(min(len(self.hurried), MAX_BATCH))]

    def take_chore(self) -> ChoreJob | None:
        """Return the next job if it is a chore."""
        first = self._first_patient()
        if not isinstance(first, ChoreJob):
            return None
        del self.patient[first.done]
        return first

    def take_patient(self) -> list[Job]:
        """Return the next units up to a chore."""
        jobs: list[Job] = []
        while isinstance(job := self._first_patient(), Job) and len(jobs) < MAX_BATCH:
            jobs.append(job)
            del self.patient[job.done]
        return jobs

    def _first_patient(self) -> Job | ChoreJob | None:
        return next(iter(self.patient.values()), None)
