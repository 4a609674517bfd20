"""The thread that writes: a transaction is stored whole or not at all, and the next one starts afresh."""

import sqlite3
import threading
from collections.abc import AsyncIterator, Sequence
from contextlib import closing
from pathlib import Path

import pytest

from bot.domain.errors import Corruption
from bot.durable.sqlite_thread import SqliteThread, Statement

ADD = 'INSERT INTO "t" ("a") VALUES (?)'


@pytest.fixture
async def thread(tmp_path: Path) -> AsyncIterator[SqliteThread]:
    with closing(sqlite3.connect(tmp_path / "q.db")) as connection:
        connection.execute("CREATE TABLE t (a INTEGER PRIMARY KEY)")
    made = SqliteThread(tmp_path / "q.db", {"journal_mode": "WAL"})
    yield made
    await made.close()


def stored(folder: Path) -> list[int]:
    with closing(sqlite3.connect(folder / "q.db")) as connection:
        return [number for (number,) in connection.execute("SELECT a FROM t ORDER BY a")]


def nothing() -> None:
    """Watch no commit."""


async def test_all_statements_of_a_transaction_are_stored(thread: SqliteThread, tmp_path: Path) -> None:
    await thread.store_statements(
        [Statement(ADD, [[1], [2]]), Statement('DELETE FROM "t" WHERE "a" = ?', [[1]])], nothing
    )
    assert stored(tmp_path) == [2]


async def test_a_row_that_repeats_takes_the_whole_transaction_back(thread: SqliteThread, tmp_path: Path) -> None:
    with pytest.raises(sqlite3.IntegrityError):
        await thread.store_statements([Statement(ADD, [[1]]), Statement(ADD, [[2], [1]])], nothing)
    await thread.store_statements([Statement(ADD, [[3]])], nothing)
    assert stored(tmp_path) == [3]


async def test_before_a_commit_its_watcher_is_called_in_the_thread_and_nothing_is_visible(
    thread: SqliteThread, tmp_path: Path
) -> None:
    seen: list[object] = []
    await thread.store_statements(
        [Statement(ADD, [[1]])], lambda: seen.extend((stored(tmp_path), threading.current_thread().name))
    )
    assert seen[0] == []
    assert str(seen[1]).startswith("storage-writer")
    assert stored(tmp_path) == [1]


async def test_a_chore_says_how_many_rows_it_changed(thread: SqliteThread, tmp_path: Path) -> None:
    await thread.store_statements([Statement(ADD, [[number] for number in range(5)])], nothing)
    chore = (('DELETE FROM "t" WHERE "a" < ?', (2,)), ('DELETE FROM "t" WHERE "a" = ?', (4,)))
    assert await thread.execute_maintenance(chore) == 3
    assert stored(tmp_path) == [2, 3]


class Stuck(sqlite3.Connection):
    """A connection that takes nothing back."""

    def execute(self, sql: str, values: Sequence[str | int | None] = (), /) -> sqlite3.Cursor:  # type: ignore[override]
        if sql == "ROLLBACK":
            raise sqlite3.OperationalError("disk I/O error")
        return super().execute(sql, values)


async def test_once_a_transaction_could_not_be_taken_back_nothing_is_stored_any_more(
    thread: SqliteThread, tmp_path: Path
) -> None:
    del thread  # it made the table
    stuck = SqliteThread(tmp_path / "q.db", {}, Stuck)
    with pytest.raises(Corruption, match="can no longer be written: disk I/O error"):
        await stuck.store_statements([Statement(ADD, [[1], [1]])], nothing)
    with pytest.raises(Corruption, match="can no longer be written"):
        await stuck.store_statements([Statement(ADD, [[2]])], nothing)
    await stuck.close()
    assert stored(tmp_path) == []


async def test_whoever_claims_a_file_later_keeps_the_one_before_from_storing(tmp_path: Path) -> None:
    first, second = (SqliteThread(tmp_path / "q.db", {"journal_mode": "WAL"}) for _ in range(2))
    await first.claim_file()
    await first.store_statements(
        [Statement("CREATE TABLE t (a INTEGER PRIMARY KEY)", [[]]), Statement(ADD, [[1]])], nothing
    )
    await second.claim_file()
    with pytest.raises(Corruption, match="another process writes to"):
        await first.store_statements([Statement(ADD, [[2]])], nothing)
    await second.store_statements([Statement(ADD, [[3]])], nothing)
    with pytest.raises(Corruption, match="another process writes to"):
        await first.execute_maintenance((("DELETE FROM t", ()),))
    await first.close()
    await second.close()
    assert stored(tmp_path) == [1, 3]
