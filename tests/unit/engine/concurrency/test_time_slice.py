"""Long loops give way: how long their turns are."""

import asyncio

import pytest

from bot.engine.concurrency.time_slice import INTERACTIVE_SLICE_SECONDS, SLICE_SECONDS, TimeSlice


async def turns_taken(monkeypatch: pytest.MonkeyPatch, turn_seconds: float) -> int:
    """Work for 100 ms in pieces of a tenth of a millisecond; return how often somebody else had a turn."""
    loop, now, others = asyncio.get_running_loop(), 0.0, 0

    async def somebody_else() -> None:
        nonlocal others
        while True:
            await asyncio.sleep(0)
            others += 1

    other = loop.create_task(somebody_else())
    await asyncio.sleep(0)
    with monkeypatch.context() as patched:
        patched.setattr(loop, "time", lambda: now)
        time_slice = TimeSlice(turn_seconds)
        for _ in range(1000):
            now += 0.0001
            await time_slice.yield_if_expired()
    other.cancel()
    return others


async def test_a_loop_lets_the_others_have_a_turn_after_each_of_its_own(monkeypatch: pytest.MonkeyPatch) -> None:
    assert await turns_taken(monkeypatch, SLICE_SECONDS) == pytest.approx(100, abs=10)


async def test_a_loop_somebody_waits_for_has_longer_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    assert await turns_taken(monkeypatch, INTERACTIVE_SLICE_SECONDS) == pytest.approx(20, abs=2)
    # Several such loops at once still keep nobody waiting for 20 ms.
    assert INTERACTIVE_SLICE_SECONDS * 3 + SLICE_SECONDS * 3 < 0.020
