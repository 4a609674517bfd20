"""The orders of a plan strategy: wish against reality, by tag, price and original quantity."""

from decimal import Decimal

import pytest

from bot.domain.events import RiskTripped
from bot.domain.instance import BotStatus, RiskLimits
from bot.domain.order import OrderIntent, OrderPurpose, OrderStatus, OrderType
from bot.domain.plan import DesiredOrder
from bot.domain.trade import ExitReason
from bot.engine.trading.messages import CancelAtVenue, FailBot, RunStarted, SendOrder, SubmitRefused
from bot.engine.trading.risk import RiskControl
from tests.builders.facts import a_config
from tests.builders.one_bot import OneBot, a_buy, a_sell, one_bot


def a_planning_bot(*orders: DesiredOrder) -> OneBot:
    bot = one_bot(plan=orders)
    bot.candle()
    return bot


def tags(intents: list[OrderIntent]) -> list[str]:
    return [intent.tag for intent in intents]


def test_what_is_missing_is_placed_as_limit_orders() -> None:
    bot = a_planning_bot(a_buy(1), a_buy(2, price="98"))
    assert tags(bot.intents()) == ["buy-1", "buy-2"]
    first = bot.intents()[0]
    assert (first.order_type, first.price, first.quantity) == (OrderType.LIMIT, Decimal(99), Decimal("0.1"))
    assert (first.purpose, first.reference_price, first.valid_until) == (OrderPurpose.PLAN, Decimal(100), None)
    assert bot.commands == [SendOrder(intent) for intent in bot.intents()]


def test_what_rests_as_wished_is_left_alone() -> None:
    bot = a_planning_bot(a_buy(1))
    bot.accept(bot.newest())
    outcome = bot.candle()
    assert (outcome.unit, outcome.commands) == ((), ())


def test_a_partly_filled_order_is_compared_by_its_original_quantity() -> None:
    bot = a_planning_bot(a_buy(1, "1"))
    outcome = bot.fill(bot.newest(), "99", "0.4")
    assert outcome.commands == ()
    assert bot.working(OrderPurpose.PLAN)[0].remaining_quantity == Decimal("0.6")


@pytest.mark.parametrize("wish", [a_buy(1, price="98"), a_buy(1, "0.2"), a_sell(1)], ids=["price", "quantity", "tag"])
def test_what_differs_is_canceled_and_replaced_only_once_that_is_confirmed(wish: DesiredOrder) -> None:
    bot = a_planning_bot(a_buy(1))
    old = bot.newest()
    bot.wish(wish)
    bot.candle()
    assert bot.commands[-1] != SendOrder(old)
    canceled = [command for command in bot.commands if isinstance(command, CancelAtVenue)]
    assert [command.client_order_id for command in canceled] == [old.client_order_id]
    if wish.tag == "buy-1":
        assert bot.newest() is old
        bot.report(old, OrderStatus.CANCELED)
    assert (bot.newest().tag, bot.newest().price, bot.newest().quantity) == (wish.tag, wish.price, wish.quantity)


def test_a_filled_order_is_wished_for_again_under_another_id() -> None:
    bot = a_planning_bot(a_buy(1))
    first = bot.newest()
    bot.fill(first, "99")
    assert bot.newest().tag == "buy-1"
    assert bot.newest().client_order_id != first.client_order_id
    assert bot.newest().decision_key == "1:fill-t-1:buy-1"


def test_a_plan_that_wants_out_cancels_everything_and_sells() -> None:
    bot = a_planning_bot(a_buy(1), a_buy(2, price="98"))
    bot.wish(a_buy(2, price="98"))
    bot.fill(bot.intents()[0], "99")
    bot.wish(exit_text="close 80 is below 90")
    bot.candle(80)
    assert bot.session.bot.exit_wish is not None
    bot.report(bot.intents()[1], OrderStatus.CANCELED)
    leaving = bot.newest()
    assert (leaving.purpose, leaving.reason, leaving.quantity) == (
        OrderPurpose.EXIT,
        "close 80 is below 90",
        Decimal("0.1"),
    )
    bot.fill(leaving, "79")
    assert bot.trade(1).exit_reason is ExitReason.PLAN


def test_a_refused_wish_is_not_tried_again_in_this_run() -> None:
    bot = a_planning_bot(a_buy(1))
    bot.send(SubmitRefused(bot.newest().client_order_id, "price out of band"))
    for _ in range(3):
        bot.candle()
    assert len(bot.intents()) == 1
    bot.wish(a_buy(1, price="98"))
    bot.candle()
    assert bot.newest().price == 98


def test_the_kill_switch_leaves_only_what_leaves() -> None:
    bot = a_planning_bot(a_buy(1), a_sell(1))
    bot.wish(a_buy(1), a_buy(2, price="98"), a_sell(1))
    bot.fill(bot.intents()[0], "99")
    bot.is_blocked = True
    bot.candle()
    working = [order.intent.tag for order in bot.working(OrderPurpose.PLAN) if not order.is_cancel_wanted]
    assert working == ["sell-1"]


def test_orders_beyond_a_limit_wait_and_the_nearest_come_first() -> None:
    bot = one_bot(a_config(limits=RiskLimits(max_open_orders=2)), plan=[a_buy(level) for level in range(1, 5)])
    bot.candle()
    assert tags(bot.intents()) == ["buy-1", "buy-2"]
    assert [trip.control for trip in bot.told(RiskTripped)] == [RiskControl.OPEN_ORDERS]


@pytest.mark.parametrize("ending", ["failed", "stopped"])
def test_a_bot_that_decides_no_more_has_nothing_resting(ending: str) -> None:
    bot = a_planning_bot(a_buy(1), a_sell(1))
    if ending == "failed":
        bot.send(FailBot("division by zero", "E-2345", 5))
    else:
        bot.stop()
    assert all(order.is_cancel_wanted for order in bot.session.orders.values())
    for intent in bot.intents():
        bot.report(intent, OrderStatus.CANCELED)
    assert bot.session.orders == {}
    assert len(bot.intents()) == 2


def test_after_a_restart_resting_orders_are_left_alone_until_the_plan_is_known() -> None:
    bot = a_planning_bot(a_buy(1))
    bot.accept(bot.newest())
    bot.plan = None
    bot.session = bot.restarted()
    assert bot.candle().commands == ()
    bot.wish(a_buy(1))
    outcome = bot.send(RunStarted(is_new_run=False, candles=None))
    assert (outcome.unit, outcome.commands) == ((), ())


def test_a_new_run_forgets_what_was_refused() -> None:
    bot = a_planning_bot(a_buy(1))
    bot.send(SubmitRefused(bot.newest().client_order_id, "no"))
    bot.stop()
    assert bot.is_in(BotStatus.STOPPED)
    bot.start()
    assert bot.newest().run_number == 2
    assert bot.newest().decision_key == "2:run-2:buy-1"
