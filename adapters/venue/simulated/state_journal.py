"""Group commit: what changed in the book is stored in order by one thread, and told once it is durable."""

import asyncio
import logging
import sqlite3
from collections import deque
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from adapters.venue.simulated.state_file import CommitHook, VenueStateFile
from bot.domain.errors import Corruption, Unavailable
from bot.domain.ids import AccountId
from bot.engine.concurrency.time_slice import TimeSlice
from bot.engine.simulation.venue_state import VenueState
from bot.ports.venue import FillReport

logger = logging.getLogger(__name__)

OnStored = Callable[[], None]


@dataclass(frozen=True, slots=True)
class _JournalEntry:
    on_stored: OnStored | None
    stored: asyncio.Future[None]

    def complete(self) -> None:
        try:
            if self.on_stored is not None:
                self.on_stored()
        except BaseException as error:
            self.fail(error)
            raise
        if not self.stored.done():
            self.stored.set_result(None)

    def fail(self, error: BaseException) -> None:
        if not self.stored.done():
            self.stored.set_exception(error)


class VenueStateJournal:
    """Stores what changed in the book, `state`; whatever waits while a commit runs goes into the next one together.

    After a commit that failed (a full disk) everything not stored is forgotten: the book goes back to what is stored,
    and whoever waited gets Unavailable.
    """

    def __init__(self, state: VenueState, file: VenueStateFile) -> None:
        self.state = state
        self._file = file
        self._waiting: list[_JournalEntry] = []
        self._task: asyncio.Task[None] | None = None
        self._is_whole = asyncio.Event()  # not set while changes that belong together are being made
        self._is_whole.set()
        self._broken: Corruption | Unavailable | None = None  # why nothing is stored any more

    def append_changes(self, on_stored: OnStored | None = None) -> asyncio.Future[None]:
        """Store what changed in the book; `on_stored` runs on the loop once it is durable, before the future is done.

        Cancelling who waits changes nothing about the storing nor about `on_stored`.
        """
        stored: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        if self._broken is not None:
            stored.set_exception(self._broken)
            return stored
        self._waiting.append(_JournalEntry(on_stored, stored))
        if not self._is_storing:
            self._task = asyncio.create_task(self._store_waiting(), name="venue-journal")
        return stored

    async def append_steps(self, steps: Iterator[object], on_stored: OnStored | None = None) -> None:
        """Store as one what many steps change in the book, letting other work go on between them.

        What others append meanwhile is stored together with it and settled after it. Cancelling the caller does the
        steps that are left at once: half of them is never stored.
        """
        self._is_whole.clear()
        stored = self.append_changes(on_stored)
        time_slice = TimeSlice()
        try:
            for _ in steps:
                await time_slice.yield_if_expired()
        except asyncio.CancelledError:
            deque(steps, maxlen=0)
            raise
        finally:
            self._is_whole.set()
        await stored

    async def save_changes(self) -> None:
        """Store what changed since the last commit, if anything did."""
        if self.state.has_changes:
            await self.append_changes()

    async def wait_until_stored(self) -> None:
        """Wait until everything appended so far is durable or has failed."""
        if self._is_storing:
            await self.append_changes()

    async def fills(self, account_id: AccountId, after_sequence: int) -> tuple[FillReport, ...]:
        """Read fills from the file, after what was appended before; raise Unavailable if that could not be stored."""
        await self.wait_until_stored()
        return await self._file.fills(account_id, after_sequence)

    async def close(self) -> None:
        """Store what waits and what the book still holds back, if the disk takes it."""
        try:
            while (self.state.has_changes or self._is_storing) and self._broken is None:
                await asyncio.shield(self.append_changes())
                await asyncio.sleep(0)
        except Unavailable as error:
            # Nobody was told of it, so nothing is lost: whoever asked asks again at the next start.
            logger.warning("the book was closed before everything was stored", extra={"error": str(error)})
        self._broken = self._broken or Unavailable("the simulated venue is closed")

    @property
    def _is_storing(self) -> bool:
        return self._task is not None and not self._task.done()

    async def _store_waiting(self) -> None:
        while self._waiting:
            await self._is_whole.wait()
            batch, self._waiting = self._waiting, []
            try:
                if self.state.has_changes:
                    await self._file.commit_changes(self.state.take_changes())
            except Exception as error:
                if not isinstance(error, (sqlite3.Error, Corruption)):
                    logger.exception("the book met an unknown error as it was stored")
                await self._forget_changes(batch, error)
                continue
            for entry in batch:
                asyncio.get_running_loop().call_soon(entry.complete)
            await asyncio.sleep(0)

    async def _forget_changes(self, batch: list[_JournalEntry], error: Exception) -> None:
        self._broken = error if isinstance(error, Corruption) else await self._reload_state()
        batch += self._waiting
        self._waiting = []
        for entry in batch:
            entry.fail(self._broken or Unavailable(f"the simulated venue could not store it: {error}"))

    async def _reload_state(self) -> Corruption | None:
        """Take the book back to what is stored; return why that cannot be done."""
        try:
            snapshot = await self._file.load_snapshot()
            await self._is_whole.wait()
            self.state.load_snapshot(snapshot)
        except Corruption as error:
            return error
        except Exception as error:
            logger.exception("the book met an unknown error as it was loaded again")
            return Corruption(f"The book of the recorded market cannot be loaded again: {error!r}.")
        return None


@asynccontextmanager
async def open_venue_state(path: Path, after_commit: CommitHook | None = None) -> AsyncIterator[VenueStateJournal]:
    """Open or create a book file with its journal; raise Corruption if it cannot be used."""
    async with VenueStateFile(path, after_commit) as file:
        journal = VenueStateJournal(VenueState(await file.load_snapshot()), file)
        try:
            yield journal
        finally:
            await journal.close()
