"""Kill the desk at every fault point: what is left recovers to what an undisturbed run ends with.

A fault point lies before and after each commit of the engine, after each commit of the venue's book, before and after
each call of the venue, each delivery and each command. Each durable state that these leave is photographed once: the
files as a kill would leave them, the messages that had arrived, the answers that a person had read.

A person whose command was not answered before the crash sends it again, with the same id, as Telegram delivers an
update again that was not confirmed. So a command that was half done is done once, or refused the second time because
it was done, and there is one legal ledger to compare with. A person who does not repeat anything is the other legal
outcome of a crash before the command was stored; that is the run without the command.
"""

import shutil
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from tests.builders.crash_run import START, WHOLE, a_crash_run
from tests.builders.ledger_snapshot import LedgerSnapshot, checked_ledger_snapshot
from tests.builders.scripted_operator import DONE
from tests.fakes.crash_point_recorder import CrashPoint, CrashPointRecorder
from tests.fakes.received_messages import ReceivedMessages

WINDOW = timedelta(minutes=20)
AFTERMATH = timedelta(minutes=40)
WINDOWS = WHOLE // WINDOW
FIRST_HOUR = timedelta(hours=1)
MEMORY = Path("/dev/shm")  # noqa: S108 - a folder of a name of its own is made there
ROOM = 2**30
KINDS = {
    *("before a commit", "after a commit", "after a commit of the book"),
    *(f"{when} a {what}" for when in ("before", "after") for what in ("submit", "cancel", "delivery", "command")),
}


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """Give a folder in memory where there is room: copies stand for the kills, so nothing has to reach a disk."""
    if not MEMORY.is_dir() or shutil.disk_usage(MEMORY).free < ROOM:
        yield tmp_path
        return
    with TemporaryDirectory(dir=MEMORY) as name:
        yield Path(name)


def a_camera(folder: Path, *windows: int) -> CrashPointRecorder:
    (folder / "run").mkdir(parents=True)
    camera = CrashPointRecorder(folder / "run", folder / "points", ReceivedMessages())
    camera.window = (START + windows[0] * WINDOW, START + (windows[-1] + 1) * WINDOW)
    return camera


async def undisturbed(camera: CrashPointRecorder, length: timedelta) -> LedgerSnapshot:
    async with a_crash_run(camera.folder, camera, length) as run:
        await run.play_to_end()
        assert set(camera.outside.answers.values()) == {DONE}
        return await checked_ledger_snapshot(run.engine, camera.outside)


async def check_recovery(point: CrashPoint, length: timedelta, expected: LedgerSnapshot) -> None:
    """Recover from a point, play on and compare."""
    blind = CrashPointRecorder(point.folder, point.folder, point.outside)
    async with a_crash_run(point.folder, blind, length) as run:
        await run.play_to_end()
        found = await checked_ledger_snapshot(run.engine, point.outside)
    for subject, value in expected.items():
        assert found[subject] == value, f"{subject} after a crash {point.moment}, {point.folder}"
    shutil.rmtree(point.folder)


async def points_of_recovery(point: CrashPoint, length: timedelta) -> list[CrashPoint]:
    """Crash while recovering from a crash: at every fault point before the market moves on."""
    camera = CrashPointRecorder(point.folder, point.folder / "again", point.outside, is_held=True)
    async with a_crash_run(point.folder, camera, length) as run:
        await run.relay.drain_queues()
    return camera.points


async def test_the_run_has_many_fault_points_of_every_kind(folder: Path) -> None:
    camera = a_camera(folder, 0, WINDOWS - 1)
    camera.has_film = False
    ledger = await undisturbed(camera, WHOLE)
    assert len(ledger["fills"]) >= 48
    assert set(camera.moments) == KINDS
    assert min(camera.moments.values()) >= 10
    assert sum(camera.moments.values()) >= 1500
    assert len(camera.points) >= 800


async def test_a_few_crash_points_recover_to_the_undisturbed_ledger(folder: Path) -> None:
    camera = a_camera(folder, 0, 1)
    expected = await undisturbed(camera, FIRST_HOUR)
    for point in camera.points[:: len(camera.points) // 8]:
        await check_recovery(point, FIRST_HOUR, expected)


@pytest.mark.fault
@pytest.mark.timeout(600)
@pytest.mark.parametrize("number", range(WINDOWS))
async def test_every_crash_point_recovers_to_the_undisturbed_ledger(folder: Path, number: int) -> None:
    camera = a_camera(folder, number)
    length = min((number + 1) * WINDOW + AFTERMATH, WHOLE)
    expected = await undisturbed(camera, length)
    assert camera.points
    for point in camera.points:
        await check_recovery(point, length, expected)


@pytest.mark.fault
@pytest.mark.timeout(600)
@pytest.mark.parametrize("number", [0, 7, 10, 17, 18, 23])
async def test_a_second_crash_while_recovering_changes_nothing_more(folder: Path, number: int) -> None:
    camera = a_camera(folder, number)
    length = min((number + 1) * WINDOW + AFTERMATH, WHOLE)
    expected = await undisturbed(camera, length)
    for point in camera.points[len(camera.points) // 4 :: len(camera.points) // 2]:
        for second in await points_of_recovery(point, length):
            await check_recovery(second, length, expected)
