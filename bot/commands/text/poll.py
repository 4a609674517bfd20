"""Waiting a moment for what usually follows at once, so that an answer can say how it ended."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

T = TypeVar("T")

LOOKS = 40
PAUSE_SECONDS = 0.025
"""A second in all: longer than canceling takes, shorter than anybody minds."""


async def soon(look: Callable[[], Awaitable[T]], is_done: Callable[[T], bool]) -> T:
    """Look again and again until it is done, at most for a second; return what was seen last."""
    seen = await look()
    for _ in range(LOOKS):
        if is_done(seen):
            break
        await asyncio.sleep(PAUSE_SECONDS)
        seen = await look()
    return seen
