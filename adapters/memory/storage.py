"""Storage that lives as long as the process: what the engine's tests run on, held to the same contract."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from adapters.memory.lookup import MemoryReader
from adapters.memory.shelves import Shelves
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
        super().__init__(Shelves())
        self.observers = MemoryObservers()
        self.pending = 0
        self._clock = clock

    def enqueue(self, unit: UnitOfWork) -> asyncio.Future[None]:
        stored: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        try:
            for observer in self.observers.before_commit:
                observer((unit,))
            self._shelves.store(unit, self._clock.now())
        except Conflict as error:
            stored.set_exception(error)
            return stored
        for observer in self.observers.after_commit:
            observer((unit,))
        stored.set_result(None)
        return stored

    def hurry(self, unit: UnitOfWork) -> asyncio.Future[None]:
        return self.enqueue(unit)

    def expedite(self, stored: asyncio.Future[None]) -> None:
        """Do nothing: it is stored already."""

    async def commit(self, unit: UnitOfWork) -> None:
        stored = self.enqueue(unit)
        # Real storage never answers within the same turn of the loop.
        await asyncio.sleep(0)
        await stored

    async def idle(self) -> None:
        """Return at once: nothing ever waits."""

    async def prune(self, before: datetime) -> int:
        shelves = self._shelves
        size = self._size()
        shelves.signals = {key: row for key, row in shelves.signals.items() if row.moment.wall >= before}
        self._prune_audit(before)
        self._prune_equity(before)
        self._prune_events(before)
        shelves.buttons = {key: row for key, row in shelves.buttons.items() if row.kept_at >= before}
        return size - self._size()

    def _size(self) -> int:
        shelves = self._shelves
        return sum(
            len(table)
            for table in (
                *(shelves.signals, shelves.audit, shelves.equity),
                *(shelves.events, shelves.deliveries, shelves.buttons),
            )
        )

    def _prune_audit(self, before: datetime) -> None:
        for entry in self._shelves.audit:
            if entry.at < before:
                self._shelves.forget_key(("audit", entry.audit_id))
        self._shelves.audit = [entry for entry in self._shelves.audit if entry.at >= before]

    def _prune_equity(self, before: datetime) -> None:
        shelves = self._shelves
        last = {(bot_id, time.date()): time for bot_id, time in sorted(shelves.equity)}
        for bot_id, time in list(shelves.equity):
            if shelves.equity_stored[bot_id, time] < before and last[bot_id, time.date()] != time:
                del shelves.equity[bot_id, time]
                del shelves.equity_stored[bot_id, time]

    def _prune_events(self, before: datetime) -> None:
        shelves = self._shelves
        kept: set[EventId] = {
            numbered.event.event_id for waiting in shelves.pending.values() for numbered in waiting.values()
        }
        kept |= {key for key, numbered in shelves.events.items() if numbered.event.moment.wall >= before}
        gone = set(shelves.events) - kept
        for event_id in gone:
            shelves.forget_key(("event", event_id))
        shelves.events = {key: row for key, row in shelves.events.items() if key in kept}
        shelves.deliveries = {key: row for key, row in shelves.deliveries.items() if key[0] not in gone}
