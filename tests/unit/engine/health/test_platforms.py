"""What lasts on a platform is told to owners, and its end."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta

import pytest

from bot.domain.events import PlatformBack, PlatformDown
from bot.domain.facts import Saved
from bot.domain.people import Role
from bot.engine.health.platforms import ALERT_AFTER, CHECK_INTERVAL, PlatformHealth
from tests.builders import facts as a
from tests.fakes.clock import FakeClock
from tests.fakes.memory_storage.storage import MemoryStorage


@dataclass
class Look:
    """A board that runs, and what it told."""

    board: PlatformHealth
    storage: MemoryStorage
    clock: FakeClock

    async def after(self, duration: timedelta) -> list[object]:
        self.clock.advance(duration)
        for _ in range(20):
            await asyncio.sleep(0)
        return [numbered.event.payload for numbered in await self.storage.events_after(0, 100)]


@pytest.fixture
async def look() -> AsyncIterator[Look]:
    clock = FakeClock(a.WALL)
    storage = MemoryStorage(clock)
    await storage.commit((Saved(a.an_operator("mia", Role.OWNER)),))
    board = PlatformHealth(storage, storage, clock)
    board.register_platform("telegram")
    running = asyncio.create_task(board.run())
    yield Look(board, storage, clock)
    running.cancel()


async def test_a_short_outage_is_told_to_nobody(look: Look) -> None:
    look.board.mark_up("telegram")
    look.board.mark_down("telegram", "no answer")
    assert await look.after(ALERT_AFTER - CHECK_INTERVAL) == []
    look.board.mark_up("telegram")
    assert await look.after(ALERT_AFTER * 2) == []


async def test_an_outage_that_lasts_is_told_once_and_so_is_its_end(look: Look) -> None:
    look.board.mark_up("telegram")
    look.board.mark_down("telegram", "no answer")
    down_since = look.clock.now()
    await look.after(ALERT_AFTER)
    await look.after(ALERT_AFTER)
    assert await look.after(ALERT_AFTER) == [
        PlatformDown(platform="telegram", since=down_since, reason="no answer", is_final=False),
    ]
    look.board.mark_up("telegram")
    payloads = await look.after(CHECK_INTERVAL)
    assert payloads[1:] == [PlatformBack(platform="telegram", down_since=down_since, back_at=look.clock.now())]


async def test_a_platform_that_refuses_us_is_told_at_once(look: Look) -> None:
    look.board.mark_down("telegram", "the token was revoked", is_final=True)
    (payload,) = await look.after(CHECK_INTERVAL)
    assert isinstance(payload, PlatformDown)
    assert payload.is_final
    assert look.board.open_platforms == frozenset()
    assert [(part.state, part.is_healthy) for part in look.board.components()] == [("the token was revoked", False)]


async def test_a_platform_that_never_comes_up_is_told(look: Look) -> None:
    assert look.board.open_platforms == {"telegram"}
    assert len(await look.after(ALERT_AFTER)) == 1
