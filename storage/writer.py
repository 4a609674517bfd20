"""The only way into the database: one task that stores units of work in groups.

While one group is being written the next one gathers, so a busy writer groups more and an idle one answers at once.
What somebody waits for goes into a group of its own, before thousands of units nobody waits for.
The task is never cancelled: a transaction cut short would leave the connection locked.
"""

import asyncio
import logging
import sqlite3
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from types import TracebackType
from typing import Self, TypeVar

from tortoise.backends.base.client import TransactionalDBClient
from tortoise.context import TortoiseContext
from tortoise.exceptions import BaseORMException, IntegrityError
from tortoise.transactions import in_transaction

from bot.domain.errors import Conflict, Corruption, QuarterdeckError, Unavailable
from bot.domain.facts import UnitOfWork
from bot.engine.breath import Breath
from storage.batch import BatchMapper
from storage.lanes import Chore, ChoreJob, Job, Lanes
from storage.removals import Statement

logger = logging.getLogger(__name__)

Value = TypeVar("Value")
WRITER = "writer"
CAPACITY = 20_000
"""Units given to `commit` that may wait; when so many do, further callers wait in turn until there is room.

`enqueue` cannot wait: what it takes is bounded by its callers, each mailbox being parked until its unit is stored.
"""
CLOSING = "the database is being closed"
CLOSING_SECONDS = 1.0
"""How long units that still wait at the end are stored; those left were never done and are found as after a crash."""
Observer = Callable[[Sequence[UnitOfWork]], None]


@dataclass(frozen=True, slots=True)
class Observers:
    """Called with the units of every transaction right before and right after it becomes durable."""

    before_commit: list[Observer] = field(default_factory=list)
    after_commit: list[Observer] = field(default_factory=list)


