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

from adapters.venue.book import Book
from adapters.venue.book_file import AfterCommit, BookFile
from adapters.venue.book_rows import BookChanges, BookContent
from bot.domain.errors import Corruption, QuarterdeckError, Unavailable
from bot.domain.ids import AccountId
from bot.engine.concurrency.time_slice import TimeSlice
from bot.ports.venue import FillReport

logger = logging.getLogger(__name__)

Then = Callable[[], None]


@dataclass(frozen=True, slots=True)
class _Entry:
    changes: BookChanges
    then: Then | None
    stored: asyncio.Future[None]
    generation: int


@dataclass(frozen=True, slots=True)
class _Postponed:
    then: Then | None
    stored: asyncio.Future[None]


class BookJournal:
    """Stores what `append` is given, in order; whatever waits while a commit runs goes into the next one together.

    After a commit that failed (a full disk) everything not stored is forgotten: the book goes back to what is stored,
    and whoever waited gets Unavailable.
    """

    def __init__(self, book: Book, file: BookFile, executor: ThreadPoolExecutor) -> None:
        self._book = book
        self._file = file
        self._executor = executor
        self._loop = asyncio.get_running_loop()
        self._guard = threading.Lock()
        self._waiting: list[_Entry] = []
        self._postponed: list[_Postponed] | None = None  # a list while changes that belong together are being made
        self._in_flight = 0
        self._generation = 0  # as the loop knows it
        self._stored_generation = 0  # as the thread knows it
        self._broken: QuarterdeckError | None = None

    def append(self, then: Then | None = None) -> asyncio.Future[None]:
        """Store what changed in the book; `then` runs on the loop once it is durable, before the future is done.

        Cancelling who waits changes nothing about the storing nor about `then`.
        """
        stored: asyncio.Future[None] = self._loop.create_future()
        if self._postponed is None:
            self._hand_over(then, stored)
        else:
            self._postponed.append(_Postponed(then, stored))
        return stored

    async def append_whole(self, steps: Iterator[object], then: Then | None = None) -> None:
        """Store as one what many steps change in the book, letting other work go on between them.

        What others append meanwhile is stored together with it and settled after it. Cancelling the caller does the
        steps that are left at once: half of them is never stored.
        """
        self._postponed = []
        breath = TimeSlice()
        try:
            for _ in steps:
                await breath.yield_if_expired()
        except asyncio.CancelledError:
            deque(steps, maxlen=0)
            raise
        finally:
            stored = self._loop.create_future()
            self._release(_Postponed(then, stored))
        await stored

    async def settled(self) -> None:
        """Wait until everything appended so far is durable or has failed."""
        if self._in_flight or self._postponed is not None:
            await self.append()

    async def fills(self, account_id: AccountId, after_sequence: int) -> tuple[FillReport, ...]:
        """Read fills from the file, after what was appended before."""
        return await self._loop.run_in_executor(self._executor, self._file.fills, account_id, after_sequence)

    async def close(self) -> None:
        """Store what waits and what the book still holds back, if the disk takes it."""
        try:
            if self._book.has_changes and self._broken is None:
                await asyncio.shield(self.append())
            while self._in_flight and self._broken is None:
                await asyncio.shield(self.append())
        except Unavailable as error:
            # Nobody was told of it, so nothing is lost: whoever asked asks again at the next start.
            logger.warning("the book was closed before everything was stored", extra={"error": str(error)})

    def _release(self, first: "_Postponed") -> None:
        postponed, self._postponed = self._postponed or [], None
        for entry in (first, *postponed):
            self._hand_over(entry.then, entry.stored)

    def _hand_over(self, then: Then | None, stored: "asyncio.Future[None]") -> None:
        if self._broken is not None:
            stored.set_exception(self._broken)
            return
        with self._guard:
            self._waiting.append(_Entry(self._book.take_changes(), then, stored, self._generation))
        self._in_flight += 1
        self._executor.submit(self._flush)

    def _flush(self) -> None:
        with self._guard:
            batch, self._waiting = self._waiting, []
        current = [entry for entry in batch if entry.generation == self._stored_generation]
        stale = [entry for entry in batch if entry.generation != self._stored_generation]
        try:
            changes = [entry.changes for entry in current if not entry.changes.is_empty]
            if changes:
                self._file.commit(changes)
        except sqlite3.Error as e:
            self._stored_generation += 1
            self._loop.call_soon_threadsafe(self._reload, self._content())
            self._loop.call_soon_threadsafe(self._fail, [*current, *stale], str(e))
            return
        for entry in current:
            self._loop.call_soon_threadsafe(self._settle, entry)
        if stale:
            self._loop.call_soon_threadsafe(self._fail, stale, "an earlier commit failed")

    def _content(self) -> BookContent | Corruption:
        try:
            return self._file.load()
        except Corruption as e:
            return e

    def _reload(self, content: BookContent | Corruption) -> None:
        self._generation += 1
        if isinstance(content, Corruption):
            self._broken = content
            return
        self._book.replace(content)

    def _settle(self, entry: _Entry) -> None:
        self._in_flight -= 1
        try:
            if entry.then is not None:
                entry.then()
        except BaseException as e:
            _answer(entry, e)
            raise
        _answer(entry, None)

    def _fail(self, entries: list[_Entry], reason: str) -> None:
        for entry in entries:
            self._in_flight -= 1
            _answer(entry, self._broken or Unavailable(f"the simulated venue could not store it: {reason}"))


def _answer(entry: _Entry, error: BaseException | None) -> None:
    if entry.stored.done():
        return
    if error is None:
        entry.stored.set_result(None)
    else:
        entry.stored.set_exception(error)


@asynccontextmanager
async def open_book(path: Path, after_commit: AfterCommit | None = None) -> AsyncIterator[tuple[Book, BookJournal]]:
    """Open or create a book file with its mirror and its journal; raise Corruption if it cannot be used."""
    loop = asyncio.get_running_loop()
    executor = ThreadPoolExecutor(max_workers=1, thread_name_prefix="book")
    try:
        file = await loop.run_in_executor(executor, BookFile, path, after_commit)
        try:
            book = Book(await loop.run_in_executor(executor, file.load))
            journal = BookJournal(book, file, executor)
            try:
                yield book, journal
            finally:
                await journal.close()
        finally:
            await loop.run_in_executor(executor, file.close)
    finally:
        executor.shutdown()  # idle by now, so this does not wait
