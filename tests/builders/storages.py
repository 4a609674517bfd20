"""A storage of any kind with its parts and its clock."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from bot.domain.facts import Fact
from bot.ports.storage import NumberedEvent, Reader, Retention, Writer
from storage.database import open_database
from tests.builders.facts import WALL
from tests.builders.fresh_database import lay_database
from tests.fakes.clock import FakeClock
from tests.fakes.memory_storage.storage import MemoryStorage


@dataclass
class Storage:
    writer: Writer
    reader: Reader
    housekeeping: Retention
    clock: FakeClock

    async def store(self, *facts: Fact) -> None:
        await self.writer.commit(facts)


@asynccontextmanager
async def open_storage(kind: str, folder: Path) -> AsyncIterator[Storage]:
    """Open a `memory` or `sqlite` storage."""
    clock = FakeClock(WALL)
    if kind == "memory":
        memory = MemoryStorage(clock)
        yield Storage(memory, memory, memory, clock)
        return
    async with open_database(lay_database(folder / "q.db"), clock) as database:
        yield Storage(database.writer, database.reader, database.retention, clock)


def names(events: tuple[NumberedEvent, ...]) -> list[str]:
    """Return the ids of events."""
    return [numbered.event.event_id for numbered in events]
