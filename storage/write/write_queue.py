"""Write queue: the jobs of one priority, in order."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from bot.domain.facts import UnitOfWork
from bot.durable.sqlite_thread import MaintenanceStatements
from storage.write.batching import BatchMapper

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


class WriteQueue:
    """Jobs in order, with the mapper of their facts; `has_news` is set when one is added."""

    def __init__(self, stored_at: Callable[[], str]) -> None:
        self.mapper = BatchMapper(stored_at)
        self.has_news = asyncio.Event()
        self._jobs: OrderedDict[asyncio.Future[None] | asyncio.Future[int], WriteJob | MaintenanceJob] = OrderedDict()

    def __len__(self) -> int:
        return len(self._jobs)

    def add_job(self, job: WriteJob | MaintenanceJob) -> None:
        self._jobs[job.done] = job
        self.has_news.set()

    def remove_job(self, done: asyncio.Future[None]) -> WriteJob | None:
        """Take the job of a unit out of order, None if it waits no more."""
        job = self._jobs.pop(done, None)
        return job if isinstance(job, WriteJob) else None

    def take_batch(self) -> list[WriteJob] | MaintenanceJob:
        """Return the next units, or the next maintenance job, which is a batch of its own."""
        jobs: list[WriteJob] = []
        while self._jobs and len(jobs) < MAX_BATCH:
            job = next(iter(self._jobs.values()))
            if isinstance(job, MaintenanceJob):
                if not jobs:
                    del self._jobs[job.done]
                    return job
                break
            del self._jobs[job.done]
            jobs.append(job)
        return jobs
