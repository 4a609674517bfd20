"""What a venue tells goes to the bot concerned, once; nobody is bothered with the rest."""

from dataclasses import replace
from decimal import Decimal

from bot.domain.ids import AccountId, ClientOrderId
from tests.builders.small_engine import a_small_engine, a_world
from tests.fakes.scripted_strategies import ENTER


async def test_what_was_told_before_reaches_no_mailbox_again() -> None:
    async with a_small_engine() as engine:
        bot_id = await engine.running()
        await engine.candle(100, ENTER)
        venue = engine.world.venue
        report = venue.fill(venue.submitted[-1], Decimal(100), Decimal(1))
        await engine.quiet()
        handled = engine.supervisor.mailboxes.handled_count
        venue.tell(report)
        await engine.quiet()
        assert engine.supervisor.mailboxes.handled_count == handled
        assert (await engine.ledger(bot_id)).position.quantity == 1


async def test_reports_of_orders_that_ended_or_are_nobodys_reach_no_mailbox() -> None:
    async with a_small_engine() as engine:
        await engine.running()
        await engine.candle(100, ENTER)
        intent = await engine.fill("100")
        handled = engine.supervisor.mailboxes.handled_count
        report = engine.world.venue.reports[intent.client_order_id]
        engine.world.venue.tell(report)
        engine.world.venue.tell(replace(report, client_order_id=ClientOrderId("somebody else's")))
        await engine.quiet()
        assert engine.supervisor.mailboxes.handled_count == handled


async def test_orders_of_before_a_restart_are_known() -> None:
    world = a_world()
    async with a_small_engine(world) as engine:
        bot_id = await engine.running(stop_loss="5%")
        await engine.candle(100, ENTER)
        await engine.fill("100")
    async with a_small_engine(world) as engine:
        stop = world.venue.submitted[-1]
        await world.venue.cancel_order(stop.account_id, stop.client_order_id)
        await engine.quiet()
        assert world.venue.submitted[-1] != stop
        world.venue.fill(world.venue.submitted[-1], Decimal(95))
        await engine.quiet()
        assert (await engine.ledger(bot_id)).trade is None


async def test_each_account_has_fills_of_its_own() -> None:
    async with a_small_engine() as engine:
        bot_id = await engine.running()
        await engine.candle(100, ENTER)
        venue = engine.world.venue
        report = venue.fill(venue.submitted[-1], Decimal(100), Decimal(1))
        foreign = replace(report.fill, account_id=AccountId("other"), client_order_id=ClientOrderId("foreign"))
        venue.tell(replace(report, sequence=99, fill=foreign))
        await engine.quiet()
        await engine.fill("100", "1")
        assert (await engine.ledger(bot_id)).position.quantity == 2
