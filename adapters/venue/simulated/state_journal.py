"""Group commit: changes of the book are stored in order by one thread, then told on the event loop."""

import asyncio
import logging
import sqlite3
import threading
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from adapters.venue.simulated.state_file import CommitHook, VenueStateFile
from bot.domain.errors import Corruption, QuarterdeckError, Unavailable
from bot.domain.ids import AccountId
from bot.engine.concurrency.time_slice import TimeSlice
from bot.engine.simulation.state_rows import StateChanges, StateSnapshot
from bot.engine.simulation.venue_state import VenueState
from bot.ports.venue import FillReport

logger = logging.getLogger(__name__)

OnStored = Callable[[], None]


@dataclass(frozen=True, slots=True)
class _JournalEntry:
    changes: StateChanges
    on_stored: OnStored | None
    stored: asyncio.Future[None]
    generation: int


@dataclass(frozen=True, slots=True)
class _PostponedEntry:
    on_stored: OnStored | None
    stored: asyncio.Future[None]


class VenueStateJournal:
    """Stores what `append` is given, in order; whatever waits while a commit runs goes into the next one together.

    After a commit that failed (a full disk) everything not stored is forgotten: the book goes back to what is stored,
    and whoever waited gets Unavailable.
    """

    def __init__(self, state: VenueState, file: VenueStateFile, executor: ThreadPoolExecutor) -> None:
        self._state = state
        self._file = file
        self._executor = executor
        self._loop = asyncio.get_running_loop()
        self._lock = threading.Lock()
        self._waiting: list[_JournalEntry] = []
        self._postponed: list[_PostponedEntry] | None = None  # a list while changes that belong together are being made
        self._in_flight = 0
        self._generation = 0  # as the loop knows it
        self._stored_generation = 0  # as the thread knows it
        self._broken: QuarterdeckError | None = None

    def append_changes(self, on_stored: OnStored | None = None) -> asyncio.Future[None]:
        """Store what changed in the book; `then` runs on the loop once it is durable, before the future is done.

        Cancelling who waits changes nothing about the storing nor about `then`.
        """
        stored: asyncio.Future[None] = self._loop.create_future()
        if self._postponed is None:
            self._enqueue_entry(on_stored, stored)
        else:
            self._postponed.append(_PostponedEntry(on_stored, stored))
        return stored

    async def append_steps(self, steps: Iterator[object], on_stored: OnStored | None = None) -> None:
        """Store as one what many steps change in the book, letting other work go on between them.

        What others append meanwhile is stored together with it and settled after it. Cancelling the caller does the
        steps that are left at once: half of them is never stored.
        """
        self._postponed = []
        time_slice = TimeSlice()
        try:
            for _ in steps:
                await time_slice.yield_if_expired()
        except asyncio.CancelledError:
            deque(steps, maxlen=0)
            raise
        finally:
            stored = self._loop.create_future()
            self._release_postponed(_PostponedEntry(on_stored, stored))
        await stored

    async def wait_until_stored(self) -> None:
        """Wait until everything appended so far is durable or has failed."""
        if self._in_flight or self._postponed is not None:
            await self.append_changes()

    async def fills(self, account_id: AccountId, after_sequence: int) -> tuple[FillReport, ...]:
        """Read fills from the file, after what was appended before."""
        return await self._loop.run_in_executor(self._executor, self._file.fills, account_id, after_sequence)

    async def close(self) -> None:
        """Store what waits and what the book still holds back, if the disk takes it."""
        try:
            if self._state.has_changes and self._broken is None:
                await asyncio.shield(self.append_changes())
            while self._in_flight and self._broken is None:
                await asyncio.shield(self.append_changes())
        except Unavailable as error:
            # Nobody was told of it, so nothing is lost: whoever asked asks again at the next start.
            logger.warning("the book was closed before everything was stored", extra={"error": str(error)})

    def _release_postponed(self, first: "_PostponedEntry") -> None:
        postponed, self._postponed = self._postponed or [], None
        for entry in (first, *postponed):
            self._enqueue_entry(entry.on_stored, entry.stored)

    def _enqueue_entry(self, on_stored: OnStored | None, stored: "asyncio.Future[None]") -> None:
        if self._broken is not None:
            stored.set_exception(self._broken)
            return
        with self._lock:
            self._waiting.append(_JournalEntry(self._state.take_changes(), on_stored, stored, self._generation))
        self._in_flight += 1
        self._executor.submit(self._commit_waiting)

    def _commit_waiting(self) -> None:
        with self._lock:
            batch, self._waiting = self._waiting, []
        current = [entry for entry in batch if entry.generation == self._stored_generation]
        stale = [entry for entry in batch if entry.generation != self._stored_generation]
        try:
            changes = [entry.changes for entry in current if not entry.changes.is_empty]
            if changes:
                self._file.commit_changes(changes)
        except sqlite3.Error as e:
            self._stored_generation += 1
            self._loop.call_soon_threadsafe(self._reload_state, self._load_snapshot())
            self._loop.call_soon_threadsafe(self._fail_entries, [*current, *stale], str(e))
            return
        for entry in current:
            self._loop.call_soon_threadsafe(self._complete_entry, entry)
        if stale:
            self._loop.call_soon_threadsafe(self._fail_entries, stale, "an earlier commit failed")

    def _load_snapshot(self) -> StateSnapshot | Corruption:
        try:
            return self._file.load_snapshot()
        except Corruption as e:
            return e

    def _reload_state(self, snapshot: StateSnapshot | Corruption) -> None:
        self._generation += 1
        if isinstance(snapshot, Corruption):
            self._broken = snapshot
            return
        self._state.load_snapshot(snapshot)

    def _complete_entry(self, entry: _JournalEntry) -> None:
        self._in_flight -= 1
        try:
            if entry.on_stored is not None:
                entry.on_stored()
        except BaseException as e:
            _resolve_entry(entry, e)
            raise
        _resolve_entry(entry, None)

    def _fail_entries(self, entries: list[_JournalEntry], reason: str) -> None:
        for entry in entries:
            self._in_flight -= 1
            _resolve_entry(entry, self._broken or Unavailable(f"the simulated venue could not store it: {reason}"))


def _resolve_entry(entry: _JournalEntry, error: BaseException | None) -> None:
    if entry.stored.done():
        return
    if error is None:
        entry.stored.set_result(None)
    else:
        entry.stored.set_exception(error)


@asynccontextmanager
async def open_venue_state(
    path: Path, after_commit: CommitHook | None = None
) -> AsyncIterator[tuple[VenueState, VenueStateJournal]]:
    """Open or create a book file with its mirror and its journal; raise Corruption if it cannot be used."""
    loop = asyncio.get_running_loop()
    executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="book")
    try:
        file = await loop.run_in_executor(executor, VenueStateFile, path, after_commit)
        try:
            state = VenueState(await loop.run_in_executor(executor, file.load_snapshot))
            record = VenueStateJournal(state, file, executor)
            try:
                yield state, record
            finally:
                await record.close()
        finally:
            await loop.run_in_executor(executor, file.close)
    finally:
        executor.shutdown()  # idle by now, so this does not wait
