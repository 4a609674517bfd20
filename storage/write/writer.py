"""Writer: the only way into the database; units of work are committed in groups, by one thread.

While one group is being written the next one gathers, so a busy writer commits larger groups and an idle one answers at
once. High-priority units have a task of their own, so that they never wait for thousands of low-priority ones; a bot
has one unit at a time in the queue, so nothing depends on which task comes first. The tasks are never cancelled: nobody
would know whether their transaction was stored.
"""

import asyncio
import logging
import sqlite3
from collections.abc import Callable
from types import TracebackType
from typing import Self, TypeVar

from bot.domain.errors import Conflict, Corruption, NotStorable, QuarterdeckError, Unavailable
from bot.domain.facts import UnitOfWork
from bot.durable.sqlite_thread import MaintenanceStatements, SqliteThread, Statement
from bot.engine.concurrency.time_slice import TimeSlice
from bot.ports.storage import CommitListener
from storage.schema.failure import StorageFailure
from storage.write.batching import BatchMapper
from storage.write.write_queue import MaintenanceJob, WriteJob, WriteQueue

logger = logging.getLogger(__name__)

Value = TypeVar("Value")
CAPACITY = 20_000
"""Units of `commit` that may wait; further callers wait in order until there is room.

The `enqueue` methods cannot wait: their units are bounded by the mailboxes, each parked until its unit is stored.
"""
MAX_WAIT_SECONDS = 1.0
"""Time low-priority units wait while bots decide: groups grow meanwhile, so little is lost by it."""
CLOSING = "the database is being closed"
CLOSING_SECONDS = 1.0
"""Time for units that wait at the end; those left were never done and are recovered as after a crash."""


