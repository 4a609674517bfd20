"""Short polling for what usually follows at once, so that a reply can report how it ended."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")

MAX_POLLS = 40
POLL_PAUSE_SECONDS = 0.025
"""Polling lasts a second in all: longer than canceling takes, shorter than anybody minds."""


async def poll_until(poll: Callable[[], Awaitable[T]], is_done: Callable[[T], bool]) -> T:
    """Poll until a result is done, at most for a second; return the last result."""
    seen = await poll()
    for _ in range(MAX_POLLS):
        if is_done(seen):
            break
        await asyncio.sleep(POLL_PAUSE_SECONDS)
        seen = await poll()
    return seen
