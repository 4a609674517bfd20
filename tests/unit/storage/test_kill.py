"""Kill -9 of a process that writes: what it was told is stored stays stored."""

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest

from bot.ports.storage import Page
from storage.database import open_database
from tests.builders.facts import WALL
from tests.fakes.clock import FakeClock

CHILD = """
import asyncio, sys
from bot.domain.facts import EventRaised, IntentDecided
from storage.database import open_database
from tests.builders import facts as a
from tests.builders.orders import an_intent
from tests.fakes.clock import FakeClock

async def store(writer, number):
    intent = an_intent(number)
    await writer.commit((IntentDecided(intent), Saved(a.an_order(intent)), EventRaised(a.an_event(f"e{number}"))))
    print(number, flush=True)

async def main():
    async with open_database(sys.argv[1], FakeClock(a.WALL)) as database:
        for start in range(0, 1_000_000, 5):
            await asyncio.gather(*(store(database.writer, start + offset) for offset in range(5)))

asyncio.run(main())
"""


@pytest.mark.fault
@pytest.mark.parametrize("acknowledged", [1, 50, 333])
async def test_what_was_acknowledged_survives_kill_9(tmp_path: Path, acknowledged: int) -> None:
    path = tmp_path / "q.db"
    seen = await asyncio.to_thread(_kill_after, acknowledged, path)
    async with open_database(path, FakeClock(WALL)) as database:
        orders = await database.reader.orders(None, Page(limit=100_000))
        events = await database.reader.events_after(0, 100_000)
    stored = {int(order.intent.decision_key.removeprefix("1-")) for order in orders}
    assert seen <= stored
    assert {numbered.event.event_id for numbered in events} == {f"e{number}" for number in stored}


def _kill_after(count: int, path: Path) -> set[int]:
    seen: set[int] = set()
    with subprocess.Popen([sys.executable, "-c", CHILD, str(path)], stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        for line in child.stdout:
            seen.add(int(line))
            if len(seen) == count:
                child.kill()
                break
        # What was printed before the kill was acknowledged too.
        seen.update(int(line) for line in child.stdout if line.endswith("\n"))
    return seen
