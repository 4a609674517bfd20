"""Lets a desk's market run while a block lasts, or to the end of its recording."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from adapters.data.recording import RECORDED_VENUE
from bot.engine.concurrency.task_scope import task_scope
from bot.engine.runtime.engine import Engine


@asynccontextmanager
async def playing(desk: Engine) -> AsyncIterator[None]:
    """Move the market while the block lasts."""
    async with task_scope() as scope:
        scope.start_task(desk.replays[RECORDED_VENUE].run(), "replay")
        yield


async def play_to_the_end(desk: Engine) -> None:
    """Move the market until its last candle is decided on."""
    async with playing(desk):
        await desk.venue_contexts[RECORDED_VENUE].feed.wait_until_ended()
        await desk.supervisor.wait_until_idle()
