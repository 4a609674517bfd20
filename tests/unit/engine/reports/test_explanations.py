"""Why: the last look, the last signal with what it led to, and orders found by the beginning of their reference."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from bot.domain.errors import CommandFix, InvalidInput
from bot.domain.facts import Saved
from bot.domain.ids import BotId, OperatorId
from bot.domain.moment import Moment
from bot.domain.order import OrderPurpose
from bot.domain.people import Role
from bot.domain.signal import SignalRecord, SignalRow
from bot.engine.people.permissions import Requester
from bot.engine.reports.explanations import ExplanationReader, repeated_refusals
from tests.builders.engine import MIA as MIA_OPERATOR
from tests.builders.facts import an_operator
from tests.builders.orders import SOME_TIME
from tests.builders.refusals import raises_refusal, refusal_text
from tests.builders.small_engine import SmallEngine, a_small_engine, queries_of
from tests.fakes.scripted_strategies import ENTER, LEAVE

MIA = Requester(operator=MIA_OPERATOR)
JONAS = Requester(operator=an_operator("jonas", Role.TRADER))


def explain_of(engine: SmallEngine) -> ExplanationReader:
    return ExplanationReader(engine.world.storage, queries_of(engine))


async def test_before_the_first_signal_there_is_only_the_last_look() -> None:
    async with a_small_engine() as engine:
        bot_id = await engine.running()
        await engine.candle(101)
        reason = await explain_of(engine).explain_bot(await engine.bot(bot_id))
        assert (reason.last_signal, reason.signal_orders) == (None, ())
        assert reason.figures.view.last_row is not None
        assert dict(reason.figures.view.last_row.features) == {"close": 101.0}


async def test_a_signal_is_explained_with_its_order_and_the_configuration_of_its_time() -> None:
    async with a_small_engine() as engine:
        bot_id = await engine.running(capital="1000")
        await engine.candle(100, ENTER)
        (order,) = await engine.orders(bot_id)
        engine.world.clock.advance(engine.world.feed.all_series()[0].timeframe.duration)
        await engine.lifecycle.edit_bot(bot_id, {"stake": "500"}, MIA_OPERATOR, engine.command_id())
        reason = await explain_of(engine).explain_bot(await engine.bot(bot_id))
        assert reason.last_signal is not None
        assert (reason.last_signal.row.entry, reason.last_signal.row.reason) == (1, "told to enter at 100.00")
        assert reason.signal_orders == (order,)
        assert (reason.signal_config.stake, reason.figures.bot.config.stake) == (None, Decimal(500))


async def test_an_exit_is_explained_with_the_exit_alone() -> None:
    async with a_small_engine() as engine:
        bot_id = await engine.running(stop_loss="5%")
        await engine.candle(100, ENTER)
        await engine.fill("100")
        await engine.candle(102, LEAVE)
        reason = await explain_of(engine).explain_bot(await engine.bot(bot_id))
        assert reason.last_signal is not None
        assert reason.last_signal.row.exit
        assert [order.intent.purpose for order in reason.signal_orders] == [OrderPurpose.EXIT]


async def test_an_earlier_entry_is_no_part_of_a_later_one() -> None:
    async with a_small_engine() as engine:
        bot_id = await engine.running()
        for price in ("100", "90"):
            await engine.candle(float(price), ENTER)
            await engine.fill(price)
            await engine.candle(float(price), LEAVE)
            await engine.fill(price)
        await engine.candle(80, ENTER)
        reason = await explain_of(engine).explain_bot(await engine.bot(bot_id))
        assert reason.signal_orders == (await engine.orders(bot_id))[-1:]


async def an_order(engine: SmallEngine) -> tuple[BotId, str]:
    """Have a bot of mia decide on an order that fills in two parts; return the bot and the order's reference."""
    bot_id = await engine.running()
    await engine.candle(100, ENTER)
    await engine.fill("100", "1")
    await engine.fill("101")
    (order,) = await engine.orders(bot_id)
    return bot_id, order.intent.reference


