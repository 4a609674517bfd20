"""A key that was revoked while the desk was down ended the next start: no bot of anybody ran."""

from decimal import Decimal

from bot.domain.errors import AuthFailed
from bot.domain.events import BotStopped
from bot.domain.instance import BotStatus
from bot.domain.order import OrderPurpose
from tests.builders.small_engine import SmallEngine, a_small_engine, a_world
from tests.fakes.scripted_strategies import ENTER


async def test_the_bots_of_that_account_are_stopped_and_the_desk_opens() -> None:
    world = a_world()
    async with a_small_engine(world) as engine:
        bot_id = await engine.running()
    world.venue.lookup_answers.append(AuthFailed("the key was revoked"))
    async with a_small_engine(world) as engine:
        assert (await engine.bot(bot_id)).status is BotStatus.STOPPED
        assert [told.remark for told in await engine.told(BotStopped)] == ["the key was revoked"]


async def test_what_they_hold_and_its_stop_stay_as_they_are_at_the_venue() -> None:
    world = a_world()
    async with a_small_engine(world) as engine:
        bot_id = await engine.running(stop_loss="5%")
        await engine.candle(100, ENTER)
        await engine.fill("100")
    reports, sent = world.venue.reports, len(world.venue.submitted)
    world.venue.lookup_answers.append(AuthFailed("the key was revoked"))
    async with a_small_engine(world) as engine:
        assert (await engine.bot(bot_id)).status is BotStatus.STOPPED
        position = (await engine.ledger(bot_id)).position
        assert (position.quantity, position.average_entry) == (Decimal("9.94"), Decimal(100))
        assert await purposes(engine) == [OrderPurpose.BARRIER]
        assert (world.venue.reports, len(world.venue.submitted)) == (reports, sent)


async def purposes(engine: SmallEngine) -> list[OrderPurpose]:
    """Return what the working orders are for."""
    return [
        order.intent.purpose
        for bot in await engine.engine.reader.bots()
        for order in await engine.orders(bot.bot_id)
        if order.is_working
    ]
