"""Guard truth: what is said of a position's stop is what works at its venue now, and a stop that does not is told."""

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.events import BotStopped, OrderFilled, OrderRejected, RiskTripped
from bot.domain.guard import Guard, GuardGap, GuardState, PositionGuards, StopLost
from bot.domain.instance import BotStatus, StopPolicy
from bot.domain.order import OrderPurpose, OrderStatus
from bot.engine.market_data.price_watch import barrier_triggers
from bot.engine.trading.guards import position_guards
from bot.engine.trading.messages import SubmitRefused
from tests.builders.facts import a_config
from tests.builders.one_bot import OneBot, a_buy, a_sell, one_bot

SMALL = a_config(stake="5.5", stop_loss="0.2")
"""Buys 0.055 ABC at 100, of which a stop at 80 is worth 4.40 USDT; the market takes nothing below 5."""


def guards(bot: OneBot) -> PositionGuards:
    return position_guards(bot.session, can_rest=bot.handler_context.can_rest_barriers)


def stop(bot: OneBot) -> Guard:
    found = guards(bot).stop
    assert found is not None
    return found


def a_bot_with_a_stop() -> OneBot:
    bot = one_bot(a_config(stop_loss="0.05"))
    bot.bought("100")
    return bot


def test_a_stop_is_on_its_way_until_the_venue_has_accepted_it() -> None:
    bot = a_bot_with_a_stop()
    assert (stop(bot).state, stop(bot).price) == (GuardState.PENDING, Decimal(95))
    assert guards(bot).stop_price is None
    bot.accept(bot.newest(OrderPurpose.BARRIER))
    assert (stop(bot).state, guards(bot).stop_price) == (GuardState.RESTING, Decimal(95))


def test_a_fill_tells_a_stop_that_is_placed_only_now_as_one_on_its_way() -> None:
    bot = a_bot_with_a_stop()
    (filled,) = bot.told(OrderFilled)
    assert filled.guards is not None
    assert filled.guards.stop == stop(bot)
    assert filled.stop_price is None


def test_a_stop_too_small_for_the_venue_is_watched_and_told_once_in_words_that_say_stop() -> None:
    bot = one_bot(SMALL)
    bot.bought("100")
    assert (stop(bot).state, stop(bot).gap) == (GuardState.WATCHED, GuardGap.TOO_SMALL)
    for _ in range(3):
        bot.candle()
    (told,) = bot.told(StopLost)
    # 0.055 ABC x 80 = 4.40 USDT.
    assert (told.gap, told.price, told.found.value, told.minimum.value) == (
        GuardGap.TOO_SMALL,
        Decimal(80),
        Decimal("4.4"),
        Decimal(5),
    )
    assert told.is_watched
    assert bot.told(RiskTripped) == []
    kinds = [type(event.payload) for event in bot.events]
    assert kinds.index(OrderFilled) < kinds.index(StopLost)


def test_a_position_that_partial_exits_made_too_small_for_its_stop_is_told() -> None:
    bot = one_bot(a_config(stake="12", stop_loss="0.5", take_profit="0.1"))
    bot.bought("100")
    resting, target = bot.intents(OrderPurpose.BARRIER)
    bot.accept(resting)
    bot.accept(target)
    bot.fill(target, "110", "0.05")
    bot.report(resting, OrderStatus.CANCELED, remark="the target order of its group filled first")
    bot.report(target, OrderStatus.CANCELED, filled="0.05")
    # 0.07 ABC are left: 7.70 USDT at the target, 3.50 USDT at a stop at 50.
    assert bot.held == Decimal("0.07")
    assert [one.gap for one in bot.told(StopLost)] == [GuardGap.TOO_SMALL]


def test_a_stop_that_the_venue_refuses_is_told_at_once_and_its_price_watched() -> None:
    bot = a_bot_with_a_stop()
    bot.send(SubmitRefused(bot.newest(OrderPurpose.BARRIER).client_order_id, "no stops today"))
    (told,) = bot.told(StopLost)
    assert (told.gap, told.error, told.is_watched) == (GuardGap.REFUSED, "no stops today", True)
    assert bot.told(OrderRejected) == []
    (trigger,) = barrier_triggers(bot.session, can_rest=True)[1]
    assert (trigger.price, trigger.tag) == (Decimal(95), "stop_loss")
    assert stop(bot).state is GuardState.WATCHED


def test_a_stop_counts_as_watched_only_while_its_trigger_is_live() -> None:
    bot = one_bot(a_config(stop_loss="0.05"), has_conditional_orders=False)
    bot.bought("100")
    for watched, state in ((frozenset({"stop_loss"}), GuardState.WATCHED), (frozenset[str](), GuardState.MISSING)):
        found = position_guards(bot.session, can_rest=False, watched=watched).stop
        assert found is not None
        assert found.state is state


def test_a_stop_canceled_behind_our_back_is_told_and_placed_again() -> None:
    bot = a_bot_with_a_stop()
    first = bot.newest(OrderPurpose.BARRIER)
    bot.accept(first)
    bot.report(first, OrderStatus.CANCELED, remark="by the exchange")
    (told,) = bot.told(StopLost)
    assert (told.gap, told.error) == (GuardGap.CANCELED, "by the exchange")
    again = bot.newest(OrderPurpose.BARRIER)
    assert again.client_order_id != first.client_order_id
    bot.accept(again)
    assert stop(bot).state is GuardState.RESTING


