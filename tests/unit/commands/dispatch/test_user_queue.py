"""Order for one person, no waiting between people."""

import asyncio
from functools import partial

from bot.commands.dispatch.user_queue import MOST_WAITING, Turns
from bot.engine.concurrency.task_scope import task_nest


async def test_one_person_is_served_in_order_while_others_are_not_held_up() -> None:
    done: list[str] = []
    gate = asyncio.Event()

    async def work(name: str, *, slow: bool = False) -> None:
        if slow:
            await gate.wait()
        done.append(name)

    async with task_nest() as nest:
        turns = Turns(nest)
        turns.take("mia", partial(work, "mia 1", slow=True))
        turns.take("mia", partial(work, "mia 2"))
        turns.take("jonas", partial(work, "jonas 1"))
        for _ in range(5):
            await asyncio.sleep(0)
        assert done == ["jonas 1"]
        gate.set()
        await turns.idle()
        assert done == ["jonas 1", "mia 1", "mia 2"]
        assert len(turns) == 0
        await asyncio.sleep(0)
        assert len(nest) == 0


async def test_a_flood_of_one_person_is_bounded() -> None:
    gate = asyncio.Event()

    async def work() -> None:
        await gate.wait()

    async with task_nest() as nest:
        turns = Turns(nest)
        taken = [turns.take("mia", work) for _ in range(MOST_WAITING * 2)]
        assert sum(taken) == MOST_WAITING
        assert turns.take("jonas", work)
        gate.set()
        await turns.idle()
