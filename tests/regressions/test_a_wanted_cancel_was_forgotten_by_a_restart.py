"""An order without an answer whose cancel was wanted was found by the next start, and nobody canceled it any more."""

from dataclasses import replace

import pytest

from bot.domain.facts import Saved
from bot.domain.instance import BotStatus, StopPolicy
from bot.domain.order import OrderStatus
from tests.builders.engine import MIA
from tests.builders.small_engine import a_small_engine, a_world
from tests.fakes.scripted_strategies import ENTER


@pytest.mark.parametrize("status", [OrderStatus.PENDING, OrderStatus.SUBMITTED, OrderStatus.UNKNOWN])
@pytest.mark.parametrize("is_there", [True, False], ids=["at the venue", "never arrived"])
async def test_a_cancel_that_was_wanted_is_done_after_a_restart(status: OrderStatus, is_there: bool) -> None:
    world = a_world()
    async with a_small_engine(world) as engine:
        bot_id = await engine.running()
        await engine.candle(100, ENTER)
    (order,) = await world.storage.working_orders(bot_id)
    await world.storage.commit((Saved(replace(order, status=status, is_cancel_wanted=True)),))
    if not is_there:
        world.venue.forget(order.intent)
    async with a_small_engine(world) as engine:
        assert (await engine.orders(bot_id))[0].status is OrderStatus.CANCELED
        assert is_there or world.venue.submitted == [order.intent]
        await engine.lifecycle.stop_bot(bot_id, StopPolicy.ENTRIES, MIA, "stop")
        assert (await engine.bot(bot_id)).status is BotStatus.STOPPED
