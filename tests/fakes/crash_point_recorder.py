"""Photographs of a running desk: its files as a kill at that moment would leave them, and what the people had."""

import shutil
import sqlite3
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from bot.domain.facts import UnitOfWork
from bot.ports.clock import MarketClock
from storage.database import Database
from tests.fakes.received_messages import ReceivedMessages

DATABASE_FILE, VENUE_STATE_FILE = "quarterdeck.sqlite3", "market.sqlite3"


@dataclass(frozen=True, slots=True)
class CrashPoint:
    """A state that a kill may leave: a folder with the files, what people had, and the first moment that showed it."""

    folder: Path
    outside: ReceivedMessages
    moment: str


@dataclass(slots=True)
class CrashPointRecorder:
    """Keeps one photograph of each durable state; `moments` counts all fault points by their kind.

    Works while it is held up, and while the market's clock, once it is given, stands within the window, its end
    excluded.

    States are told apart by how many commits each file and how many messages and answers each person has had: two
    moments with equal counts leave the same files behind.
    """

    folder: Path
    target: Path
    outside: ReceivedMessages
    window: tuple[datetime, datetime] | None = None
    clock: MarketClock | None = None
    is_held: bool = False
    has_film: bool = True
    moments: Counter[str] = field(default_factory=Counter)
    points: list[CrashPoint] = field(default_factory=list)
    _commits: int = 0
    _venue_commits: int = 0
    _seen: set[tuple[int, int, int, int]] = field(default_factory=set)

    def watch(self, database: Database) -> None:
        """Observe the engine's writer."""

        def before_commit(units: Sequence[UnitOfWork]) -> None:
            del units
            self.record_point("before a commit")

        def after_commit(units: Sequence[UnitOfWork]) -> None:
            del units
            self._commits += 1
            self.record_point("after a commit")

        database.writer.before_commit.append(before_commit)
        database.writer.add_commit_listener(after_commit)

    def after_venue_commit(self, path: Path) -> None:
        """Observe the venue's book, on the loop, while the book stands still."""
        del path
        self._venue_commits += 1
        self.record_point("after a commit of the book")

    def record_point(self, moment: str) -> None:
        """Take a photograph if this state was not seen yet."""
        if not self._is_on():
            return
        # Whoever holds the guard lets nothing arrive. A commit that runs meanwhile is in the picture or is not, and
        # both could have been: nothing that follows from it can happen before the picture is taken.
        with self.outside.guard:
            self.moments[moment] += 1
            state = (self._commits, self._venue_commits, len(self.outside.receipts), len(self.outside.answers))
            if state in self._seen:
                return
            self._seen.add(state)
            point = CrashPoint(self.target / f"{len(self.points):04d}", self.outside.copy(), moment)
            if self.has_film:
                point.folder.mkdir(parents=True)
                copy_files(self.folder, point.folder)
            self.points.append(point)

    def _is_on(self) -> bool:
        if self.is_held or self.window is None or self.clock is None:
            return self.is_held
        return self.window[0] <= self.clock.now() < self.window[1]


def copy_files(folder: Path, target: Path) -> None:
    """Copy database and book as they are, the book first: it never knows less than the database says it does."""
    for name in (VENUE_STATE_FILE, DATABASE_FILE):
        with _log_kept(folder / name):
            # The file before its log: what is moved into the file meanwhile is still in the log.
            for part in (name, f"{name}-wal"):
                if (folder / part).exists():
                    shutil.copy(folder / part, target / part)


@contextmanager
def _log_kept(path: Path) -> Iterator[None]:
    """Keep the log from being begun anew while the block lasts: a reader's open transaction does that."""
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, isolation_level=None)) as reader:
        reader.execute("BEGIN")
        reader.execute("SELECT count(*) FROM sqlite_schema").fetchone()
        yield
