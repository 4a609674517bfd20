"""The only way into the database: units of work are stored in groups, by one thread.

While one group is being written the next one gathers, so a busy writer groups more and an idle one answers at once.
What somebody waits for has a task of its own, so that it never stands behind thousands of units nobody waits for; a bot
has one unit at a time on its way, so nothing depends on which of the two tasks comes first.
The tasks are never cancelled: nobody would know whether what they gave to the thread was stored.
"""

import asyncio
import logging
import sqlite3
from collections.abc import Callable, Sequence, Sized
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self, TypeVar

from bot.domain.errors import Conflict, Corruption, QuarterdeckError, Unavailable
from bot.domain.facts import UnitOfWork
from bot.engine.concurrency.time_slice import Breath
from storage.write.batching import BatchMapper
from storage.write.deletes import Statement
from storage.write.sqlite_thread import WritingThread
from storage.write.write_queue import Chore, ChoreJob, Job, Lanes

logger = logging.getLogger(__name__)

Value = TypeVar("Value")
CAPACITY = 20_000
"""Units given to `commit` that may wait; when so many do, further callers wait in turn until there is room.

`enqueue` cannot wait: what it takes is bounded by its callers, each mailbox being parked until its unit is stored.
"""
LONGEST_WAIT_SECONDS = 1.0
"""How long units that nobody waits for stand behind decisions: groups grow meanwhile, so little is lost by it."""
CLOSING = "the database is being closed"
CLOSING_SECONDS = 1.0
"""How long units that still wait at the end are stored; those left were never done and are found as after a crash."""
Observer = Callable[[Sequence[UnitOfWork]], None]


@dataclass(frozen=True, slots=True)
class Observers:
    """Called with the units of every transaction right before it becomes durable, in the writing thread, and right
    after, in the loop's.
    """

    before_commit: list[Observer] = field(default_factory=list)
    after_commit: list[Observer] = field(default_factory=list)


