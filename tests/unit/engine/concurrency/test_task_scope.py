"""A nest of tasks: what it holds ends with it, and nothing is born in it any more."""

import asyncio

from bot.engine.concurrency.task_scope import TaskScope, task_scope
from bot.log import TRACE_ID, log_id


async def wait_for_ever() -> None:
    await asyncio.Event().wait()


async def test_tasks_end_with_their_nest() -> None:
    async with task_scope() as scope:
        task = scope.start_task(wait_for_ever(), "patient")
    assert task.cancelled()
    assert len(scope) == 0


async def test_what_is_started_after_the_end_never_runs() -> None:
    ran: list[str] = []

    async def work() -> None:
        ran.append("work")

    async with task_scope() as scope:
        pass
    late = scope.start_task(work(), "late")
    await asyncio.wait({late})
    assert late.cancelled()
    assert ran == []


async def test_what_is_started_by_what_ends_does_not_hold_up_the_end() -> None:
    started: list[asyncio.Task[None]] = []

    async def start_another(nest: TaskScope) -> None:
        try:
            await wait_for_ever()
        finally:
            started.append(nest.start_task(wait_for_ever(), "another"))

    async with asyncio.timeout(5), task_scope() as nest:
        nest.start_task(start_another(nest), "first")
        await asyncio.sleep(0)
    await asyncio.wait(started)
    assert started[0].cancelled()


async def test_a_task_does_not_log_the_ids_of_what_started_it() -> None:
    seen: list[str] = []

    async def work() -> None:
        seen.append(TRACE_ID.get())

    async with task_scope() as scope:
        with log_id(TRACE_ID, "t-1"):
            task = scope.start_task(work(), "free")
            await task
            seen.append(TRACE_ID.get())
    assert seen == ["", "t-1"]
