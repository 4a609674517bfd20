"""Two bots began to follow a series in one moment: the one that needs fewer candles left the other with too few."""

import asyncio
from dataclasses import replace

import pytest

from bot.domain.ids import BotId
from tests.builders.facts import a_config
from tests.builders.small_engine import SERIES, a_small_engine, turns


@pytest.mark.parametrize("strategies", [("told", "told-plan"), ("told-plan", "told")])
async def test_everybody_has_the_candles_they_asked_for(strategies: tuple[str, str]) -> None:
    async with a_small_engine() as engine:
        hub, interests = engine.venue_context.hub, engine.supervisor.strategy_instances
        wanted = [interests.instance_for(replace(a_config(), strategy=strategy)) for strategy in strategies]
        engine.world.feed.gate.clear()
        following = [
            asyncio.create_task(hub.subscribe_bot(BotId(str(number)), SERIES, interest))
            for number, interest in enumerate(wanted)
        ]
        await turns()
        engine.world.feed.gate.set()
        await asyncio.gather(*following)
        candles = hub.candles(SERIES)
        assert candles is not None
        assert len(candles) == max(interest.window for interest in wanted)
