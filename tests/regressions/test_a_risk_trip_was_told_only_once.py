"""A trip was told once a run: orders found, a lifted kill switch and plans that pass did not end it."""

from dataclasses import replace

import pytest

from bot.domain.events import RiskTripped
from bot.domain.instance import RiskLimits
from bot.domain.order import OrderIntent, OrderPurpose, OrderStatus
from bot.engine.trading.messages import AnswerLost, OrderGone
from bot.engine.trading.risk import RiskControl
from tests.builders.facts import a_config
from tests.builders.one_bot import OneBot, a_buy, one_bot


@pytest.mark.parametrize("ending", ["canceled", "refused", "gone"])
def test_a_second_lost_answer_is_told_after_the_first_order_ended(ending: str) -> None:
    bot = one_bot()
    bot.bought()
    for _ in range(2):
        bot.candle(is_exit=True)
        leaving = bot.newest(OrderPurpose.EXIT)
        bot.send(AnswerLost(leaving.client_order_id, "no answer"))
        end_unknown(bot, leaving, ending)
    assert len(bot.told(RiskTripped)) == 2


def test_a_second_lost_answer_is_told_after_the_first_order_filled() -> None:
    bot = one_bot()
    bot.candle(entry=1)
    for price in ("100", "101"):
        bot.send(AnswerLost(bot.newest().client_order_id, "no answer"))
        bot.fill(bot.newest(), price)
        bot.candle(is_exit=True)
    assert len(bot.told(RiskTripped)) == 2


def end_unknown(bot: OneBot, intent: OrderIntent, ending: str) -> None:
    match ending:
        case "canceled":
            bot.report(intent, OrderStatus.CANCELED)
        case "refused":
            bot.report(intent, OrderStatus.REJECTED, remark="no")
        case _:
            bot.send(OrderGone(intent.client_order_id))


def test_the_kill_switch_that_was_lifted_is_told_again_when_it_is_back() -> None:
    bot = one_bot()
    for is_blocked in (True, False, True):
        bot.is_blocked = is_blocked
        bot.candle(entry=1 if is_blocked else 0)
    assert len(bot.told(RiskTripped)) == 2


def test_a_plans_trip_is_told_again_after_its_orders_passed() -> None:
    limits = RiskLimits(max_orders_per_minute=2)
    bot = one_bot(a_config(limits=limits), plan=[a_buy(level) for level in (1, 2, 3)])
    for _ in range(2):
        bot.candle()
        bot.candle()
        bot.session = replace(bot.session, orders={}, recent_orders=())
    assert [trip.control for trip in bot.told(RiskTripped)] == [RiskControl.ORDER_RATE] * 2


def test_a_plan_that_passes_in_part_goes_on_with_the_same_trip() -> None:
    bot = one_bot(a_config(capital="10"), plan=[a_buy(1, "0.06"), a_buy(2, "0.06")])
    bot.candle()
    bot.report(bot.newest(), OrderStatus.CANCELED)
    bot.candle()
    assert len(bot.intents()) > 1
    assert [trip.control for trip in bot.told(RiskTripped)] == [RiskControl.CAPITAL]
