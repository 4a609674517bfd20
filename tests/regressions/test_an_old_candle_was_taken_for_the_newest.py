"""History that lags behind the feed repaired a gap without the newest candle: bots decided on an older one."""

from tests.builders.small_engine import a_small_engine
from tests.fakes.scripted_strategies import ENTER, LEAVE


async def test_the_newest_candle_counts_though_history_does_not_have_it_yet() -> None:
    async with a_small_engine() as engine:
        bot_id = await engine.running()
        engine.world.feed.skip(101, ENTER)
        engine.world.feed.history_lag = 1
        await engine.candle(102)
        assert await engine.orders(bot_id) == ()
        engine.world.feed.history_lag = 0
        await engine.candle(103, ENTER)
        assert len(engine.world.feed.asked) == 2
        assert [order.intent.reference_price for order in await engine.orders(bot_id)] == [103]


async def test_an_exit_from_before_a_quiet_time_is_not_acted_on_again() -> None:
    async with a_small_engine() as engine:
        bot_id = await engine.running()
        await engine.candle(100, LEAVE)
        await engine.candle(100, ENTER)
        await engine.fill("100")
        for _ in range(3):
            # Nobody trades: there is no candle, and none that history could bring.
            engine.world.feed.rest()
        await engine.candle(101)
        assert len(await engine.orders(bot_id)) == 1
