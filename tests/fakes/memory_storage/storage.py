"""Storage that lives as long as the process: what the engine's tests run on, held to the same contract."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from bot.domain.errors import Conflict
from bot.domain.facts import KeptButton, Record, UnitOfWork
from bot.domain.ids import EventId
from bot.domain.people import AuditEntry
from bot.domain.signal import SignalRecord
from bot.ports.clock import Clock
from bot.ports.storage import CommitListener
from tests.fakes.memory_storage.reader import MemoryReader
from tests.fakes.memory_storage.tables import MemoryTables, record_key

R = TypeVar("R", bound=Record)


@dataclass(frozen=True, slots=True)
class MemoryObservers:
    """Called with every unit right before and right after it is stored."""

    before_commit: list[CommitListener] = field(default_factory=list)
    after_commit: list[CommitListener] = field(default_factory=list)


class MemoryStorage(MemoryReader):
    """Implements Writer, Reader and Housekeeping; a unit is stored the moment it is handed over."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(MemoryTables())
        self.observers = MemoryObservers()
        self.pending = 0
        self._clock = clock

    def add_commit_listener(self, listener: CommitListener) -> None:
        self.observers.after_commit.append(listener)

    async def raise_when_broken(self) -> None:
        await asyncio.Event().wait()

    def prefer_decisions(self, are_pending: Callable[[], bool]) -> None:
        """Do nothing: no unit waits."""

    def enqueue_low_priority(self, unit: UnitOfWork) -> asyncio.Future[None]:
        stored: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        try:
            for observer in self.observers.before_commit:
                observer((unit,))
            self._tables.store_unit(unit, self._clock.now())
        except Conflict as error:
            stored.set_exception(error)
            return stored
        for observer in self.observers.after_commit:
            observer((unit,))
        stored.set_result(None)
        return stored

    def enqueue_high_priority(self, unit: UnitOfWork) -> asyncio.Future[None]:
        return self.enqueue_low_priority(unit)

    def promote_unit(self, stored: asyncio.Future[None]) -> None:
        """Do nothing: it is stored already."""

    async def commit(self, unit: UnitOfWork) -> None:
        stored = self.enqueue_low_priority(unit)
        # Real storage never answers within the same turn of the loop.
        await asyncio.sleep(0)
        await stored

    async def wait_until_idle(self) -> None:
        """Return at once: nothing ever waits."""

    async def delete_expired_rows(self, before: datetime) -> int:
        size = self._size()
        self._prune(SignalRecord, lambda signal: signal.moment.wall >= before)
        self._prune_audit(before)
        self._prune_events(before)
        self._prune(KeptButton, lambda button: button.kept_at >= before)
        return size - self._size()

    def _size(self) -> int:
        kinds = (SignalRecord, AuditEntry, KeptButton)
        records = sum(len(self._tables.records[kind]) for kind in kinds)
        return records + len(self._tables.events) + len(self._tables.deliveries)

    def _prune(self, kind: type[R], is_kept: Callable[[R], bool]) -> None:
        for record in self._tables.rows(kind):
            if not is_kept(record):
                del self._tables.records[kind][record_key(record)]

    def _prune_audit(self, before: datetime) -> None:
        for entry in self._tables.rows(AuditEntry):
            if entry.at < before:
                self._tables.forget_key(("audit", entry.audit_id))
        self._prune(AuditEntry, lambda entry: entry.at >= before)

    def _prune_events(self, before: datetime) -> None:
        tables = self._tables
        kept: set[EventId] = {
            numbered.event.event_id for waiting in tables.pending.values() for numbered in waiting.values()
        }
        kept |= {key for key, numbered in tables.events.items() if numbered.event.moment.wall >= before}
        gone = set(tables.events) - kept
        for event_id in gone:
            tables.forget_key(("event", event_id))
        tables.events = {key: row for key, row in tables.events.items() if key in kept}
        tables.deliveries = {key: row for key, row in tables.deliveries.items() if key[0] not in gone}