async def test_an_order_is_found_by_the_beginning_of_its_reference() -> None:
    async with a_small_engine() as engine:
        bot_id, reference = await an_order(engine)
        for wanted in (reference, reference[:6], reference.lower(), reference[2:6], f"  {reference[2:8].lower()} "):
            found = await explain_of(engine).explain_order(MIA, wanted)
            assert (found.order.intent.reference, found.bot.bot_id) == (reference, bot_id)
            assert [fill.price for fill in found.fills] == [Decimal(100), Decimal(101)]


async def test_an_order_of_somebody_else_is_no_order() -> None:
    async with a_small_engine() as engine:
        bot_id, reference = await an_order(engine)
        explain = explain_of(engine)
        with raises_refusal(InvalidInput, match="no order"):
            await explain.explain_order(JONAS, reference)
        with raises_refusal(InvalidInput, match="no order"):
            await explain.explain_order(MIA, "o-0000")
        other = replace(await engine.bot(bot_id), bot_id=BotId("other"), name="other")
        await engine.world.storage.commit((Saved(other),))
        with raises_refusal(InvalidInput, match="no order"):
            await explain.find_order(MIA, reference, other)
        assert (await explain.find_order(MIA, reference, await engine.bot(bot_id))).intent.reference == reference


async def test_a_beginning_that_several_orders_share_is_answered_with_a_longer_one() -> None:
    async with a_small_engine() as engine:
        await an_order(engine)
        await engine.candle(100, LEAVE)
        (bot,) = await engine.world.storage.bots()
        newest = (await engine.orders(bot.bot_id))[-1].intent.reference
        with pytest.raises(InvalidInput) as raised:
            await explain_of(engine).explain_order(MIA, "o-")
        assert refusal_text(raised.value).startswith("Invalid: 2 orders begin with o-.")
        assert raised.value.fix == CommandFix("why", (newest[:8],))


async def test_whose_bot_is_shared_may_look_at_its_orders() -> None:
    async with a_small_engine() as engine:
        bot_id, reference = await an_order(engine)
        owned = replace(await engine.bot(bot_id), owner=OperatorId("jonas"))
        await engine.world.storage.commit((Saved(owned),))
        assert (await explain_of(engine).explain_order(JONAS, reference)).bot.owner == "jonas"


def a_signal(hour: int, outcome: str) -> SignalRecord:
    close = SOME_TIME + timedelta(hours=hour)
    return SignalRecord(
        bot_id=BotId("b"),
        candle_close=close,
        close_price=100.0,
        row=SignalRow(0, True, "told", ()),
        outcome=outcome,
        moment=Moment(close, close),
    )


def test_refusals_are_counted_by_reason_whatever_their_figures() -> None:
    # By hand: two sells too small (hours 1 and 4), a buy without money (hour 2), a buy that was taken (hour 3).
    signals = [
        a_signal(4, "not sold: too small: 4.65 USDT, the market wants 5 USDT"),
        a_signal(3, "buy"),
        a_signal(2, "not taken: needs 1,988.80 USDT in all, the bot may use 1,000.00 USDT"),
        a_signal(1, "not sold: too small: 4.97 USDT, the market wants 5 USDT"),
    ]
    small, broke = repeated_refusals(signals)
    assert (small.count, small.first_at, small.last_at) == (2, signals[3].candle_close, signals[0].candle_close)
    assert small.text == "too small: 4.65 USDT, the market wants 5 USDT"
    assert (broke.count, broke.signal) == (1, signals[2])


async def test_what_a_plan_was_refused_is_explained_too() -> None:
    async with a_small_engine() as engine:
        # The plan buys 1 at 90: more than the 50 USDT that the bot may use.
        bot_id = await engine.running("told-plan", capital="50")
        await engine.candle(100)
        reason = await explain_of(engine).explain_bot(await engine.bot(bot_id))
        (refusal,) = reason.refusals
        assert refusal.count == 1
        assert "the bot may use 50.00 USDT" in refusal.text
