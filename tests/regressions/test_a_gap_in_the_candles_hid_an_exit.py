"""An exit on a candle that got lost on the way, or waited behind another one, was never acted on."""

from bot.domain.order import OrderPurpose
from tests.builders.small_engine import SmallEngine, a_small_engine
from tests.fakes.scripted_strategies import BREAK, ENTER, LEAVE


async def a_holding_bot(engine: SmallEngine) -> None:
    await engine.running()
    await engine.candle(100, ENTER)
    await engine.fill("100")


async def test_an_exit_inside_a_gap_sells() -> None:
    async with a_small_engine() as engine:
        await a_holding_bot(engine)
        engine.world.feed.skip(99, LEAVE)
        engine.world.feed.skip(98)
        await engine.candle(97)
        sent = engine.world.venue.submitted[-1]
        assert (sent.purpose, sent.reason) == (OrderPurpose.EXIT, "told to leave at 99.00")


async def test_an_entry_inside_a_gap_is_not_made_up_for() -> None:
    async with a_small_engine() as engine:
        await engine.running()
        engine.world.feed.skip(99, ENTER)
        await engine.candle(97)
        assert engine.world.venue.submitted == []


async def test_an_exit_before_an_entry_does_not_swallow_it() -> None:
    async with a_small_engine() as engine:
        await engine.running()
        engine.world.feed.skip(99, LEAVE)
        await engine.candle(97, ENTER)
        assert engine.world.venue.submitted[-1].purpose is OrderPurpose.ENTRY


async def test_a_strategy_that_broke_on_an_old_candle_keeps_nobody_from_the_newest() -> None:
    async with a_small_engine() as engine:
        await a_holding_bot(engine)
        await engine.candle(99, BREAK)
        await engine.candle(98, LEAVE)
        assert engine.world.venue.submitted[-1].purpose is OrderPurpose.EXIT
