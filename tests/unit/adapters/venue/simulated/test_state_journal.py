"""What belongs together is stored together, although others work meanwhile."""

import asyncio
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from decimal import Decimal
from pathlib import Path

import pytest

from adapters.venue.simulated.state_file import VenueStateFile
from adapters.venue.simulated.state_journal import VenueStateJournal, open_venue_state
from bot.domain.errors import Corruption, Unavailable
from bot.domain.ids import AccountId
from bot.durable.row_codec import Cell, RowCodec
from bot.engine.concurrency import time_slice
from bot.engine.simulation.state_rows import StateChanges
from bot.engine.simulation.venue_state import VenueState


@pytest.fixture(autouse=True)
def short_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the loop go after every step."""
    monkeypatch.setattr(time_slice, "SLICE_SECONDS", 0.0)


class Stored:
    """The notes that were in the file after each commit."""

    def __init__(self) -> None:
        self.seen: list[dict[str, str]] = []

    def __call__(self, path: Path) -> None:
        with closing(sqlite3.connect(path)) as connection:
            self.seen.append(dict(connection.execute("SELECT key, value FROM notes ORDER BY key")))


def writing(book: VenueState, count: int, begun: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Write so many notes, one a step."""
    for number in range(count):
        book.set_key_value(f"step {number}", "done")
        begun()
        yield


ALL = {f"step {number}": "done" for number in range(5)}


async def test_what_others_store_meanwhile_goes_with_the_whole_and_is_told_after_it(tmp_path: Path) -> None:
    stored, told, begun = Stored(), list[str](), asyncio.Event()
    async with open_venue_state(tmp_path / "book.sqlite3", stored) as journal:
        book = journal.state
        whole = asyncio.create_task(journal.append_steps(writing(book, 5, begun.set), lambda: told.append("whole")))
        await begun.wait()
        book.set_key_value("other", "done")
        await journal.append_changes(lambda: told.append("other"))
        await whole
    assert stored.seen == [{"other": "done", **ALL}]
    assert told == ["whole", "other"]


async def test_whoever_waits_for_what_is_settled_waits_for_the_whole(tmp_path: Path) -> None:
    stored, begun = Stored(), asyncio.Event()
    async with open_venue_state(tmp_path / "book.sqlite3", stored) as journal:
        book = journal.state
        whole = asyncio.create_task(journal.append_steps(writing(book, 5, begun.set)))
        await begun.wait()
        await journal.wait_until_stored()
        assert stored.seen == [ALL]
        await whole


async def test_cancelling_the_caller_stores_all_of_it_and_never_half(tmp_path: Path) -> None:
    stored, begun = Stored(), asyncio.Event()
    async with open_venue_state(tmp_path / "book.sqlite3", stored) as journal:
        book = journal.state
        whole = asyncio.create_task(journal.append_steps(writing(book, 5, begun.set)))
        await begun.wait()
        whole.cancel()
        with suppress(asyncio.CancelledError):
            await whole
        assert whole.cancelled()
    assert stored.seen == [ALL]


async def test_others_have_their_turn_between_the_steps(tmp_path: Path) -> None:
    turns = 0

    async def other() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    async with open_venue_state(tmp_path / "book.sqlite3") as journal:
        book = journal.state
        task = asyncio.create_task(other())
        seen: list[int] = []
        await journal.append_steps(writing(book, 5, lambda: seen.append(turns)))
        task.cancel()
    assert len(set(seen)) == 5


async def test_a_book_that_the_disk_does_not_take_closes(tmp_path: Path) -> None:
    path = tmp_path / "book.sqlite3"
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        async with open_venue_state(path) as journal:
            book = journal.state
            await journal.wait_until_stored()
            other.execute("BEGIN IMMEDIATE")
            book.set_key_value("step", "done")
        other.execute("COMMIT")
    async with open_venue_state(path) as journal:
        book = journal.state
        assert book.key_value("step") is None


FULL = sqlite3.OperationalError("database or disk is full")


