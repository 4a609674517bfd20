"""The writer under load and in trouble, and one process per file."""

import asyncio
import os
import sqlite3
import threading
from collections.abc import AsyncIterator, Sequence
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest

from bot.domain.errors import Conflict, Corruption, NotStorable, Unavailable
from bot.domain.facts import EventRaised, FillBooked, IntentDecided, KeyValue, Saved, UnitOfWork
from bot.domain.ids import BotId
from bot.ports.storage import Page, Reader, Retention, Writer
from storage.database import Database, open_database
from storage.write import writer as writer_module
from tests.builders import facts as a
from tests.builders.facts import saved_records
from tests.builders.orders import an_intent
from tests.builders.small_engine import turns
from tests.fakes.clock import FakeClock


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    async with open_database(tmp_path / "q.db", FakeClock(a.WALL)) as opened:
        yield opened


def a_unit(number: int) -> UnitOfWork:
    intent = an_intent(number)
    return (IntentDecided(intent), Saved(a.an_order(intent)), EventRaised(a.an_event(f"e{number}")))


def test_a_database_has_the_ports(database: Database) -> None:
    writer: Writer = database.writer
    reader: Reader = database.reader
    housekeeping: Retention = database.retention
    assert (writer, reader, housekeeping) == (database.writer, database.reader, database.retention)


async def test_two_thousand_concurrent_commits_share_few_transactions(database: Database) -> None:
    batches: list[int] = []
    database.writer.add_commit_listener(lambda units: batches.append(len(units)))
    await asyncio.gather(*(database.writer.commit(a_unit(number)) for number in range(2000)))
    assert sum(batches) == 2000
    assert len(batches) < 20
    assert database.writer.pending == 0
    assert len(await database.reader.working_orders()) == 2000
    events = await database.reader.events_after(0, 3000)
    assert [numbered.event.event_id for numbered in events] == [f"e{number}" for number in range(2000)]


async def test_what_somebody_waits_for_is_stored_before_thousands_nobody_waits_for(database: Database) -> None:
    stored: list[str] = []

    def note(units: Sequence[UnitOfWork]) -> None:
        stored.extend(one.key for unit in units for one in saved_records(unit, KeyValue))

    database.writer.add_commit_listener(note)
    patient = [database.writer.enqueue_low_priority((Saved(KeyValue(f"n{number:04}", "v")),)) for number in range(3000)]
    await database.writer.commit((Saved(KeyValue("first", "v")),))
    assert stored[0] == "first"
    await patient[0]
    await database.writer.commit((Saved(KeyValue("second", "v")),))
    await asyncio.gather(*patient)
    assert stored.index("second") < 2000
    assert [key for key in stored if key.startswith("n")] == [f"n{number:04}" for number in range(3000)]


async def test_a_unit_that_somebody_waits_for_later_on_changes_the_lane(database: Database) -> None:
    stored: list[str] = []

    def note(units: Sequence[UnitOfWork]) -> None:
        stored.extend(one.key for unit in units for one in saved_records(unit, KeyValue))

    database.writer.add_commit_listener(note)
    patient = [database.writer.enqueue_low_priority((Saved(KeyValue(f"n{number:04}", "v")),)) for number in range(3000)]
    database.writer.promote_unit(patient[-1])
    await patient[-1]
    assert stored[0] == "n2999"
    database.writer.promote_unit(patient[-1])
    await asyncio.gather(*patient)
    assert stored == ["n2999", *(f"n{number:04}" for number in range(2999))]


async def test_what_nobody_waits_for_stands_behind_what_is_being_decided(database: Database) -> None:
    is_deciding = True
    database.writer.prefer_decisions(lambda: is_deciding)
    patient = database.writer.enqueue_low_priority((Saved(KeyValue("patient", "v")),))
    await database.writer.commit((Saved(KeyValue("hurried", "v")),))
    await turns(50)
    assert not patient.done()
    is_deciding = False
    await patient
    assert await database.reader.key_value("patient") == "v"


