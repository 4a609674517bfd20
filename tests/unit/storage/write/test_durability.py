"""What is committed is on the disk, not only in the hands of the system."""

import sqlite3
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from bot.durable.sqlite_thread import SqliteThread
from storage.database import PRAGMAS


class CommitRecorder(sqlite3.Connection):
    """Keeps how thoroughly SQLite stores what it commits: 2 is FULL."""

    synchronous: ClassVar[list[int]] = []

    def execute(self, sql: str, parameters: Sequence[str | int | float | None] = (), /) -> sqlite3.Cursor:  # type: ignore[override]
        if sql == "COMMIT":
            self.synchronous.append(super().execute("PRAGMA synchronous").fetchone()[0])
        return super().execute(sql, parameters)


async def test_a_commit_is_on_the_disk_when_it_returns(tmp_path: Path) -> None:
    CommitRecorder.synchronous.clear()
    thread = SqliteThread(tmp_path / "q.db", PRAGMAS, CommitRecorder)
    await thread.execute_maintenance((("CREATE TABLE notes (note TEXT)", ()),))
    await thread.close()
    assert set(CommitRecorder.synchronous) == {2}
