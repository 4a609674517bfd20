"""Waiting a moment for what usually follows at once, so that an answer can say how it ended."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")

MAX_POLLS = 40
POLL_PAUSE_SECONDS = 0.025
"""A second in all: longer than canceling takes, shorter than anybody minds."""


async def poll_until(poll: Callable[[], Awaitable[T]], is_done: Callable[[T], bool]) -> T:
    """Look again and again until it is done, at most for a second; return what was seen last."""
    seen = await poll()
    for _ in range(MAX_POLLS):
        if is_done(seen):
            break
        await asyncio.sleep(POLL_PAUSE_SECONDS)
        seen = await poll()
    return seen
