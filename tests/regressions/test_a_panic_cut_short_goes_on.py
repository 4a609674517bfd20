"""A desk was killed in the middle of a panic: the next start left those bots running that were not stopped yet, and the
same command, delivered again by the platform, failed because its event was stored already.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

from bot.domain.errors import Refused
from bot.domain.events import NotificationKind
from bot.domain.facts import UnitOfWork
from bot.domain.instance import BotStatus
from bot.domain.people import PanicState
from tests.builders.engine import MIA, EngineHarness, an_engine
from tests.builders.facts import saved_records
from tests.builders.refusals import raises_refusal
from tests.builders.stretches import a_stretch
from tests.fakes.crash_point_recorder import copy_files

RECORDING = a_stretch("BTC/USDT", "1h", first=2000, warm_up=300, length=50)


@asynccontextmanager
async def after_a_kill_in_a_panic(folder: Path) -> AsyncIterator[EngineHarness]:
    """Go on with what a kill leaves right after the panic is stored, before any bot is stopped."""
    alive, dead = folder / "alive", folder / "dead"
    alive.mkdir()
    dead.mkdir()

    def copy(units: Sequence[UnitOfWork]) -> None:
        if any(saved_records(unit, PanicState) for unit in units):
            copy_files(alive, dead)

    async with an_engine(alive, RECORDING) as engine:
        for name in ("alpha", "beta"):
            await engine.run(await engine.create("ema-cross", "BTC/USDT", "1h", name=name))
        engine.database.writer.add_commit_listener(copy)
        await engine.panic.engage_panic("all", "cancel", MIA, "panic-1")
    async with an_engine(dead, RECORDING) as engine:
        yield engine


async def test_the_next_start_stops_what_a_panic_had_not_stopped(tmp_path: Path) -> None:
    async with after_a_kill_in_a_panic(tmp_path) as engine:
        bots = await engine.database.reader.bots()
        assert {(bot.status, bot.status_remark) for bot in bots} == {(BotStatus.STOPPED, "panic")}
        assert engine.engine.recovered.bots == 0


async def test_the_same_panic_again_goes_on_with_it(tmp_path: Path) -> None:
    async with after_a_kill_in_a_panic(tmp_path) as engine:
        report = await engine.panic.engage_panic("all", "cancel", MIA, "panic-1")
        assert report.remaining_bots == ()
        events = await engine.database.reader.events_after(0, 100)
        assert [item.event.topic for item in events].count(NotificationKind.RISK) == 1


async def test_a_panic_that_was_lifted_does_not_come_back(tmp_path: Path) -> None:
    async with after_a_kill_in_a_panic(tmp_path) as engine:
        await engine.panic.lift_panic("all", MIA)
        with raises_refusal(Refused, match="lifted already"):
            await engine.panic.engage_panic("all", "cancel", MIA, "panic-1")
        assert engine.panic.states() == ()
