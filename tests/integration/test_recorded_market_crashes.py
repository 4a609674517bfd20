"""The recorded market gives one result, whatever the machine does to it."""

import asyncio
import random
from datetime import timedelta
from decimal import Decimal
from pathlib import Path

import pytest

from adapters.data.recording import Recording
from adapters.venue.recorded.market import STATE_FILE_NAME
from tests.builders.recordings import a_recording, wandering
from tests.fakes.clock import FakeClock
from tests.fakes.recorded import copy_venue_state
from tests.fakes.toy_trader import FinalState, ToyTrader, final_state, trading


async def undisturbed(folder: Path, recording: Recording) -> FinalState:
    async with trading(folder / "undisturbed", recording, clock=FakeClock(), trader=ToyTrader()) as market:
        await market.feed.wait_until_ended()
        return await final_state(market.venue)


async def test_a_run_does_something_worth_comparing(tmp_path: Path) -> None:
    end = await undisturbed(tmp_path, a_recording(wandering(60), volume=10))
    kinds = {row[2] for row in end.fills}
    assert len(end.fills) > 60
    assert len(kinds) > 30


@pytest.mark.parametrize("speed", [Decimal(100), Decimal(3000), Decimal(1_000_000)])
async def test_the_speed_changes_nothing(tmp_path: Path, speed: Decimal) -> None:
    recording, clock = a_recording(wandering(40), volume=10), FakeClock()
    async with trading(tmp_path / STATE_FILE_NAME, recording, clock=clock, trader=ToyTrader(), speed=speed) as market:
        ended = asyncio.create_task(market.feed.wait_until_ended())
        while not ended.done():
            clock.advance(timedelta(milliseconds=250))
            await asyncio.sleep(0)
        assert await final_state(market.venue) == await undisturbed(tmp_path, recording)


async def test_a_machine_that_stutters_changes_nothing(tmp_path: Path) -> None:
    recording, dice = a_recording(wandering(40), volume=10), random.Random(3)

    async def stutter() -> None:
        for _ in range(dice.randrange(20)):
            await asyncio.sleep(0)

    async with trading(tmp_path / STATE_FILE_NAME, recording, clock=FakeClock(), trader=ToyTrader(stutter)) as market:
        await market.feed.wait_until_ended()
        assert await final_state(market.venue) == await undisturbed(tmp_path, recording)


@pytest.mark.fault
async def test_a_crash_after_any_commit_leads_to_the_same_end(tmp_path: Path) -> None:
    recording, copies = a_recording(wandering(22), volume=10), tmp_path / "crashes"
    count = 0

    def keep(path: Path) -> None:
        nonlocal count
        count += 1
        copy_venue_state(path, copies / str(count))

    async with trading(
        tmp_path / STATE_FILE_NAME, recording, clock=FakeClock(), trader=ToyTrader(), after_commit=keep
    ) as market:
        await market.feed.wait_until_ended()
        expected = await final_state(market.venue)
    assert count > 80
    for crash in range(1, count + 1):
        path = copies / str(crash) / STATE_FILE_NAME
        async with trading(path, recording, clock=FakeClock(), trader=ToyTrader()) as market:
            await market.feed.wait_until_ended()
            assert await final_state(market.venue) == expected, f"after commit {crash}"


async def test_a_process_stopped_again_and_again_gets_to_the_same_end(tmp_path: Path) -> None:
    recording, dice = a_recording(wandering(40), volume=10), random.Random(5)
    ends: list[FinalState] = []
    for _run in range(60):
        trader, phases = ToyTrader(), dice.randrange(3, 20)
        async with trading(tmp_path / STATE_FILE_NAME, recording, clock=FakeClock(), trader=trader) as market:
            for _ in range(100_000):
                if trader.answered >= phases or market.feed.has_ended:
                    break
                await asyncio.sleep(0)
            if market.feed.has_ended:
                ends.append(await final_state(market.venue))
                break
    assert ends == [await undisturbed(tmp_path, recording)]