async def test_what_nobody_waits_for_is_stored_in_the_end_however_much_is_decided(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(writer_module, "MAX_WAIT_SECONDS", 0.0)
    database.writer.prefer_decisions(lambda: True)
    await database.writer.enqueue_low_priority((Saved(KeyValue("patient", "v")),))
    assert await database.reader.key_value("patient") == "v"


async def test_a_unit_that_came_while_others_were_mapped_goes_before_them(database: Database) -> None:
    batches: list[list[str]] = []

    def note(units: Sequence[UnitOfWork]) -> None:
        batches.append([one.key for unit in units for one in saved_records(unit, KeyValue)])

    database.writer.add_commit_listener(note)
    large = tuple(Saved(KeyValue(f"n{number:05}", "v")) for number in range(10_000))
    patient = [
        database.writer.enqueue_low_priority(large),
        database.writer.enqueue_low_priority((Saved(KeyValue("last", "v")),)),
    ]
    await asyncio.sleep(0)
    await asyncio.sleep(0)
    await database.writer.commit((Saved(KeyValue("hurried", "v")),))
    await asyncio.gather(*patient)
    assert [len(batch) for batch in batches] == [1, 10_001]
    assert batches[0] == ["hurried"]


async def test_one_guilty_unit_does_not_harm_its_batch(database: Database) -> None:
    await database.writer.commit(a_unit(7))
    results = await asyncio.gather(
        *(database.writer.commit(a_unit(number)) for number in range(20)), return_exceptions=True
    )
    assert [number for number, result in enumerate(results) if isinstance(result, Conflict)] == [7]
    assert sum(result is None for result in results) == 19
    assert len(await database.reader.working_orders()) == 20


async def test_a_unit_that_cannot_be_written_fails_alone(database: Database) -> None:
    naive = replace(a.a_bot("naive"), created_at=a.WALL.replace(tzinfo=None))
    huge = replace(a.a_bot("huge"), seed=2**64)
    units: list[UnitOfWork] = [(Saved(naive),), (Saved(KeyValue("k", "v")),), (Saved(huge),)]
    results = await asyncio.gather(*(database.writer.commit(unit) for unit in units), return_exceptions=True)
    assert [type(result) for result in results] == [NotStorable, type(None), NotStorable]
    assert await database.reader.key_value("k") == "v"
    assert await database.reader.bots() == ()


async def test_the_last_unit_of_a_batch_wins(database: Database) -> None:
    await asyncio.gather(*(database.writer.commit((Saved(KeyValue("speed", str(number))),)) for number in range(100)))
    assert await database.reader.key_value("speed") == "99"


async def test_a_cancelled_caller_does_not_cancel_its_unit(database: Database) -> None:
    caller = asyncio.ensure_future(database.writer.commit(a_unit(1)))
    await asyncio.sleep(0)
    caller.cancel()
    with pytest.raises(asyncio.CancelledError):
        await caller
    await database.writer.wait_until_idle()
    assert len(await database.reader.working_orders()) == 1
    await database.writer.commit(a_unit(2))


async def test_what_was_given_is_stored_before_the_database_closes(tmp_path: Path) -> None:
    path = tmp_path / "q.db"
    async with open_database(path, FakeClock(a.WALL)) as database:
        futures = [database.writer.enqueue_low_priority(a_unit(number)) for number in range(300)]
    assert all(future.done() and future.exception() is None for future in futures)
    with pytest.raises(Unavailable, match="being closed"):
        await database.writer.commit(a_unit(5000))
    async with open_database(path, FakeClock(a.WALL)) as database:
        assert len(await database.reader.working_orders()) == 300


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


async def test_closing_leaves_no_thread_and_no_file_open(tmp_path: Path) -> None:
    await asyncio.to_thread(int)  # the pool of to_thread keeps one
    threads = set(threading.enumerate())
    files = open_files()
    async with open_database(tmp_path / "q.db", FakeClock(a.WALL)) as database:
        await database.writer.commit(a_unit(1))
        await database.reader.bots()
    assert open_files() <= files
    for thread in set(threading.enumerate()) - threads:
        # A connection's thread says that it is done before it is gone; one that is not done would stay for ever.
        await asyncio.to_thread(thread.join, 10)
        assert not thread.is_alive(), thread.name


async def test_a_closing_that_is_cancelled_still_drains(tmp_path: Path) -> None:
    path = tmp_path / "q.db"
    storing, loop = asyncio.Event(), asyncio.get_running_loop()

    def storing_now(_: Sequence[UnitOfWork]) -> None:
        loop.call_soon_threadsafe(storing.set)  # told in the writing thread

    async def session() -> None:
        async with open_database(path, FakeClock(a.WALL)) as database:
            database.writer.before_commit.append(storing_now)
            for number in range(2000):
                database.writer.enqueue_low_priority(a_unit(number))
            await storing.wait()

    running = asyncio.ensure_future(session())
    await storing.wait()
    for _ in range(3):
        running.cancel()
        await asyncio.sleep(0)
    with pytest.raises(asyncio.CancelledError):
        await running
    async with open_database(path, FakeClock(a.WALL)) as database:
        assert len(await database.reader.working_orders()) == 2000


async def test_a_full_disk_fails_the_unit_and_the_writer_goes_on(tmp_path: Path) -> None:
    path = tmp_path / "q.db"
    async with open_database(path, FakeClock(a.WALL)) as database:
        database.writer.before_commit.append(Failing())
        with pytest.raises(Unavailable, match="disk I/O error"):
            await database.writer.commit(a_unit(1))
        assert await database.reader.working_orders() == ()
        await database.writer.commit(a_unit(1))
        assert len(await database.reader.working_orders()) == 1


class Failing:
    """An observer that breaks the first commit."""

    def __init__(self) -> None:
        self._is_broken = True

    def __call__(self, units: Sequence[UnitOfWork]) -> None:
        if self._is_broken:
            self._is_broken = False
            raise sqlite3.OperationalError("disk I/O error")


async def test_nothing_is_visible_before_its_commit_and_everything_after(database: Database, tmp_path: Path) -> None:
    seen: list[tuple[str, int]] = []

    def count(when: str) -> None:
        with closing(sqlite3.connect(tmp_path / "q.db")) as connection:
            seen.append((when, connection.execute("SELECT COUNT(*) FROM fills").fetchone()[0]))

    database.writer.before_commit.append(lambda _: count("before"))
    database.writer.add_commit_listener(lambda _: count("after"))
    await database.writer.commit((FillBooked(a.a_fill(an_intent())),))
    assert seen == [("before", 0), ("after", 1)]
    assert await database.reader.fill_count(an_intent().account_id) == 1


async def test_every_commit_is_seen_by_the_read_after_it(database: Database) -> None:
    for number in range(100):
        await database.writer.commit(a_unit(number))
        assert len(await database.reader.orders(BotId("bot"), Page(limit=200))) == number + 1


async def test_a_second_process_is_told_who_has_the_file(tmp_path: Path) -> None:
    path = tmp_path / "q.db"
    async with open_database(path, FakeClock(a.WALL)):
        with pytest.raises(Unavailable, match=rf"^Failed: another quarterdeck \(pid {os.getpid()}\) uses DATA_DIR"):
            async with open_database(path, FakeClock(a.WALL)):
                pass
    async with open_database(path, FakeClock(a.WALL)) as database:
        assert await database.reader.bots() == ()


async def test_a_row_that_was_tampered_with_is_corruption(database: Database, tmp_path: Path) -> None:
    await database.writer.commit((Saved(a.a_bot()),))
    with closing(sqlite3.connect(tmp_path / "q.db")) as connection, connection:
        connection.execute("UPDATE bots SET config = '{\"capital\": 1}'")
    with pytest.raises(Corruption, match="cannot be understood"):
        await database.reader.bots()
    with pytest.raises(Corruption, match="cannot be understood"):
        await database.writer.raise_when_broken()


async def test_a_copy_can_be_opened_beside_the_original(database: Database, tmp_path: Path) -> None:
    await database.writer.commit(a_unit(1))
    with closing(sqlite3.connect(tmp_path / "q.db")) as connection:
        connection.execute("VACUUM INTO ?", (str(tmp_path / "copy.db"),))
    async with open_database(tmp_path / "copy.db", FakeClock(a.WALL)) as copy:
        await copy.writer.commit(a_unit(2))
        assert len(await copy.reader.working_orders()) == 2
    assert len(await database.reader.working_orders()) == 1