class GroupWriter:
    """Stores units of work, each all or nothing; use as an async context manager."""

    def __init__(self, thread: WritingThread, stored_at: Callable[[], str]) -> None:
        self.observers = Observers()
        self.is_outranked: Callable[[], bool] = lambda: False  # tells whether bots have something to decide now
        self._thread = thread
        self._mapper = BatchMapper(stored_at)
        self._hurried_mapper = BatchMapper(stored_at)
        self._lanes = Lanes()
        self._room = asyncio.Semaphore(CAPACITY)
        self._hurry, self._wake = asyncio.Event(), asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._pending = 0
        self._is_closing = False
        self._deadline: float | None = None
        self._tasks: tuple[asyncio.Task[None], ...] = ()

    async def __aenter__(self) -> Self:
        self._tasks = (
            asyncio.create_task(self._store_hurried(), name="storage-writer hurried"),
            asyncio.create_task(self._store_patient(), name="storage-writer"),
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._is_closing = True
        self._deadline = asyncio.get_running_loop().time() + CLOSING_SECONDS
        self._hurry.set()
        self._wake.set()
        await _finished(asyncio.create_task(self._drained(), name="storage-writer end"))

    async def _drained(self) -> None:
        try:
            await asyncio.gather(*self._tasks)
        finally:
            await self._thread.close()

    @property
    def pending(self) -> int:
        """Return how many units were given and are not settled yet."""
        return self._pending

    async def idle(self) -> None:
        """Return once every unit given so far is settled."""
        await self._idle.wait()

    def enqueue(self, unit: UnitOfWork) -> asyncio.Future[None]:
        return self._given(unit, self._lanes.add_patient, self._wake)

    def hurry(self, unit: UnitOfWork) -> asyncio.Future[None]:
        return self._given(unit, self._lanes.hurried.append, self._hurry)

    def expedite(self, stored: asyncio.Future[None]) -> None:
        # At the end everything is stored anyhow, and the other task may have gone already.
        if not self._is_closing and self._lanes.expedite(stored):
            self._hurry.set()

    async def commit(self, unit: UnitOfWork) -> None:
        async with self._room:
            # Cancelling the caller cancels the future only: the unit stays in its lane.
            await self.hurry(unit)

    async def run_chore(self, chore: Chore) -> int:
        """Execute housekeeping statements in one transaction between batches; return how many rows they changed."""
        if self._is_closing:
            raise Unavailable(CLOSING)
        changed: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._lanes.add_patient(ChoreJob(chore, changed))
        self._note_given(self._wake)
        return await changed

    def _given(self, unit: UnitOfWork, add: Callable[[Job], None], wake: asyncio.Event) -> asyncio.Future[None]:
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        if self._is_closing:
            done.set_exception(Unavailable(CLOSING))
            return done
        add(Job(unit, done))
        self._note_given(wake)
        return done

    def _note_given(self, wake: asyncio.Event) -> None:
        self._pending += 1
        self._idle.clear()
        wake.set()

    async def _store_hurried(self) -> None:
        while await self._has_work(self._hurry, self._lanes.hurried):
            while jobs := self._lanes.take_hurried():
                await self._store(jobs, self._hurried_mapper)
                self._settle(len(jobs))

    async def _store_patient(self) -> None:
        while await self._has_work(self._wake, self._lanes.patient):
            while self._lanes.patient:
                await self._let_first()
                chore = self._lanes.take_chore()
                if chore is not None:
                    await self._do_chore(chore)
                    self._settle(1)
                    continue
                jobs = self._lanes.take_patient()
                await self._store(jobs, self._mapper)
                self._settle(len(jobs))

    async def _let_first(self) -> None:
        """Let what somebody waits for, and what is being decided, come first: for a second at most."""
        now = asyncio.get_running_loop().time
        until = now() + LONGEST_WAIT_SECONDS
        while (  # noqa: ASYNC110 - others have something to do, or it would not wait
            (self._lanes.hurried or self.is_outranked()) and now() < until and not self._is_closing
        ):
            await asyncio.sleep(0)

    async def _has_work(self, wake: asyncio.Event, lane: Sized) -> bool:
        """Wait for work; tell whether there is or can be any."""
        if not self._is_closing or lane:
            await wake.wait()
            # One turn of the loop lets tasks that are ready add their units to this group.
            await asyncio.sleep(0)
            if not self._is_closing:
                wake.clear()
        return bool(lane) or not self._is_closing

    def _settle(self, count: int) -> None:
        self._pending -= count
        if not self._pending:
            self._idle.set()

    async def _store(self, jobs: list[Job], mapper: BatchMapper) -> None:
        """Store jobs in one transaction; if a unit is at fault, halve until only that unit fails."""
        error = await self._attempt(jobs, mapper) if jobs else None
        if isinstance(error, Conflict | Corruption) and len(jobs) > 1 and not self._thread.is_broken:
            middle = len(jobs) // 2
            await self._store(jobs[:middle], mapper)
            await self._store(jobs[middle:], mapper)
            return
        breath = Breath()
        for job in jobs:
            _answer(job.done, None, error)
            await breath.take()

    async def _attempt(self, jobs: list[Job], mapper: BatchMapper) -> QuarterdeckError | None:
        """Try one transaction; return why nothing of it was stored, or None."""
        units = [job.unit for job in jobs]
        try:
            statements = await self._mapped(units, mapper)
            self._refuse_if_over()
            await self._thread.store(statements, lambda: self._tell_committing(units))
        except Exception as error:
            return self._meaning(error)
        self._tell_committed(units)
        return None

    def _refuse_if_over(self) -> None:
        if self._deadline is not None and asyncio.get_running_loop().time() >= self._deadline:
            raise Unavailable(CLOSING)

    def _tell_committing(self, units: list[UnitOfWork]) -> None:
        for observer in self.observers.before_commit:
            observer(units)

    def _tell_committed(self, units: list[UnitOfWork]) -> None:
        for observer in self.observers.after_commit:
            try:
                observer(units)
            except Exception:
                logger.exception("an observer failed after a commit")

    async def _mapped(self, units: list[UnitOfWork], mapper: BatchMapper) -> list[Statement]:
        breath = Breath()
        try:
            for unit in units:
                for fact in unit:
                    mapper.add(fact)
                    await breath.take()
        finally:
            statements = mapper.take()
        return statements

    async def _do_chore(self, job: ChoreJob) -> None:
        changed = 0
        error: QuarterdeckError | None = None
        try:
            self._refuse_if_over()
            changed = await self._thread.execute(job.chore)
        except Exception as problem:
            error = self._meaning(problem)
        _answer(job.done, changed, error)

    def _meaning(self, error: Exception) -> QuarterdeckError:
        if isinstance(error, QuarterdeckError):
            return error
        if isinstance(error, sqlite3.IntegrityError):
            return Conflict(f"a unit of work repeats what is stored: {error}")
        if isinstance(error, ValueError | TypeError | OverflowError | KeyError | AttributeError):
            return Corruption(f"a unit of work holds what cannot be stored: {error}")
        if not isinstance(error, OSError | sqlite3.Error):
            logger.error("storing failed", exc_info=error)
        if self._deadline is not None:
            # Another program holds the file, say: at the end it is not waited for again and again.
            self._deadline = 0.0
        return Unavailable(f"the database did not take the change: {error}")


def _answer(future: asyncio.Future[Value], value: Value, error: QuarterdeckError | None) -> None:
    if future.done():
        return
    if error is None:
        future.set_result(value)
    else:
        # One exception object for each caller: a shared one would collect all their tracebacks.
        future.set_exception(type(error)(*error.args))


async def _finished(task: asyncio.Task[None]) -> None:
    """Wait for a task whatever happens to the waiter, then let the waiter's cancellation go on."""
    was_cancelled = False
    while not task.done():
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError:
            was_cancelled = True
    if was_cancelled:
        raise asyncio.CancelledError
    task.result()
