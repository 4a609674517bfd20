"""A candle was missed while the venue's history was out of reach: the hub's task died and took the process with it."""

from datetime import timedelta

from bot.domain.errors import Unavailable
from bot.domain.instance import BotStatus
from bot.domain.order import OrderPurpose
from tests.builders.small_engine import a_small_engine
from tests.fakes.scripted_strategies import ENTER, LEAVE


async def test_a_gap_is_repaired_once_history_answers() -> None:
    async with a_small_engine() as engine:
        bot_id = await engine.running()
        await engine.candle(100, ENTER)
        await engine.fill("100")
        engine.world.feed.skip(101, LEAVE)
        engine.world.feed.history_error = Unavailable("down")
        await engine.candle(102)
        assert [order.intent.purpose for order in await engine.orders(bot_id)] == [OrderPurpose.ENTRY]
        await engine.later(timedelta(seconds=10))
        assert [order.intent.purpose for order in await engine.orders(bot_id)][1:] == [OrderPurpose.EXIT]


async def test_the_next_candle_repairs_it_too() -> None:
    async with a_small_engine() as engine:
        bot_id = await engine.running()
        engine.world.feed.skip(101)
        engine.world.feed.history_error = Unavailable("down")
        await engine.candle(102, ENTER)
        await engine.candle(103, ENTER)
        assert [order.intent.reference_price for order in await engine.orders(bot_id)] == [103]
        await engine.later(timedelta(seconds=10))
        assert len(await engine.orders(bot_id)) == 1
        assert (await engine.bot(bot_id)).status is BotStatus.RUNNING
