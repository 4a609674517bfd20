"""A question for one record needs a value for each of its conditions."""

from pathlib import Path
from typing import Any

import pytest

from bot.domain.facts import KeyValue, Saved
from storage.database import open_database
from tests.builders import facts as a
from tests.builders.facts import WALL
from tests.fakes.clock import FakeClock

NOTHING: Any = None


async def test_a_missing_value_is_refused_and_does_not_stand_for_any(tmp_path: Path) -> None:
    async with open_database(tmp_path / "q.db", FakeClock(WALL)) as database:
        await database.writer.commit((Saved(KeyValue("speed", "60")), Saved(a.an_audit_entry())))
        with pytest.raises(ValueError, match="a value was expected for key, found None"):
            await database.reader.key_value(NOTHING)
        with pytest.raises(ValueError, match="a value was expected for trace_id, found None"):
            await database.reader.has_audit_entry(NOTHING)
