"""Storage that lives as long as the process: what the engine's tests run on, held to the same contract."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from adapters.memory.lookup import MemoryReader
from adapters.memory.shelves import MemoryTables
from bot.domain.errors import Conflict
from bot.domain.facts import UnitOfWork
from bot.domain.ids import EventId
from bot.ports.clock import Clock

Observer = Callable[[Sequence[UnitOfWork]], None]


@dataclass(frozen=True, slots=True)
class MemoryObservers:
    """Called with every unit right before and right after it is stored."""

    before_commit: list[Observer] = field(default_factory=list)
    after_commit: list[Observer] = field(default_factory=list)


class MemoryStorage(MemoryReader):
    """Implements Writer, Reader and Housekeeping; a unit is stored the moment it is handed over."""

    def __init__(self, clock: Clock) -> None:
        super().__init__(MemoryTables())
        self.observers = MemoryObservers()
        self.pending = 0
        self._clock = clock

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
        shelves = self._tables
        size = self._size()
        shelves.signals = {key: row for key, row in shelves.signals.items() if row.moment.wall >= before}
        self._prune_audit(before)
        self._prune_equity(before)
        self._prune_events(before)
        shelves.buttons = {key: row for key, row in shelves.buttons.items() if row.kept_at >= before}
        return size - self._size()

    def _size(self) -> int:
        shelves = self._tables
        return sum(
            len(table)
            for table in (
                *(shelves.signals, shelves.audit, shelves.equity),
                *(shelves.events, shelves.deliveries, shelves.buttons),
            )
        )

    def _prune_audit(self, before: datetime) -> None:
        for entry in self._tables.audit:
            if entry.at < before:
                self._tables.forget_key(("audit", entry.audit_id))
        self._tables.audit = [entry for entry in self._tables.audit if entry.at >= before]

    def _prune_equity(self, before: datetime) -> None:
        shelves = self._tables
        last = {(bot_id, time.date()): time for bot_id, time in sorted(shelves.equity)}
        for bot_id, time in list(shelves.equity):
            if shelves.equity_stored[bot_id, time] < before and last[bot_id, time.date()] != time:
                del shelves.equity[bot_id, time]
                del shelves.equity_stored[bot_id, time]

    def _prune_events(self, before: datetime) -> None:
        shelves = self._tables
        kept: set[EventId] = {
            numbered.event.event_id for waiting in shelves.pending.values() for numbered in waiting.values()
        }
        kept |= {key for key, numbered in shelves.events.items() if numbered.event.moment.wall >= before}
        gone = set(shelves.events) - kept
        for event_id in gone:
            shelves.forget_key(("event", event_id))
        shelves.events = {key: row for key, row in shelves.events.items() if key in kept}
        shelves.deliveries = {key: row for key, row in shelves.deliveries.items() if key[0] not in gone}