class FullOnce(VenueStateFile):
    """A file whose first commit fails once the test says so."""

    def __init__(self, path: Path, error: Exception = FULL) -> None:
        super().__init__(path)
        self.error = error
        self.begun, self.may_fail = asyncio.Event(), asyncio.Event()

    async def commit_changes(self, changes: StateChanges) -> None:
        if not self.begun.is_set():
            self.begun.set()
            await self.may_fail.wait()
            raise self.error
        await super().commit_changes(changes)


async def test_what_was_appended_before_a_failed_commit_was_known_is_not_stored_either(tmp_path: Path) -> None:
    async with FullOnce(tmp_path / "book.sqlite3") as file:
        book = VenueState(await file.load_snapshot())
        journal = VenueStateJournal(book, file)
        book.set_key_value("bought", "1")
        first = journal.append_changes()
        await file.begun.wait()
        book.set_key_value("sold", "1")
        second = journal.append_changes()
        file.may_fail.set()
        for stored in (first, second):
            with pytest.raises(Unavailable):
                await stored
        assert (await file.load_snapshot()).key_values == ()
        assert book.key_value("sold") is None


async def test_steps_that_were_under_way_when_a_commit_failed_are_taken_back_whole(tmp_path: Path) -> None:
    async with FullOnce(tmp_path / "book.sqlite3") as file:
        book = VenueState(await file.load_snapshot())
        journal = VenueStateJournal(book, file)
        book.set_key_value("bought", "1")
        first = journal.append_changes()
        await file.begun.wait()
        whole = asyncio.create_task(journal.append_steps(writing(book, 5, file.may_fail.set)))
        for stored in (first, whole):
            with pytest.raises(Unavailable):
                await stored
        assert not book.has_changes
        await journal.append_steps(writing(book, 5))
        assert dict((await file.load_snapshot()).key_values) == ALL


async def test_a_commit_that_fails_for_an_unknown_reason_ends_nothing(tmp_path: Path) -> None:
    async with FullOnce(tmp_path / "book.sqlite3", ValueError("no decimal")) as file, asyncio.timeout(5):
        file.may_fail.set()
        book = VenueState(await file.load_snapshot())
        journal = VenueStateJournal(book, file)
        book.set_key_value("bought", "1")
        with pytest.raises(Unavailable, match="no decimal"):
            await journal.append_changes()
        assert book.key_value("bought") is None
        await journal.append_steps(writing(book, 5))
        assert dict((await file.load_snapshot()).key_values) == ALL


async def test_a_row_that_cannot_be_encoded_in_the_thread_is_unavailable(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> list[Cell]:
        raise ValueError("no decimal")

    async with open_venue_state(tmp_path / "book.sqlite3") as journal, asyncio.timeout(5):
        monkeypatch.setattr(RowCodec, "encode", refuse)
        journal.state.open_account(AccountId("acc"), "USDT", Decimal(100))
        with pytest.raises(Unavailable, match="no decimal"):
            await journal.append_changes()
        monkeypatch.undo()
        assert journal.state.account(AccountId("acc")) is None


async def test_a_book_that_cannot_be_loaded_again_is_corrupt_from_then_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def refuse(*_: object) -> None:
        raise RuntimeError("no thread")

    async with open_venue_state(tmp_path / "book.sqlite3") as journal, asyncio.timeout(5):
        monkeypatch.setattr(VenueStateFile, "commit_changes", refuse)
        monkeypatch.setattr(VenueStateFile, "load_snapshot", refuse)
        journal.state.set_key_value("bought", "1")
        waiting = [journal.append_changes(), journal.append_changes()]
        for stored in waiting:
            with pytest.raises(Corruption, match="no thread"):
                await stored
        with pytest.raises(Corruption, match="no thread"):
            await journal.append_changes()


async def test_what_is_appended_to_a_closed_book_is_unavailable(tmp_path: Path) -> None:
    async with open_venue_state(tmp_path / "book.sqlite3") as journal:
        journal.state.set_key_value("bought", "1")
    journal.state.set_key_value("sold", "1")
    async with asyncio.timeout(5):
        with pytest.raises(Unavailable, match="closed"):
            await journal.append_changes()
