"""A bot that was stopped while its candles were fetched stayed in the hub for ever, and its feed open."""

import asyncio

import pytest

from bot.domain.errors import Unavailable
from bot.domain.instance import BotStatus, StopPolicy
from tests.builders.engine import MIA
from tests.builders.small_engine import a_small_engine, turns


async def test_nothing_is_left_of_a_start_that_was_stopped() -> None:
    async with a_small_engine() as engine:
        bot_id = await engine.create()
        engine.world.feed.gate.clear()
        starting = asyncio.create_task(engine.lifecycle.start_bot(bot_id, MIA, "start"))
        await turns()
        await engine.lifecycle.stop_bot(bot_id, StopPolicy.ENTRIES, MIA, "stop")
        engine.world.feed.gate.set()
        with pytest.raises(Unavailable):
            await starting
        assert (await engine.bot(bot_id)).status is BotStatus.STOPPED
        await engine.candle()
        assert (engine.world.feed.lines, engine.venue_context.hub.bot_count) == (0, 0)


async def test_a_failed_change_of_series_leaves_the_old_one() -> None:
    async with a_small_engine() as engine:
        bot_id = await engine.running()
        engine.world.feed.history_error = Unavailable("the exchange is down")
        with pytest.raises(Unavailable):
            await engine.lifecycle.edit_bot(bot_id, {"timeframe": "1h"}, MIA, "edit")
        assert engine.venue_context.hub.bot_count == 1
