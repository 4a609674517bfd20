"""What every scheduler does."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import timedelta

import pytest

from adapters.scheduler import open_scheduler
from bot.ports.scheduler import Scheduler
from tests.fakes.scheduler import FakeScheduler

SOON = timedelta(milliseconds=10)
LATER = timedelta(hours=1)
Turn = Callable[[str], Awaitable[None]]


@pytest.fixture(params=["apscheduler", "fake"])
async def scheduler(request: pytest.FixtureRequest) -> AsyncIterator[Scheduler]:
    if request.param == "fake":
        yield FakeScheduler()
        return
    async with open_scheduler() as scheduler:
        yield scheduler


@pytest.fixture
def turn(scheduler: Scheduler) -> Turn:
    """Give the job its turn: the fake runs it, the real one needs nothing."""

    async def give(name: str) -> None:
        if isinstance(scheduler, FakeScheduler):
            await scheduler.run(name)

    return give


async def idle() -> None:
    return


async def test_a_job_runs_again_and_again(scheduler: Scheduler, turn: Turn) -> None:
    runs: asyncio.Queue[str] = asyncio.Queue()

    async def job() -> None:
        runs.put_nowait("ran")

    scheduler.add_interval_job("snapshot", SOON, job)
    for _ in range(2):
        await turn("snapshot")
        assert await asyncio.wait_for(runs.get(), 5) == "ran"


async def test_a_job_does_not_run_before_its_interval_is_over(scheduler: Scheduler) -> None:
    runs: list[str] = []

    async def job() -> None:
        runs.append("ran")

    scheduler.add_interval_job("snapshot", LATER, job)
    for _ in range(5):
        await asyncio.sleep(0)
    assert runs == []


async def test_a_name_given_twice_replaces_the_job(scheduler: Scheduler, turn: Turn) -> None:
    runs: asyncio.Queue[str] = asyncio.Queue()

    async def newer() -> None:
        runs.put_nowait("newer")

    scheduler.add_interval_job("snapshot", LATER, idle)
    scheduler.add_interval_job("snapshot", SOON, newer)
    await turn("snapshot")
    assert await asyncio.wait_for(runs.get(), 5) == "newer"
