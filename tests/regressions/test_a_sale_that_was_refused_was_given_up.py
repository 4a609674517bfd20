"""A bot that does not run never tried a refused sale again: no candle reaches it and nobody watched its stop."""

from decimal import Decimal

from bot.domain.errors import VenueRejection
from bot.domain.ids import BotId
from bot.domain.instance import BotStatus, StopPolicy
from bot.engine.runtime.retries import SELLING_PAUSE
from tests.builders.engine import MIA
from tests.builders.small_engine import EVERYTHING, SmallEngine, a_small_engine, a_world
from tests.fakes.scripted_strategies import BREAK, ENTER


async def a_stopped_bot(engine: SmallEngine) -> BotId:
    bot_id = await engine.running(stop_loss="5%")
    await engine.candle(100, ENTER)
    await engine.fill("100")
    await engine.lifecycle.stop_bot(bot_id, StopPolicy.ENTRIES, MIA, "stop")
    return bot_id


async def test_a_stopped_bot_goes_on_trying_to_sell() -> None:
    async with a_small_engine(a_world(has_conditional_orders=False)) as engine:
        bot_id = await a_stopped_bot(engine)
        engine.world.venue.answers += [VenueRejection("market halted"), VenueRejection("market halted")]
        await engine.lifecycle.stop_bot(bot_id, StopPolicy.FLATTEN, MIA, "flatten")
        await engine.later(SELLING_PAUSE)
        await engine.later(SELLING_PAUSE)
        await engine.fill("97")
        assert (await engine.ledger(bot_id)).trade is None
        assert engine.session(bot_id) is None
        assert engine.world.clock.sleepers == 0


async def test_a_failed_bot_whose_stop_was_touched_goes_on_trying_to_sell() -> None:
    async with a_small_engine(a_world(has_conditional_orders=False)) as engine:
        bot_id = await a_stopped_bot(engine)
        await engine.lifecycle.start_bot(bot_id, MIA, "start")
        for _ in range(5):
            await engine.candle(100, BREAK)
        assert (await engine.bot(bot_id)).status is BotStatus.FAILED
        await engine.later(SELLING_PAUSE)  # until no broken candle is tried again any more
        engine.world.venue.answers.append(VenueRejection("market halted"))
        engine.world.feed.price(94.0)
        await engine.quiet()
        await engine.later(SELLING_PAUSE)
        intent = await engine.fill("93")
        assert intent.reason == "stop loss"
        assert (await engine.ledger(bot_id)).position.quantity == Decimal(0)


async def test_every_restart_tries_again() -> None:
    world = a_world()
    async with a_small_engine(world) as engine:
        bot_id = await a_stopped_bot(engine)
        stop = world.venue.submitted[-1]
        await world.venue.cancel_order(stop.account_id, stop.client_order_id)
        # The stop that is placed anew is refused, its cancel finds nothing, and the sale that follows is refused too.
        world.venue.answers += [VenueRejection("market halted"), None, VenueRejection("market halted")]
        await engine.lifecycle.stop_bot(bot_id, StopPolicy.FLATTEN, MIA, "flatten")
        await engine.quiet()
    for _ in range(2):
        world.venue.answers.append(VenueRejection("market halted"))
        tried = len(await world.storage.orders(bot_id, EVERYTHING))
        async with a_small_engine(world) as engine:
            assert len(await engine.orders(bot_id)) == tried + 1