def test_a_stop_that_ends_because_its_target_fills_is_no_alarm() -> None:
    bot = one_bot(a_config(stop_loss="0.05", take_profit="0.1"))
    bot.bought("100")
    resting, target = bot.intents(OrderPurpose.BARRIER)
    bot.accept(resting)
    bot.accept(target)
    bot.fill(target, "110", "9")
    bot.report(resting, OrderStatus.CANCELED, remark="the target order of its group filled first")
    assert bot.told(StopLost) == []


def test_a_stop_that_an_edit_moves_is_no_alarm() -> None:
    bot = a_bot_with_a_stop()
    bot.accept(bot.newest(OrderPurpose.BARRIER))
    bot.stop(StopPolicy.CANCEL)
    bot.report(bot.newest(OrderPurpose.BARRIER), OrderStatus.CANCELED)
    assert bot.told(StopLost) == []
    assert (stop(bot).state, stop(bot).gap) == (GuardState.MISSING, GuardGap.LET_GO)


def test_a_stopped_bot_follows_no_candles_so_its_small_stop_is_watched_by_price() -> None:
    bot = one_bot(SMALL)
    bot.bought("100")
    assert barrier_triggers(bot.session, can_rest=True)[1] == ()
    bot.stop()
    assert bot.is_in(BotStatus.STOPPED)
    assert [trigger.price for trigger in barrier_triggers(bot.session, can_rest=True)[1]] == [Decimal(80)]


@settings(max_examples=60, deadline=None)
@given(
    quantity=st.integers(min_value=1, max_value=400),
    share=st.integers(min_value=1, max_value=95),
    is_accepted=st.booleans(),
    is_stopped=st.booleans(),
)
def test_a_stop_is_called_working_only_if_it_rests_or_is_watched(
    quantity: int, share: int, is_accepted: bool, is_stopped: bool
) -> None:
    held, price = Decimal(quantity) / 1000, Decimal(100)
    bot = one_bot(a_config(stake="999", stop_loss=str(Decimal(share) / 100)))
    bot.candle(100, entry=1)
    bot.fill(bot.newest(), "100", held)
    level = price * (100 - share) / 100
    if is_accepted:
        for order in bot.working(OrderPurpose.BARRIER):
            bot.accept(order.intent)
    if is_stopped:
        bot.stop(StopPolicy.CANCEL)
    resting = [order for order in bot.working(OrderPurpose.BARRIER) if order.status is OrderStatus.ACCEPTED]
    is_resting = any(not order.is_cancel_wanted for order in resting)
    found = guards(bot).stop
    if bot.session.is_flat:
        assert found is None
        return
    assert found is not None
    assert (found.state is GuardState.RESTING) == is_resting
    is_small = held < bot.market.min_quantity or held * level < bot.market.min_notional
    assert (found.state is GuardState.WATCHED) == (is_small and not is_stopped)


@pytest.mark.parametrize(
    ("policy", "kept"),
    [
        (StopPolicy.ENTRIES, {"sell-1", "stop_loss"}),
        (StopPolicy.HOLD, {"stop_loss"}),
        (StopPolicy.CANCEL, set[str]()),
    ],
)
def test_each_stop_policy_cancels_what_it_says(policy: StopPolicy, kept: set[str]) -> None:
    bot = one_bot(a_config(stop_loss="0.05"), plan=[a_buy(1, "1", "99")])
    bot.can_guard_beside_sells = True
    bot.candle(100)
    bot.accept(bot.newest(OrderPurpose.PLAN))
    bot.wish(a_buy(2, "1", "98"), a_sell(1, "1", "101"))
    bot.fill(bot.newest(OrderPurpose.PLAN), "99")
    for order in tuple(bot.session.orders.values()):
        bot.accept(order.intent)
    bot.stop(policy)
    for order in tuple(bot.session.orders.values()):
        if order.is_cancel_wanted:
            bot.report(order.intent, OrderStatus.CANCELED)
    assert {order.intent.tag for order in bot.session.orders.values()} == kept
    (told,) = bot.told(BotStopped)
    assert told.kept_orders == len(kept & {"sell-1"})
    assert (told.stop_price is not None) == ("stop_loss" in kept)


def test_a_sell_that_stayed_after_a_stop_still_closes_the_trade() -> None:
    bot = one_bot(plan=[a_buy(1, "1", "99")])
    bot.candle(100)
    bot.accept(bot.newest(OrderPurpose.PLAN))
    bot.wish(a_sell(1, "1", "101"))
    bot.fill(bot.newest(OrderPurpose.PLAN), "99")
    sell = bot.newest(OrderPurpose.PLAN)
    bot.accept(sell)
    bot.stop()
    assert bot.is_in(BotStatus.STOPPED)
    bot.fill(sell, "101")
    assert bot.held == 0
    assert bot.session.orders == {}
