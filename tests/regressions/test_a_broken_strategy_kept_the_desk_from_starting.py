"""A strategy that raised while it was asked how far it looks back, or at a start, ended the recovery of everybody."""

from dataclasses import replace

import pytest

from bot.domain.facts import Saved
from bot.domain.ids import BotId
from bot.domain.instance import BotConfig, BotStatus
from bot.engine.runtime.retries import FIRST_PAUSE, MAX_TRIES
from tests.builders.engine import MIA
from tests.builders.small_engine import World, a_small_engine, a_world
from tests.fakes.scripted_strategies import BREAK_PLAN


async def a_world_with(status: BotStatus, **changes: object) -> tuple[World, BotId, BotId]:
    """Let one bot run, and store another like it with a change."""
    world = a_world()
    async with a_small_engine(world) as engine:
        well = await engine.running()
        bot = await engine.bot(well)
    config: BotConfig = replace(bot.config, **changes)  # type: ignore[arg-type]  # names and values come from the tests
    other = replace(bot, bot_id=BotId("other"), name="other", status=status, config=config)
    await world.storage.commit((Saved(other),))
    return world, well, other.bot_id


@pytest.mark.parametrize("status", [BotStatus.RUNNING, BotStatus.STARTING])
async def test_a_strategy_that_cannot_say_how_far_it_looks_back_fails_its_bot_alone(status: BotStatus) -> None:
    world, well, broken = await a_world_with(status, parameters=(("number", 0),))
    async with a_small_engine(world) as engine:
        assert (await engine.bot(well)).status is BotStatus.RUNNING
        assert (await engine.bot(broken)).status is BotStatus.FAILED
        assert "ZeroDivisionError" in (await engine.bot(broken)).status_remark


@pytest.mark.parametrize("status", [BotStatus.RUNNING, BotStatus.STARTING])
async def test_a_plan_that_breaks_at_the_start_fails_its_bot_alone(status: BotStatus) -> None:
    world, well, broken = await a_world_with(status, strategy="told-plan")
    world.feed.skip(100, BREAK_PLAN)
    async with a_small_engine(world) as engine:
        assert (await engine.bot(well)).status is BotStatus.RUNNING
        for index in range(MAX_TRIES):
            await engine.later(FIRST_PAUSE * 2**index * 1.2)
        assert (await engine.bot(broken)).status is BotStatus.FAILED


async def test_a_strategy_that_cannot_say_how_far_it_looks_back_never_starts() -> None:
    async with a_small_engine() as engine:
        bot_id = await engine.create()
        bot = await engine.bot(bot_id)
        await engine.world.storage.commit(
            (Saved(replace(bot, config=replace(bot.config, parameters=(("number", 0),)))),)
        )
        await engine.lifecycle.start_bot(bot_id, MIA, "start")
        assert (await engine.bot(bot_id)).status is BotStatus.FAILED