class GroupWriter:
    """Stores units of work, each all or nothing; use as an async context manager."""

    def __init__(self, context: TortoiseContext, stored_at: Callable[[], str]) -> None:
        self.observers = Observers()
        self._context = context
        self._mapper = BatchMapper(stored_at)
        self._hurried_mapper = BatchMapper(stored_at)
        self._lanes = Lanes()
        self._room = asyncio.Semaphore(CAPACITY)
        self._wake = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        self._pending = 0
        self._is_closing = False
        self._deadline: float | None = None
        self._broken: Corruption | None = None
        self._task: asyncio.Task[None] | None = None

    async def __aenter__(self) -> Self:
        self._task = asyncio.create_task(self._run(), name="storage-writer")
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._is_closing = True
        self._deadline = asyncio.get_running_loop().time() + CLOSING_SECONDS
        self._wake.set()
        await _finished(self._task)

    @property
    def pending(self) -> int:
        """Return how many units were given and are not settled yet."""
        return self._pending

    async def idle(self) -> None:
        """Return once every unit given so far is settled."""
        await self._idle.wait()

    def enqueue(self, unit: UnitOfWork) -> asyncio.Future[None]:
        return self._given(unit, self._lanes.add_patient)

    def hurry(self, unit: UnitOfWork) -> asyncio.Future[None]:
        return self._given(unit, self._lanes.hurried.append)

    def expedite(self, stored: asyncio.Future[None]) -> None:
        self._lanes.expedite(stored)

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
        self._note_given()
        return await changed

    def _given(self, unit: UnitOfWork, add: Callable[[Job], None]) -> asyncio.Future[None]:
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        if self._is_closing:
            done.set_exception(Unavailable(CLOSING))
            return done
        add(Job(unit, done))
        self._note_given()
        return done

    def _note_given(self) -> None:
        self._pending += 1
        self._idle.clear()
        self._wake.set()

    async def _run(self) -> None:
        # Entered here, so that this task and no other finds the connection by its name.
        with self._context:
            while not self._is_closing or self._pending:
                await self._wake.wait()
                # One turn of the loop lets tasks that are ready add their units to this batch.
                await asyncio.sleep(0)
                self._wake.clear()
                while self._lanes:
                    await self._work()

    async def _work(self) -> None:
        await self._store_hurried()
        chore = self._lanes.take_chore()
        if chore is not None:
            await self._do_chore(chore)
            self._settle(1)
            return
        jobs = self._lanes.take_patient()
        await self._store(jobs, self._mapper)
        self._settle(len(jobs))

    async def _store_hurried(self) -> None:
        while jobs := self._lanes.take_hurried():
            await self._store(jobs, self._hurried_mapper)
            self._settle(len(jobs))

    def _settle(self, count: int) -> None:
        self._pending -= count
        if not self._pending:
            self._idle.set()

    async def _store(self, jobs: list[Job], mapper: BatchMapper) -> None:
        """Store jobs in one transaction; if a unit is at fault, halve until only that unit fails."""
        error = await self._attempt(jobs, mapper) if jobs else None
        if isinstance(error, Conflict | Corruption) and len(jobs) > 1 and self._broken is None:
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
            async with in_transaction(WRITER) as connection:
                await self._execute(connection, statements, units)
        except Exception as error:
            return self._meaning(error)
        self._tell_committed(units)
        return None

    def _refuse_if_over(self) -> None:
        if self._broken is not None:
            raise Corruption(*self._broken.args)
        if self._deadline is not None and asyncio.get_running_loop().time() >= self._deadline:
            raise Unavailable(CLOSING)

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
                if mapper is self._mapper:
                    # Nothing of these units has begun, so whoever waits need not wait for them.
                    await self._store_hurried()
        finally:
            statements = mapper.take()
        return statements

    async def _execute(
        self, connection: TransactionalDBClient, statements: list[Statement], units: list[UnitOfWork]
    ) -> None:
        # Committed here and not by the context's exit: that would leave the transaction open if its commit failed, and
        # the next one would then commit what was reported as not stored.
        try:
            for statement in statements:
                await connection.execute_many(statement.sql, statement.rows)
            for observer in self.observers.before_commit:
                observer(units)
            await connection.commit()
        except BaseException:
            await self._roll_back(connection)
            raise

    async def _roll_back(self, connection: TransactionalDBClient) -> None:
        try:
            await connection.rollback()
        except Exception as error:
            self._broken = Corruption(f"the database can no longer be written: {error}")
            logger.exception("rollback failed")
            raise

    async def _do_chore(self, job: ChoreJob) -> None:
        changed = 0
        error: QuarterdeckError | None = None
        try:
            self._refuse_if_over()
            async with in_transaction(WRITER) as connection:
                changed = await self._execute_chore(connection, job.chore)
        except Exception as problem:
            error = self._meaning(problem)
        _answer(job.done, changed, error)

    async def _execute_chore(self, connection: TransactionalDBClient, chore: Chore) -> int:
        changed = 0
        try:
            for sql, values in chore:
                count, _ = await connection.execute_query(sql, list(values))
                changed += count
            await connection.commit()
        except BaseException:
            await self._roll_back(connection)
            raise
        return changed

    def _meaning(self, error: Exception) -> QuarterdeckError:
        if isinstance(error, QuarterdeckError):
            return error
        if isinstance(error, IntegrityError):
            return Conflict(f"a unit of work repeats what is stored: {error}")
        if isinstance(error, ValueError | TypeError | OverflowError | KeyError | AttributeError):
            return Corruption(f"a unit of work holds what cannot be stored: {error}")
        if not isinstance(error, BaseORMException | OSError | sqlite3.Error):
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


async def _finished(task: asyncio.Task[None] | None) -> None:
    """Wait for a task whatever happens to the waiter, then let the waiter's cancellation go on."""
    if task is None:
        return
    was_cancelled = False
    while not task.done():
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError:
            was_cancelled = True
    if was_cancelled:
        raise asyncio.CancelledError
    task.result()
