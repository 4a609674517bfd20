"""Memory of one more running bot: fleets of two sizes in processes of their own, and the difference between them."""

import asyncio
import gc
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.figure import Figure, below
from benchmarks.fleet import Fleet, a_desk, store_fleet
from benchmarks.fresh_process import in_fresh_process
from benchmarks.playing import play_to_the_end
from bot.assembly.process_health import memory_bytes
from bot.domain.money import use_money_context

NAME = "memory"
BUDGET = "one more running bot on a known series < 50 kB"
FEW, MANY = 1_000, 5_000
KILOBYTE = 1000
CASES = (
    ("flat, 100 sets", Fleet(bots=MANY, sets=100)),
    ("flat, a set of its own", Fleet(bots=MANY, sets=MANY)),
    ("in a trade, a set of its own", Fleet(bots=MANY, sets=MANY, percent=100)),
)


def run() -> tuple[Figure, ...]:
    """Measure every case with few and with many bots."""
    return tuple(below(f"one more bot, {label}", _kilobytes(fleet), "kB", 50) for label, fleet in CASES)


def _kilobytes(fleet: Fleet) -> float:
    few = replace(fleet, bots=FEW, sets=min(fleet.sets, FEW))
    return (_measured(fleet) - _measured(few)) / (MANY - FEW) / KILOBYTE


def _measured(fleet: Fleet) -> int:
    with TemporaryDirectory() as folder:
        # Another process stores them: only what running bots need shall be in the measured one's memory.
        in_fresh_process(_store, Path(folder), fleet)
        return in_fresh_process(_bytes_while_running, Path(folder), fleet)


def _store(folder: Path, fleet: Fleet) -> None:
    use_money_context()
    asyncio.run(store_fleet(folder, fleet))


def _bytes_while_running(folder: Path, fleet: Fleet) -> int:
    use_money_context()
    return asyncio.run(_run_and_look(folder, fleet))


async def _run_and_look(folder: Path, fleet: Fleet) -> int:
    async with a_desk(folder, fleet) as engine:
        await play_to_the_end(engine)
        sessions = engine.supervisor.mailboxes.sessions()
        assert len(sessions) == fleet.bots
        assert all(session.last_row_close is not None for session in sessions), "not every bot decided"
        assert all(session.is_flat == (not fleet.percent) for session in sessions)
        del sessions
        gc.collect()
        return memory_bytes()
