"""The host of all bots: opens mailboxes, ties bots to their venue, tries again, gives up, and releases."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from bot.domain.errors import AuthFailed, OutcomeUnknown, Refused, Unavailable
from bot.domain.events import BotFailed, BotStopped, TradeClosed
from bot.domain.ids import BotId, ClientOrderId
from bot.domain.instance import BotStatus, StopPolicy
from bot.domain.order import OrderPurpose, OrderStatus
from bot.engine.runtime.retries import FIRST_PAUSE, MAX_TRIES, STORAGE_PAUSE
from tests.builders.engine import MIA
from tests.builders.refusals import raises_refusal
from tests.builders.small_engine import FAKE, HOURLY, SmallEngine, a_small_engine, a_world
from tests.fakes.scripted_strategies import BREAK, BREAK_PLAN, ENTER, LEAVE


async def entered(engine: SmallEngine, **words: str) -> BotId:
    """Run a bot that has bought."""
    bot_id = await engine.running(**words)
    await engine.candle(100, ENTER)
    await engine.fill("100")
    return bot_id


async def test_a_started_bot_runs_follows_its_series_and_trades() -> None:
    async with a_small_engine() as engine:
        bot_id = await entered(engine)
        await engine.candle(110, LEAVE)
        await engine.fill("110")
        bot, book = await engine.bot(bot_id), await engine.ledger(bot_id)
        assert (bot.status, bot.run_number) == (BotStatus.RUNNING, 1)
        assert book.totals.trades == 1
        assert len(await engine.told(TradeClosed)) == 1


async def test_a_stopped_flat_bot_leaves_nothing_behind() -> None:
    async with a_small_engine() as engine:
        bot_id = await engine.running(stop_loss="5%")
        await engine.lifecycle.stop_bot(bot_id, StopPolicy.ENTRIES, MIA, "stop")
        assert engine.session(bot_id) is None
        assert (engine.world.feed.lines, len(engine.supervisor.mailboxes), engine.venue_context.hub.bot_count) == (
            0,
            0,
            0,
        )


async def test_a_stopped_bot_that_holds_something_keeps_its_mailbox_until_it_is_sold() -> None:
    async with a_small_engine() as engine:
        bot_id = await entered(engine, stop_loss="5%")
        await engine.lifecycle.stop_bot(bot_id, StopPolicy.ENTRIES, MIA, "stop")
        assert engine.session(bot_id) is not None
        assert engine.world.feed.lines == 0
        stop = next(order for order in await engine.orders(bot_id) if order.intent.purpose is OrderPurpose.BARRIER)
        engine.world.venue.fill(stop.intent, Decimal(95))
        await engine.quiet()
        assert (await engine.ledger(bot_id)).trade is None
        assert engine.session(bot_id) is None


async def test_watched_prices_are_let_go_with_the_position() -> None:
    async with a_small_engine(a_world(has_conditional_orders=False)) as engine:
        bot_id = await entered(engine, stop_loss="5%", take_profit="10%")
        assert len(engine.venue_context.price_watch) == 2
        engine.world.feed.price(94.0)
        await engine.quiet()
        assert len(engine.venue_context.price_watch) == 0
        await engine.fill("94")
        assert (await engine.ledger(bot_id)).totals.trades == 1
        assert engine.world.feed.price_lines == 0


async def test_a_command_to_a_sleeping_bot_wakes_it_for_that_long() -> None:
    async with a_small_engine() as engine:
        bot_id = await engine.create()
        await engine.lifecycle.rename_bot(bot_id, "other", MIA, "rename")
        assert (await engine.bot(bot_id)).name == "other"
        with pytest.raises(Refused):
            await engine.lifecycle.pause_bot(bot_id, MIA, "pause")
        assert len(engine.supervisor.mailboxes) == 0


async def test_a_deleted_bot_takes_no_command_and_shows_what_it_left() -> None:
    async with a_small_engine() as engine:
        bot_id = await engine.create()
        await engine.lifecycle.delete_bot(bot_id, MIA, "delete")
        with raises_refusal(Refused, match="was deleted"):
            await engine.lifecycle.pause_bot(bot_id, MIA, "p")
        assert (await engine.supervisor.view(bot_id)).bot.status is BotStatus.DELETED
        with raises_refusal(Refused, match="no such bot"):
            await engine.supervisor.view(BotId("nobody"))


async def test_a_bot_that_cannot_warm_up_fails() -> None:
    async with a_small_engine() as engine:
        bot_id = await engine.create()
        engine.world.feed.history_error = Unavailable("the exchange is down")
        await engine.lifecycle.start_bot(bot_id, MIA, "start")
        bot = await engine.bot(bot_id)
        assert (bot.status, bot.desired) == (BotStatus.FAILED, BotStatus.STOPPED)
        assert bot.status_remark.startswith("the exchange is down (ref E-")
        await engine.lifecycle.start_bot(bot_id, MIA, "start again")
        assert (await engine.bot(bot_id)).status is BotStatus.RUNNING


async def test_a_strategy_that_breaks_five_times_in_a_row_fails_its_bot_alone() -> None:
    async with a_small_engine() as engine:
        broken, well = await engine.running(), await engine.running("told-plan")
        for _ in range(MAX_TRIES - 1):
            await engine.candle(100, BREAK)
        assert (await engine.bot(broken)).status is BotStatus.RUNNING
        await engine.candle(100, BREAK)
        assert (await engine.bot(broken)).status is BotStatus.FAILED
        (failed,) = await engine.told(BotFailed)
        assert failed.tries == MAX_TRIES
        assert "told to break" in failed.error
        assert (await engine.bot(well)).status is BotStatus.RUNNING


async def test_a_good_candle_in_between_begins_the_count_again() -> None:
    async with a_small_engine() as engine:
        bot_id = await engine.running()
        for _ in range(3):
            for _ in range(MAX_TRIES - 1):
                await engine.candle(100, BREAK)
            await engine.candle(100)
        assert (await engine.bot(bot_id)).status is BotStatus.RUNNING


async def test_a_message_that_breaks_is_tried_again_with_growing_pauses() -> None:
    async with a_small_engine() as engine:
        bot_id = await engine.running("told-plan")
        await engine.candle(100, BREAK_PLAN)
        waited = timedelta()
        for index in range(MAX_TRIES - 1):
            assert (await engine.bot(bot_id)).status is BotStatus.RUNNING
            pause = FIRST_PAUSE * 2**index * 1.2
            waited += pause
            await engine.later(pause)
        assert (await engine.bot(bot_id)).status is BotStatus.FAILED


async def test_what_works_at_the_second_try_is_no_failure() -> None:
    async with a_small_engine() as engine:
        bot_id = await engine.running()
        engine.world.storage.answers.append(Unavailable("disk full"))
        await engine.candle(100, ENTER)
        assert await engine.orders(bot_id) == ()
        await engine.later(STORAGE_PAUSE * 1.2)
        assert len(await engine.orders(bot_id)) == 1


async def test_refused_credentials_stop_the_bots_of_that_account() -> None:
    async with a_small_engine() as engine:
        first, second = await engine.running(), await engine.running(number="2")
        engine.world.venue.answers.append(AuthFailed("key revoked"))
        await engine.candle(100, ENTER)
        await engine.quiet()
        statuses = {bot_id: await engine.bot(bot_id) for bot_id in (first, second)}
        assert {bot.status_remark for bot in statuses.values()} == {"key revoked"}
        assert {bot.desired for bot in statuses.values()} == {BotStatus.STOPPED}


async def test_refused_credentials_keep_the_position_and_its_stop() -> None:
    async with a_small_engine() as engine:
        holding, other = await entered(engine, stop_loss="5%"), await engine.running(number="2")
        engine.world.venue.answers.append(AuthFailed("key revoked"))
        await engine.candle(100, ENTER)
        await engine.quiet()
        assert {(await engine.bot(bot_id)).desired for bot_id in (holding, other)} == {BotStatus.STOPPED}
        trade = (await engine.ledger(holding)).trade
        assert trade is not None
        working = [order for order in await engine.orders(holding) if order.status is OrderStatus.ACCEPTED]
        assert [order.intent.purpose for order in working] == [OrderPurpose.BARRIER]
        assert not any(order.intent.purpose is OrderPurpose.EXIT for order in await engine.orders(holding))


async def test_all_bots_of_a_venue_stop_when_its_recording_has_ended() -> None:
    async with a_small_engine() as engine:
        running, paused, sleeping = await engine.running(), await engine.running(number="2"), await engine.create()
        await engine.lifecycle.pause_bot(paused, MIA, "pause")
        engine.supervisor.post_market_end(FAKE, "the recording has ended")
        await engine.quiet()
        assert [(await engine.bot(bot_id)).status for bot_id in (running, paused, sleeping)] == [
            BotStatus.STOPPED,
            BotStatus.STOPPED,
            BotStatus.CREATED,
        ]
        assert [told.remark for told in await engine.told(BotStopped)] == ["the recording has ended"] * 2


async def test_an_edit_of_the_parameters_counts_from_the_next_candle() -> None:
    async with a_small_engine() as engine:
        bot_id = await engine.running()
        await engine.lifecycle.edit_bot(bot_id, {"number": "7"}, MIA, "edit")
        await engine.candle(100, ENTER)
        (order,) = await engine.orders(bot_id)
        assert order.intent.config_version == 2
        assert engine.world.feed.lines == 1


async def test_an_edit_of_the_timeframe_moves_the_bot_to_the_other_series() -> None:
    async with a_small_engine() as engine:
        bot_id = await engine.running()
        await engine.lifecycle.edit_bot(bot_id, {"timeframe": "1h"}, MIA, "edit")
        assert engine.venue_context.hub.series == (HOURLY,)
        await engine.candle(100, ENTER)
        assert await engine.orders(bot_id) == ()
        engine.world.feed.close(100, ENTER, HOURLY)
        await engine.quiet()
        assert len(await engine.orders(bot_id)) == 1


async def test_a_fill_told_twice_is_booked_once() -> None:
    async with a_small_engine() as engine:
        bot_id = await engine.running()
        await engine.candle(100, ENTER)
        intent = engine.world.venue.submitted[-1]
        report = engine.world.venue.fill(intent, Decimal(100))
        engine.world.venue.tell(report)
        await engine.quiet()
        assert (await engine.ledger(bot_id)).totals.fills == 1


async def test_a_fill_after_its_order_was_closed_for_us_is_booked() -> None:
    async with a_small_engine() as engine:
        bot_id = await engine.running()
        await engine.candle(100, ENTER)
        intent = engine.world.venue.submitted[-1]
        await engine.lifecycle.cancel_order(bot_id, intent.client_order_id, MIA, "cancel")
        await engine.quiet()
        assert (await engine.orders(bot_id))[0].status is OrderStatus.CANCELED
        engine.world.venue.fill(intent, Decimal(100))
        await engine.quiet()
        assert (await engine.ledger(bot_id)).position.quantity == intent.quantity


async def test_a_fill_of_a_bot_that_sleeps_wakes_it() -> None:
    async with a_small_engine() as engine:
        bot_id = await engine.running(stop_loss="5%")
        await engine.candle(100, ENTER)
        intent = engine.world.venue.submitted[-1]
        await engine.lifecycle.stop_bot(bot_id, StopPolicy.ENTRIES, MIA, "stop")
        await engine.quiet()
        assert engine.session(bot_id) is None
        engine.world.venue.fill(intent, Decimal(100))
        await engine.quiet()
        session = engine.session(bot_id)
        assert session is not None
        assert session.ledger.position.quantity == intent.quantity
        assert [order.intent.tag for order in session.orders.values()] == ["stop_loss"]


async def test_a_fill_of_somebody_elses_order_is_left_alone() -> None:
    async with a_small_engine() as engine:
        bot_id = await engine.running()
        await engine.candle(100, ENTER)
        intent = engine.world.venue.submitted[-1]
        foreign = replace(intent, client_order_id=ClientOrderId("f" * 32))
        await engine.world.venue.submit_order(foreign)
        engine.world.venue.fill(foreign, Decimal(100))
        await engine.quiet()
        assert (await engine.ledger(bot_id)).totals.fills == 0


async def test_a_lost_answer_is_found_and_nothing_is_bought_twice() -> None:
    async with a_small_engine() as engine:
        bot_id = await engine.running()
        engine.world.venue.answers.append(OutcomeUnknown(ClientOrderId("x")))
        await engine.candle(100, ENTER)
        (order,) = await engine.orders(bot_id)
        assert order.status is OrderStatus.ACCEPTED
        assert len(engine.world.venue.submitted) == 1


async def test_what_can_be_seen_of_a_bot() -> None:
    async with a_small_engine() as engine:
        bot_id = await entered(engine, stop_loss="5%", take_profit="10%")
        view = await engine.supervisor.view(bot_id)
        assert (view.stop_price, view.target_price, view.last_price) == (Decimal(95), Decimal(110), Decimal("100.0"))
        assert view.last_row is not None
        assert view.last_row.entry == 1
        assert view.next_close == engine.world.venue.clock.now() + timedelta(minutes=5)
        assert len(view.working_orders) == 2
        await engine.lifecycle.stop_bot(bot_id, StopPolicy.ENTRIES, MIA, "stop")
        assert (await engine.supervisor.view(bot_id)).next_close is None


async def test_a_plan_says_what_it_waits_for() -> None:
    async with a_small_engine() as engine:
        bot_id = await engine.running("told-plan")
        assert (await engine.supervisor.view(bot_id)).remark == "waits below"
