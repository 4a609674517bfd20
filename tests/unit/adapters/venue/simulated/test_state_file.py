"""The durable book: what it holds after reopening, and what happens when it is damaged or the disk is full."""

import asyncio
import sqlite3
import threading
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from adapters.venue.recorded.market import STATE_FILE_NAME, open_recorded_market
from adapters.venue.simulated.state_file import VenueStateFile
from adapters.venue.simulated.state_journal import open_venue_state
from bot.domain.errors import Corruption, Unavailable
from bot.domain.ids import AccountId
from bot.domain.moment import Moment
from bot.domain.order import OrderStatus, OrderType
from bot.durable.sqlite_thread import SqliteThread
from tests.builders.orders import an_intent
from tests.builders.recordings import a_recording, flat
from tests.fakes.clock import FakeClock
from tests.fakes.recorded import a_market_harness, with_money

ACCOUNT = AccountId("acc")


async def quiet() -> None:
    await asyncio.sleep(0)


async def a_used_book(folder: Path) -> Path:
    async with a_market_harness(folder, a_recording(flat(5))) as stand:
        await with_money(stand)
        await stand.venue.submit_order(an_intent(1))
        await stand.venue.submit_order(an_intent(2, order_type=OrderType.LIMIT, price="50"))
        await stand.step(2)
    return folder / STATE_FILE_NAME


async def test_orders_fills_and_balances_are_there_after_reopening(tmp_path: Path) -> None:
    await a_used_book(tmp_path)
    async with a_market_harness(tmp_path, a_recording(flat(5))) as stand:
        (order,) = await stand.venue.open_orders(ACCOUNT)
        assert order.client_order_id == an_intent(2).client_order_id
        assert [row.sequence for row in await stand.venue.fills(ACCOUNT, 0)] == [1]
        assert [(row.currency, str(row.total), str(row.free)) for row in await stand.venue.balances(ACCOUNT)] == [
            ("ABC", "1", "1"),
            ("USDT", "9899.90000", "9849.85000"),
        ]
        done = await stand.venue.find_order(ACCOUNT, an_intent(1).client_order_id)
        assert done is not None
        assert done.status is OrderStatus.FILLED


async def test_times_are_read_as_the_first_version_wrote_them(tmp_path: Path) -> None:
    path = await a_used_book(tmp_path)
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute("UPDATE orders SET market_time = '2024-01-01T00:00:00+00:00'")
        connection.execute(
            "UPDATE fills SET market_time = '2024-01-01T00:00:00+00:00', wall_time = '2024-01-01T00:00:00+00:00'"
        )
    async with a_market_harness(tmp_path, a_recording(flat(5))) as stand:
        (order,) = await stand.venue.open_orders(ACCOUNT)
        (report,) = await stand.venue.fills(ACCOUNT, 0)
        new_year = datetime(2024, 1, 1, tzinfo=UTC)
        assert (order.market_time, report.fill.moment) == (new_year, Moment(new_year, new_year))


def book_threads() -> int:
    return sum(thread.name.startswith("book") for thread in threading.enumerate())


def open_book_files() -> int:
    links = [entry.readlink() for entry in Path("/proc/self/fd").iterdir() if entry.is_symlink()]
    return sum(STATE_FILE_NAME in link.name for link in links)


