"""Two writers on one file: the one that came first stores nothing any more, whatever became of the lock."""

import fcntl
from pathlib import Path

import pytest

from bot.domain.errors import Corruption
from bot.domain.facts import KeyValue, Saved
from storage.database import open_database
from tests.builders import facts as a
from tests.fakes.clock import FakeClock


async def test_a_second_writer_ends_the_first_whatever_became_of_the_lock(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "q.db"
    async with open_database(path, FakeClock(a.WALL)) as first:
        await first.writer.commit((Saved(KeyValue("kept", "v")),))
        monkeypatch.setattr(fcntl, "flock", lambda file, operation: None)
        async with open_database(path, FakeClock(a.WALL)) as second:
            with pytest.raises(Corruption, match="another process"):
                await first.writer.commit((Saved(KeyValue("lost", "v")),))
            with pytest.raises(Corruption, match="another process"):
                await first.writer.raise_when_broken()
            await second.writer.commit((Saved(KeyValue("mine", "v")),))
            assert await second.reader.key_value("lost") is None
            assert await second.reader.key_value("kept") == "v"