class GroupWriter:
    """Commits units of work in groups; an async context manager.

    Listeners of `before_commit` are called in the writing thread right before each commit, others in the loop right
    after it.
    """

    def __init__(self, thread: SqliteThread, stored_at: Callable[[], str], failure: StorageFailure) -> None:
        self.before_commit: list[CommitListener] = []
        self._after_commit: list[CommitListener] = []
        self._are_decisions_pending: Callable[[], bool] = lambda: False
        self._thread = thread
        self._failure = failure
        self._priority, self._low_priority = WriteQueue(stored_at), WriteQueue(stored_at)
        self._room = asyncio.Semaphore(CAPACITY)
        self._idle = asyncio.Event()
        self._idle.set()
        self._pending = 0
        self._is_closing = False
        self._deadline: float | None = None
        self._tasks: tuple[asyncio.Task[None], ...] = ()

    async def __aenter__(self) -> Self:
        try:
            await self._thread.claim_file()
        except sqlite3.Error as error:
            await self._thread.close()
            raise Unavailable(f"the database did not take the change: {error}") from error
        self._tasks = (
            asyncio.create_task(self._store_queue(self._priority), name="storage-writer hurried"),
            asyncio.create_task(self._store_queue(self._low_priority), name="storage-writer"),
        )
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._is_closing = True
        self._deadline = asyncio.get_running_loop().time() + CLOSING_SECONDS
        self._priority.has_news.set()
        self._low_priority.has_news.set()
        await _wait_for_task(asyncio.create_task(self._finish_tasks(), name="storage-writer end"))

    async def raise_when_broken(self) -> None:
        await self._failure.raise_when_found()

    async def _finish_tasks(self) -> None:
        try:
            await asyncio.gather(*self._tasks)
        finally:
            await self._thread.close()

    @property
    def pending(self) -> int:
        """Return the number of units that are not stored or refused yet."""
        return self._pending

    async def wait_until_idle(self) -> None:
        """Wait until every unit given so far is stored or refused."""
        await self._idle.wait()

    def add_commit_listener(self, listener: CommitListener) -> None:
        self._after_commit.append(listener)

    def prefer_decisions(self, are_pending: Callable[[], bool]) -> None:
        self._are_decisions_pending = are_pending

    def enqueue_low_priority(self, unit: UnitOfWork) -> asyncio.Future[None]:
        return self._submit_unit(unit, self._low_priority)

    def enqueue_high_priority(self, unit: UnitOfWork) -> asyncio.Future[None]:
        return self._submit_unit(unit, self._priority)

    def promote_unit(self, stored: asyncio.Future[None]) -> None:
        # At the end everything is stored anyhow, and the high-priority task may have ended already.
        if not self._is_closing and (job := self._low_priority.remove_job(stored)):
            self._priority.add_job(job)

    async def commit(self, unit: UnitOfWork) -> None:
        async with self._room:
            # Cancelling the caller cancels only the future: the unit stays in its queue.
            await self.enqueue_high_priority(unit)

    async def run_maintenance(self, statements: MaintenanceStatements) -> int:
        """Execute statements in a transaction between batches; return how many rows they changed."""
        if self._is_closing:
            raise Unavailable(CLOSING)
        changed: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self._add_job(self._low_priority, MaintenanceJob(statements, changed))
        return await changed

    def _submit_unit(self, unit: UnitOfWork, queue: WriteQueue) -> asyncio.Future[None]:
        done: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        if self._is_closing:
            done.set_exception(Unavailable(CLOSING))
        else:
            self._add_job(queue, WriteJob(unit, done))
        return done

    def _add_job(self, queue: WriteQueue, job: WriteJob | MaintenanceJob) -> None:
        self._pending += 1
        self._idle.clear()
        queue.add_job(job)

    async def _store_queue(self, queue: WriteQueue) -> None:
        while await self._has_work(queue):
            while queue:
                if queue is self._low_priority:
                    await self._yield_to_priority()
                batch = queue.take_batch()
                if isinstance(batch, MaintenanceJob):
                    await self._run_maintenance_job(batch)
                    self._count_done(1)
                else:
                    await self._store(batch, queue.mapper)
                    self._count_done(len(batch))

    async def _yield_to_priority(self) -> None:
        """Wait, for a second at most, while high-priority units wait or bots decide."""
        now = asyncio.get_running_loop().time
        until = now() + MAX_WAIT_SECONDS
        while (  # noqa: ASYNC110 - others have something to do, or it would not wait
            (self._priority or self._are_decisions_pending()) and now() < until and not self._is_closing
        ):
            await asyncio.sleep(0)

    async def _has_work(self, queue: WriteQueue) -> bool:
        """Wait for work; return False once there can be none any more."""
        if not self._is_closing or queue:
            await queue.has_news.wait()
            # One iteration of the loop lets ready tasks add their units to this group.
            await asyncio.sleep(0)
            if not self._is_closing:
                queue.has_news.clear()
        return bool(queue) or not self._is_closing

    def _count_done(self, count: int) -> None:
        self._pending -= count
        if not self._pending:
            self._idle.set()

    async def _store(self, jobs: list[WriteJob], mapper: BatchMapper) -> None:
        """Store jobs in one transaction; if a unit is at fault, halve until only that unit fails."""
        error = await self._attempt(jobs, mapper) if jobs else None
        if isinstance(error, Conflict | NotStorable) and len(jobs) > 1:
            middle = len(jobs) // 2
            await self._store(jobs[:middle], mapper)
            await self._store(jobs[middle:], mapper)
            return
        time_slice = TimeSlice()
        for job in jobs:
            _resolve_future(job.done, None, error)
            await time_slice.yield_if_expired()

    async def _attempt(self, jobs: list[WriteJob], mapper: BatchMapper) -> QuarterdeckError | None:
        """Try one transaction; return why nothing of it was stored, or None."""
        units = [job.unit for job in jobs]
        try:
            statements = await self._map_units(units, mapper)
            self._refuse_if_over()
            await self._thread.store_statements(statements, lambda: self._notify_before_commit(units))
        except Exception as error:
            return self._translate_error(error)
        self._notify_after_commit(units)
        return None

    def _refuse_if_over(self) -> None:
        if self._deadline is not None and asyncio.get_running_loop().time() >= self._deadline:
            raise Unavailable(CLOSING)

    def _notify_before_commit(self, units: list[UnitOfWork]) -> None:
        for observer in self.before_commit:
            observer(units)

    def _notify_after_commit(self, units: list[UnitOfWork]) -> None:
        for observer in self._after_commit:
            try:
                observer(units)
            except Exception:
                logger.exception("an observer failed after a commit")

    async def _map_units(self, units: list[UnitOfWork], mapper: BatchMapper) -> list[Statement]:
        time_slice = TimeSlice()
        try:
            for unit in units:
                for fact in unit:
                    mapper.add_fact(fact)
                    await time_slice.yield_if_expired()
        finally:
            statements = mapper.take_statements()
        return statements

    async def _run_maintenance_job(self, job: MaintenanceJob) -> None:
        changed = 0
        error: QuarterdeckError | None = None
        try:
            self._refuse_if_over()
            changed = await self._thread.execute_maintenance(job.statements)
        except Exception as problem:
            error = self._translate_error(problem)
        _resolve_future(job.done, changed, error)

    def _translate_error(self, error: Exception) -> QuarterdeckError:
        if isinstance(error, Corruption):
            # Whoever gave the unit may go on without it; the process may not.
            return self._failure.report(error)
        if isinstance(error, QuarterdeckError):
            return error
        if isinstance(error, sqlite3.IntegrityError):
            return Conflict(f"a unit of work repeats what is stored: {error}")
        if isinstance(error, ValueError | TypeError | OverflowError | KeyError | AttributeError):
            return NotStorable(f"a unit of work holds what cannot be stored: {error}")
        if not isinstance(error, OSError | sqlite3.Error):
            logger.error("storing failed", exc_info=error)
        if self._deadline is not None:
            # Another program may lock the file: at the end it is waited for only once.
            self._deadline = 0.0
        return Unavailable(f"the database did not take the change: {error}")


def _resolve_future(future: asyncio.Future[Value], value: Value, error: QuarterdeckError | None) -> None:
    if future.done():
        return
    if error is None:
        future.set_result(value)
    else:
        # One exception object per caller: a shared one would collect all their tracebacks.
        future.set_exception(type(error)(*error.args))


async def _wait_for_task(task: asyncio.Task[None]) -> None:
    """Wait for a task even if the waiter is cancelled, and re-raise that at the end."""
    was_cancelled = False
    while not task.done():
        try:
            await asyncio.shield(task)
        except asyncio.CancelledError:
            was_cancelled = True
    if was_cancelled:
        raise asyncio.CancelledError
    task.result()