def torn(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def no_database(path: Path) -> None:
    path.write_text("certainly not a database, but long enough to look like something " * 20, encoding="utf-8")


def damaged_inside(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[4096:12288] = bytes(range(256)) * 32
    path.write_bytes(content)


def run_sql(path: Path, statement: str) -> None:
    connection = sqlite3.connect(path)
    connection.execute(statement)
    connection.commit()
    connection.close()


def bad_amount(path: Path) -> None:
    run_sql(path, "UPDATE balances SET total = 'much'")


def bad_status(path: Path) -> None:
    run_sql(path, "UPDATE orders SET status = 'dancing'")


def bad_position(path: Path) -> None:
    run_sql(path, "UPDATE notes SET value = 'tomorrow' WHERE key = 'position'")


def newer_format(path: Path) -> None:
    run_sql(path, "PRAGMA user_version = 99")


def lost_table(path: Path) -> None:
    run_sql(path, "DROP TABLE orders")


@pytest.mark.parametrize(
    "spoil",
    [torn, no_database, damaged_inside, bad_amount, bad_status, bad_position, newer_format, lost_table],
    ids=lambda spoil: spoil.__name__,
)
async def test_a_corrupt_book_is_told_in_one_sentence(tmp_path: Path, spoil: object) -> None:
    path = await a_used_book(tmp_path)
    assert callable(spoil)
    spoil(path)
    with pytest.raises(Corruption) as caught:
        async with open_recorded_market(path, clock=FakeClock(), wait_until_idle=quiet, recording=a_recording(flat(5))):
            pass
    text = str(caught.value)
    assert text.startswith("The book ")
    assert text.count(".") - text.count(".sqlite3") == 1
    assert book_threads() == 0
    assert open_book_files() == 0


async def test_a_commit_that_fails_is_unavailable_and_leaves_no_trace(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with a_market_harness(tmp_path, a_recording(flat(5))) as stand:
        await with_money(stand)
        commit = VenueStateFile.commit_changes

        def full(*_: object) -> None:
            raise sqlite3.OperationalError("database or disk is full")

        monkeypatch.setattr(VenueStateFile, "commit_changes", full)
        with pytest.raises(Unavailable, match="disk is full"):
            await stand.venue.submit_order(an_intent(1))
        monkeypatch.setattr(VenueStateFile, "commit_changes", commit)
        assert await stand.venue.open_orders(ACCOUNT) == ()
        assert (await stand.venue.balances(ACCOUNT))[0].free == 10_000
        assert stand.events == []
        assert (await stand.venue.submit_order(an_intent(1))).status is OrderStatus.ACCEPTED


async def test_the_replay_stands_while_nothing_can_be_stored_and_then_goes_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with a_market_harness(tmp_path, a_recording(flat(5))) as stand:
        commit = VenueStateFile.commit_changes
        failures = 0

        def full(*_: object) -> None:
            nonlocal failures
            failures += 1
            raise sqlite3.OperationalError("database or disk is full")

        await stand.step(2)
        before = stand.venue.clock.now()
        monkeypatch.setattr(VenueStateFile, "commit_changes", full)
        stand.gate.open()
        for _ in range(100_000):
            if stand.clock.sleepers:
                break
            await asyncio.sleep(0)
        assert (failures, stand.venue.clock.now(), stand.candles) == (1, before, [])
        monkeypatch.setattr(VenueStateFile, "commit_changes", commit)
        stand.clock.advance(stand.clock.now() - before)
        await stand.market.feed.wait_until_ended()
        assert len(stand.candles) == 4


async def test_orders_that_arrive_together_share_a_commit(tmp_path: Path) -> None:
    commits: list[Path] = []
    async with a_market_harness(tmp_path, a_recording(flat(5)), after_commit=commits.append) as stand:
        await with_money(stand)
        commits.clear()
        intents = [an_intent(number, order_type=OrderType.LIMIT, price="50") for number in range(50)]
        reports = await asyncio.gather(*map(stand.venue.submit_order, intents))
        assert {report.status for report in reports} == {OrderStatus.ACCEPTED}
        assert len(commits) < 25


async def test_a_caller_that_is_cancelled_leaves_a_whole_order(tmp_path: Path) -> None:
    async with a_market_harness(tmp_path, a_recording(flat(5))) as stand:
        await with_money(stand)
        task = asyncio.create_task(stand.venue.submit_order(an_intent(1)))
        await asyncio.sleep(0)
        task.cancel()
        await asyncio.wait([task])
        report = await stand.venue.find_order(ACCOUNT, an_intent(1).client_order_id)
        assert report is not None
        assert stand.events == [report]


async def test_closing_releases_thread_and_files(tmp_path: Path) -> None:
    async with a_market_harness(tmp_path, a_recording(flat(5))) as stand:
        await with_money(stand)
        assert book_threads() == 1
        assert open_book_files() >= 1
    assert book_threads() == 0
    assert open_book_files() == 0


async def test_a_book_that_cannot_be_created_is_told(tmp_path: Path) -> None:
    with pytest.raises(Corruption, match="it cannot be opened"):
        async with open_venue_state(tmp_path / "no" / "folder" / "book.sqlite3"):
            pass


@pytest.mark.parametrize("table", ["accounts", "recipes"])
async def test_the_file_of_another_program_is_refused_and_left_as_it_is(tmp_path: Path, table: str) -> None:
    path = tmp_path / "book.sqlite3"
    run_sql(path, f"CREATE TABLE {table} (name TEXT)")
    with pytest.raises(Corruption, match="cannot be used: it is not a book of Quarterdeck"):
        async with open_venue_state(path):
            pass
    with closing(sqlite3.connect(path)) as connection:
        assert connection.execute("SELECT name FROM sqlite_schema").fetchall() == [(table,)]
    assert book_threads() == 0


@pytest.mark.parametrize("lock", ["BEGIN IMMEDIATE", "BEGIN EXCLUSIVE"])
@pytest.mark.parametrize("journal_mode", ["wal", "delete"])
async def test_a_new_file_that_another_program_holds_is_told(tmp_path: Path, lock: str, journal_mode: str) -> None:
    path = tmp_path / "book.sqlite3"
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute(f"PRAGMA journal_mode = {journal_mode}")
        other.execute(lock)
        with pytest.raises(Corruption, match=r"it cannot be opened \(database is locked\); restore"):
            async with open_venue_state(path):
                pass
    async with open_venue_state(path) as journal:
        assert not journal.state.has_changes


async def test_a_full_disk_at_the_first_start_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def execute_on_full_disk(*_: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    monkeypatch.setattr(SqliteThread, "execute_maintenance", execute_on_full_disk)
    with pytest.raises(Corruption, match=r"it cannot be opened \(database or disk is full\)"):
        async with open_venue_state(tmp_path / "book.sqlite3"):
            pass
    assert book_threads() == 0
