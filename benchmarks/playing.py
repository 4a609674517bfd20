"""Lets a desk's market run while a block lasts, or to the end of its recording."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from bot.assembly.engine import Desk
from bot.engine.concurrency.task_scope import task_nest


@asynccontextmanager
async def playing(desk: Desk) -> AsyncIterator[None]:
    """Move the market while the block lasts."""
    async with task_nest() as nest:
        nest.start(desk.market.replay.run(), "replay")
        yield


async def play_to_the_end(desk: Desk) -> None:
    """Move the market until its last candle is decided on."""
    async with playing(desk):
        await desk.market.feed.wait_until_ended()
        await desk.place.activity.wait_idle()
