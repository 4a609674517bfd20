"""Order for one person, no waiting between people."""

import asyncio
from functools import partial

from bot.commands.dispatch.user_queue import MAX_WAITING, UserQueues
from bot.engine.concurrency.task_scope import task_scope


async def test_one_person_is_served_in_order_while_others_are_not_held_up() -> None:
    done: list[str] = []
    gate = asyncio.Event()

    async def work(name: str, *, slow: bool = False) -> None:
        if slow:
            await gate.wait()
        done.append(name)

    async with task_scope() as scope:
        turns = UserQueues(scope)
        turns.enqueue_work("mia", partial(work, "mia 1", slow=True))
        turns.enqueue_work("mia", partial(work, "mia 2"))
        turns.enqueue_work("jonas", partial(work, "jonas 1"))
        for _ in range(5):
            await asyncio.sleep(0)
        assert done == ["jonas 1"]
        gate.set()
        await turns.wait_until_idle()
        assert done == ["jonas 1", "mia 1", "mia 2"]
        assert len(turns) == 0
        await asyncio.sleep(0)
        assert len(scope) == 0


async def test_a_flood_of_one_person_is_bounded() -> None:
    gate = asyncio.Event()

    async def work() -> None:
        await gate.wait()

    async with task_scope() as scope:
        turns = UserQueues(scope)
        taken = [turns.enqueue_work("mia", work) for _ in range(MAX_WAITING * 2)]
        assert sum(taken) == MAX_WAITING
        assert turns.enqueue_work("jonas", work)
        gate.set()
        await turns.wait_until_idle()
