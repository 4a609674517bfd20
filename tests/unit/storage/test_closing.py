"""The end of the database: it does not wait for whoever holds the file, nor for work without an end."""

import asyncio
import sqlite3
from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.domain.errors import Unavailable
from bot.domain.facts import EventRaised, IntentDecided, Saved, UnitOfWork
from storage.database import open_database
from storage.write import writer as writer_module
from tests.builders import facts as a
from tests.builders.orders import an_intent
from tests.fakes.clock import FakeClock


def a_unit() -> UnitOfWork:
    intent = an_intent(1)
    return (IntentDecided(intent), Saved(a.an_order(intent)), EventRaised(a.an_event("e1")))


async def test_a_closing_database_tries_once_while_somebody_else_holds_it(tmp_path: Path) -> None:
    path, attempts = tmp_path / "q.db", 0

    def held(units: Sequence[UnitOfWork]) -> None:
        nonlocal attempts
        attempts += len(units)
        raise sqlite3.OperationalError("database is locked")

    async with open_database(path, FakeClock(a.WALL)) as database:
        database.writer.before_commit.append(held)
        first = database.writer.enqueue_low_priority(a_unit())
        chores = [asyncio.ensure_future(database.writer.run_maintenance((("DELETE FROM bots", ()),))) for _ in range(3)]
        await asyncio.sleep(0)
    with pytest.raises(Unavailable, match="database is locked"):
        await first
    assert attempts == 1
    for refused in await asyncio.gather(*chores, return_exceptions=True):
        assert isinstance(refused, Unavailable)
    async with open_database(path, FakeClock(a.WALL)) as database:
        assert await database.reader.working_orders() == ()


async def test_what_takes_too_long_to_store_at_the_end_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer_module, "CLOSING_SECONDS", 0.0)
    async with open_database(tmp_path / "q.db", FakeClock(a.WALL)) as database:
        late = database.writer.enqueue_low_priority(a_unit())
    with pytest.raises(Unavailable, match="being closed"):
        await late
    async with open_database(tmp_path / "q.db", FakeClock(a.WALL)) as database:
        assert await database.reader.working_orders() == ()
