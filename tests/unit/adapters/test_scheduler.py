"""The scheduler of production: failing jobs, slow jobs, the end."""

import asyncio
import logging
from datetime import timedelta

import pytest

from adapters import scheduler as scheduler_module
from adapters.scheduler import open_scheduler

SOON = timedelta(milliseconds=10)


async def test_a_failed_job_is_logged_as_error_and_tried_again(caplog: pytest.LogCaptureFixture) -> None:
    runs: asyncio.Queue[int] = asyncio.Queue()

    async def fails() -> None:
        runs.put_nowait(1)
        raise ValueError("disk full")

    async with open_scheduler() as scheduler:
        scheduler.add_interval_job("backup", SOON, fails)
        await asyncio.wait_for(runs.get(), 5)
        await asyncio.wait_for(runs.get(), 5)
    errors = [record for record in caplog.records if record.levelno >= logging.ERROR]
    # One for each run, none of them twice.
    assert len(errors) == 2 + runs.qsize()


async def test_the_end_lets_a_running_job_finish() -> None:
    started, go_on, steps = asyncio.Event(), asyncio.Event(), list[str]()

    async def slow() -> None:
        started.set()
        await go_on.wait()
        steps.append("finished")

    async with asyncio.timeout(5), open_scheduler() as scheduler:
        scheduler.add_interval_job("report", SOON, slow)
        await started.wait()
        asyncio.get_running_loop().call_soon(go_on.set)
    assert steps == ["finished"]


async def test_a_job_that_fails_during_the_end_is_logged_too(caplog: pytest.LogCaptureFixture) -> None:
    started, go_on = asyncio.Event(), asyncio.Event()

    async def fails_late() -> None:
        started.set()
        await go_on.wait()
        raise ValueError("disk full")

    async with asyncio.timeout(5), open_scheduler() as scheduler:
        scheduler.add_interval_job("report", SOON, fails_late)
        await started.wait()
        asyncio.get_running_loop().call_soon(go_on.set)
    assert [record.levelno for record in caplog.records if record.levelno >= logging.ERROR] == [logging.ERROR]


async def test_the_end_leaves_no_task() -> None:
    before = asyncio.all_tasks()
    ran = asyncio.Event()

    async def job() -> None:
        ran.set()

    async with open_scheduler() as scheduler:
        scheduler.add_interval_job("report", SOON, job)
        await asyncio.wait_for(ran.wait(), 5)
    assert asyncio.all_tasks() == before


async def test_a_slow_job_does_not_overlap_with_itself() -> None:
    going, most, ran = 0, 0, asyncio.Queue[None]()

    async def slow() -> None:
        nonlocal going, most
        going += 1
        most = max(most, going)
        for _ in range(3):
            await asyncio.sleep(SOON.total_seconds())
        going -= 1
        ran.put_nowait(None)

    async with open_scheduler() as scheduler:
        scheduler.add_interval_job("report", SOON, slow)
        await asyncio.wait_for(ran.get(), 5)
        await asyncio.wait_for(ran.get(), 5)
    assert most == 1


async def test_a_job_that_never_ends_is_cut_short_by_the_end(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(scheduler_module, "SHUTDOWN_GRACE_SECONDS", 0.01)
    started, ended = asyncio.Event(), list[str]()

    async def endless() -> None:
        started.set()
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("endless")

    async with open_scheduler() as scheduler:
        scheduler.add_interval_job("report", SOON, endless)
        await started.wait()
    assert ended == ["endless"]
