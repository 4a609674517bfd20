"""The guard of a position: stop and target as one group, always for what is held, never for more."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from bot.domain.events import RiskTripped
from bot.domain.guard import GuardGap, StopLost
from bot.domain.instance import BotStatus, PendingExit
from bot.domain.order import OrderPurpose, OrderSide, OrderStatus, OrderType
from bot.domain.trade import ExitReason
from bot.engine.market_data.price_watch import barrier_triggers
from bot.engine.trading.messages import (
    AlignOrders,
    BarrierTriggered,
    CancelAtVenue,
    FailBot,
    FillReported,
    OrderGone,
    SubmitRefused,
)
from tests.builders.facts import a_config
from tests.builders.one_bot import OneBot, a_buy, one_bot

GUARDED = a_config(stop_loss="0.05", take_profit="0.1")


def a_guarded_bot() -> OneBot:
    bot = one_bot(GUARDED)
    bot.bought("100")
    return bot


def tags(bot: OneBot) -> list[str]:
    return [order.intent.tag for order in bot.working(OrderPurpose.BARRIER)]


def test_stop_and_target_rest_as_one_group_for_the_whole_position() -> None:
    bot = a_guarded_bot()
    stop, target = bot.intents(OrderPurpose.BARRIER)
    assert (stop.order_type, stop.price, stop.side) == (OrderType.STOP, Decimal(95), OrderSide.SELL)
    assert (target.order_type, target.price, target.side) == (OrderType.TARGET, Decimal(110), OrderSide.SELL)
    assert stop.quantity == target.quantity == bot.held
    assert stop.group == target.group is not None


def test_a_part_of_an_entry_is_guarded_and_guarded_anew_when_there_is_more() -> None:
    bot = one_bot(GUARDED)
    bot.candle(entry=1)
    entry = bot.newest()
    bot.fill(entry, "100", "4")
    first = bot.intents(OrderPurpose.BARRIER)
    assert [intent.quantity for intent in first] == [4, 4]
    bot.fill(entry, "102")
    assert [order.is_cancel_wanted for order in bot.working(OrderPurpose.BARRIER)] == [True, True]
    bot.report(first[0], OrderStatus.CANCELED)
    assert bot.intents(OrderPurpose.BARRIER) == first
    bot.report(first[1], OrderStatus.CANCELED)
    stop, target = bot.intents(OrderPurpose.BARRIER)[2:]
    assert stop.quantity == target.quantity == bot.held
    average = bot.session.ledger.position.average_entry
    assert stop.price == bot.market.floor_price(average * Decimal("0.95"))
    assert target.price == bot.market.ceil_price(average * Decimal("1.1"))


def test_a_barrier_that_fills_ends_the_trade_with_its_reason() -> None:
    for index, reason in enumerate((ExitReason.STOP_LOSS, ExitReason.TAKE_PROFIT)):
        bot = a_guarded_bot()
        filled, other = bot.intents(OrderPurpose.BARRIER)[index], bot.intents(OrderPurpose.BARRIER)[1 - index]
        bot.fill(filled, str(filled.price))
        bot.report(other, OrderStatus.CANCELED, remark="the other one filled first")
        assert bot.trade(1).exit_reason is reason
        assert bot.session.orders == {}
        assert bot.held == 0


def test_a_stop_that_fills_in_part_goes_on_with_the_rest() -> None:
    bot = a_guarded_bot()
    stop, target = bot.intents(OrderPurpose.BARRIER)
    bot.fill(stop, "95", "9.9")
    bot.report(target, OrderStatus.CANCELED)
    assert tags(bot) == ["stop_loss"]
    assert not any(order.is_cancel_wanted for order in bot.session.orders.values())
    bot.fill(stop, "94")
    assert bot.trade(1).exit_quantity == Decimal("9.94")
    assert bot.trade(1).exit_reason is ExitReason.STOP_LOSS


def test_after_a_part_of_a_target_the_rest_is_guarded_anew() -> None:
    """The venue ends the group with the first fill: what is left would wait at the target without a stop."""
    bot = a_guarded_bot()
    stop, target = bot.intents(OrderPurpose.BARRIER)
    bot.fill(target, "110", "4")
    bot.report(stop, OrderStatus.CANCELED)
    assert [order.is_cancel_wanted for order in bot.working(OrderPurpose.BARRIER)] == [True]
    bot.report(target, OrderStatus.CANCELED)
    again = bot.intents(OrderPurpose.BARRIER)[2:]
    assert [(one.tag, one.price, one.quantity) for one in again] == [
        ("stop_loss", Decimal(95), bot.held),
        ("take_profit", Decimal(110), bot.held),
    ]


def test_a_rest_whose_stop_would_be_too_small_keeps_its_target() -> None:
    bot = a_guarded_bot()
    stop, target = bot.intents(OrderPurpose.BARRIER)
    bot.fill(target, "110", str(bot.held - Decimal("0.05")))
    bot.report(stop, OrderStatus.CANCELED)
    bot.report(target, OrderStatus.CANCELED)
    for _ in range(3):
        bot.candle()
        for order in bot.working(OrderPurpose.BARRIER):
            assert (order.intent.tag, order.is_cancel_wanted) == ("take_profit", False)
    assert len(bot.intents(OrderPurpose.BARRIER)) == len((stop, target, "what is left at the target"))


def test_a_target_stays_while_the_venue_refuses_the_stop() -> None:
    bot = a_guarded_bot()
    stop, target = bot.intents(OrderPurpose.BARRIER)
    bot.send(SubmitRefused(stop.client_order_id, "not here"))
    for _ in range(3):
        bot.candle()
    assert [order.intent for order in bot.working(OrderPurpose.BARRIER)] == [target]
    assert bot.intents(OrderPurpose.BARRIER) == [stop, target]


def test_a_barrier_that_the_venue_takes_away_is_placed_again() -> None:
    bot = a_guarded_bot()
    for intent in bot.intents(OrderPurpose.BARRIER):
        bot.report(intent, OrderStatus.CANCELED, remark="by the venue")
    assert tags(bot) == ["stop_loss", "take_profit"]
    assert len(bot.intents(OrderPurpose.BARRIER)) == 4


def test_an_exit_signal_takes_the_barriers_away_before_it_sells() -> None:
    bot = a_guarded_bot()
    bot.candle(is_exit=True)
    assert bot.newest().purpose is OrderPurpose.BARRIER
    stop, target = bot.intents(OrderPurpose.BARRIER)
    bot.report(stop, OrderStatus.CANCELED)
    assert bot.newest().purpose is OrderPurpose.BARRIER
    bot.report(target, OrderStatus.CANCELED)
    assert (bot.newest().purpose, bot.newest().quantity) == (OrderPurpose.EXIT, bot.held)


def test_a_stop_that_fills_before_its_cancel_arrives_is_the_exit() -> None:
    bot = a_guarded_bot()
    bot.candle(is_exit=True)
    stop, target = bot.intents(OrderPurpose.BARRIER)
    bot.fill(stop, "95")
    bot.report(target, OrderStatus.CANCELED)
    assert len(bot.intents()) == 3
    assert (bot.held, bot.session.bot.exit_wish) == (Decimal(0), None)
    assert bot.trade(1).exit_reason is ExitReason.STOP_LOSS


def test_a_refused_barrier_is_an_alert_and_not_tried_again_at_that_price() -> None:
    bot = a_guarded_bot()
    stop, target = bot.intents(OrderPurpose.BARRIER)
    bot.send(SubmitRefused(stop.client_order_id, "stops are off"))
    bot.report(target, OrderStatus.CANCELED)
    for _ in range(3):
        bot.candle()
    assert [intent.tag for intent in bot.intents(OrderPurpose.BARRIER)] == ["stop_loss", "take_profit", "take_profit"]
    (told,) = bot.told(StopLost)
    assert (told.gap, told.held, told.error) == (GuardGap.REFUSED, bot.held, "stops are off")
    assert bot.told(RiskTripped) == []


def test_the_barriers_of_a_failed_bot_go_on() -> None:
    bot = a_guarded_bot()
    bot.send(FailBot("division by zero", "E-2345", 5))
    assert bot.is_in(BotStatus.FAILED)
    assert tags(bot) == ["stop_loss", "take_profit"]
    for intent in bot.intents(OrderPurpose.BARRIER):
        bot.send(OrderGone(intent.client_order_id))
    assert tags(bot) == ["stop_loss", "take_profit"]


def test_settling_again_changes_nothing() -> None:
    bot = a_guarded_bot()
    outcome = bot.send(AlignOrders("again"))
    assert (outcome.unit, outcome.commands) == ((), ())


def test_an_exit_larger_than_what_is_left_is_taken_back() -> None:
    bot = one_bot()
    bot.bought("100")
    bot.candle(is_exit=True)
    first = bot.newest()
    bot.report(first, OrderStatus.CANCELED)
    second = bot.newest()
    late = bot.fill_report(first, "100", "6")
    bot.send(FillReported(late, bot.order(first.client_order_id)))
    assert bot.commands[-1] == CancelAtVenue(second.account_id, second.client_order_id)
    bot.report(second, OrderStatus.CANCELED)
    assert bot.newest().quantity == bot.held == Decimal("3.94")


def test_a_venue_without_conditional_orders_gets_none_and_the_prices_are_watched() -> None:
    bot = one_bot(GUARDED, has_conditional_orders=False)
    bot.bought("100")
    assert bot.intents(OrderPurpose.BARRIER) == []
    symbol, triggers = barrier_triggers(bot.session)
    assert symbol == "ABC/USDT"
    assert [(trigger.tag, trigger.price, trigger.direction) for trigger in triggers] == [
        ("stop_loss", Decimal(95), "falls"),
        ("take_profit", Decimal(110), "rises"),
    ]


def test_a_plans_position_is_watched_and_its_coins_stay_free_for_its_sells() -> None:
    bot = one_bot(GUARDED, plan=[a_buy(1)])
    bot.candle()
    bot.fill(bot.newest(), "99")
    assert bot.intents(OrderPurpose.BARRIER) == []
    assert len(barrier_triggers(bot.session)[1]) == 2


@pytest.mark.parametrize("state", ["flat", "leaving", "without barriers"])
def test_nothing_is_watched_for_a_bot_that_is(state: str) -> None:
    bot = one_bot(a_config() if state == "without barriers" else GUARDED, has_conditional_orders=False)
    if state != "flat":
        bot.bought("100")
    if state == "leaving":
        pending_exit = PendingExit(reason=ExitReason.SIGNAL, text="", reference_price=Decimal(100))
        bot.session = replace(bot.session, bot=replace(bot.session.bot, exit_wish=pending_exit))
    assert barrier_triggers(bot.session)[1] == ()


def test_a_watched_price_older_than_the_newest_fill_counts_for_nothing() -> None:
    bot = one_bot(GUARDED)
    bot.has_conditional_orders = False
    bot.bought("100")
    assert bot.outcome(BarrierTriggered("stop_loss", Decimal(94), bot.market_time - timedelta(minutes=1))).unit == ()
    bot.send(BarrierTriggered("stop_loss", Decimal(94), bot.market_time))
    assert bot.session.bot.exit_wish is not None
