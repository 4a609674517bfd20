"""10,000 running bots after kill -9: from the start of a new process until every one of them is reconciled."""

import asyncio
import multiprocessing
import os
import shutil
import signal
import statistics
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

from adapters.data.recording import RECORDED_VENUE
from benchmarks.figure import Figure, below
from benchmarks.fleet import ACCOUNT, Fleet, a_desk, a_running_fleet
from benchmarks.fresh_process import in_fresh_process
from benchmarks.playing import play_to_the_end
from bot.domain.barrier import Barriers
from bot.domain.facts import IntentDecided, UnitOfWork
from bot.domain.instance import Bot, BotStatus
from bot.domain.money import use_money_context
from bot.domain.order import OrderStatus
from bot.engine.runtime.engine import Engine

NAME = "recovery"
BUDGET = "10,000 running bots after kill -9: < 10 s to all reconciled"
BOTS = 10_000
ROUNDS = 3
STOP = Barriers(stop_loss=Decimal("0.5"))


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardedFleet(Fleet):
    """A fleet whose positions have a stop at the venue."""

    def members(self) -> Iterable[Bot]:
        """Make the bots."""
        return (replace(bot, config=replace(bot.config, barriers=STOP)) for bot in Fleet.members(self))


CASES = (
    ("flat", Fleet(bots=BOTS, sets=BOTS), 0),
    # Entries and stops of all bots are stored by then, and half of the exits, which are on their way.
    ("killed amid 10,000 exits", GuardedFleet(bots=BOTS, sets=BOTS, percent=100), 2 * BOTS + BOTS // 2),
)
UNSURE = frozenset({OrderStatus.PENDING, OrderStatus.SUBMITTED, OrderStatus.UNKNOWN})


def run() -> tuple[Figure, ...]:
    """Kill once per case, and recover several times from what that left behind."""
    return tuple(
        below(f"{label}, from spawn, median of {ROUNDS}", statistics.median(_recoveries(fleet, intents)), "s", 10)
        for label, fleet, intents in CASES
    )


def _recoveries(fleet: Fleet, intents: int) -> list[float]:
    with TemporaryDirectory() as place:
        left = Path(place) / "left"
        left.mkdir()
        _kill_a_running_fleet(left, fleet, intents)
        return [_recovery(shutil.copytree(left, Path(place) / str(number)), fleet) for number in range(ROUNDS)]


def _kill_a_running_fleet(folder: Path, fleet: Fleet, intents: int) -> None:
    process = multiprocessing.get_context("spawn").Process(target=_run_until_killed, args=(folder, fleet, intents))
    process.start()
    process.join()
    assert process.exitcode == -signal.SIGKILL, f"expected a killed process, found exit code {process.exitcode}"


def _run_until_killed(folder: Path, fleet: Fleet, intents: int) -> None:
    use_money_context()
    asyncio.run(_play_until_killed(folder, fleet, intents))


async def _play_until_killed(folder: Path, fleet: Fleet, intents: int) -> None:
    stored = 0

    def count(units: Sequence[UnitOfWork]) -> None:
        nonlocal stored
        stored += sum(isinstance(fact, IntentDecided) for unit in units for fact in unit)
        if intents and stored >= intents:
            os.kill(os.getpid(), signal.SIGKILL)

    async with a_running_fleet(folder, fleet) as engine:
        engine.writer.add_commit_listener(count)
        await play_to_the_end(engine)
        assert not intents, f"expected to be killed after {intents} intents, found {stored}"
        os.kill(os.getpid(), signal.SIGKILL)


def _recovery(folder: Path, fleet: Fleet) -> float:
    # Monotonic time is that of the machine, so the new process can tell how long ago it was begun.
    return in_fresh_process(_recover, folder, fleet, time.monotonic())


def _recover(folder: Path, fleet: Fleet, begun: float) -> float:
    use_money_context()
    return asyncio.run(_recovered(folder, fleet, begun))


async def _recovered(folder: Path, fleet: Fleet, begun: float) -> float:
    async with a_desk(folder, fleet) as engine:
        seconds = time.monotonic() - begun
        assert engine.recovered.bots == fleet.bots
        await _assert_reconciled(engine)
        return seconds


async def _assert_reconciled(desk: Engine) -> None:
    sessions = desk.supervisor.mailboxes.sessions()
    assert all(session.bot.status is BotStatus.RUNNING for session in sessions)
    unsure = sum(order.status in UNSURE for session in sessions for order in session.orders.values())
    assert not unsure, f"expected to know every order, {unsure} are unsure"
    fills = len(await desk.venue_contexts[RECORDED_VENUE].venue.fills(ACCOUNT.account_id, 0))
    booked = await desk.reader.fill_count(ACCOUNT.account_id)
    assert fills == booked, f"the venue has {fills} fills, the books have {booked}"
