"""Decision keys name the message, so that the same one handled again after a crash decides nothing twice."""

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.errors import Conflict
from bot.domain.facts import EventRaised, IntentDecided, UnitOfWork
from bot.domain.instance import StopPolicy
from bot.domain.order import Order, OrderStatus
from bot.domain.signal import SignalRow
from bot.engine.trading.messages import (
    AlignOrders,
    CommandReceived,
    FillReported,
    Message,
    OrderGone,
    OrderReported,
    RunStarted,
    SubmitExpired,
)
from bot.ports.host import ClosePosition, StopBot
from tests.builders.facts import a_config
from tests.builders.one_bot import MIA, OneBot, a_buy, one_bot
from tests.builders.recordings import candles, flat

Case = tuple[OneBot, Message]


def a_holding_bot() -> OneBot:
    bot = one_bot()
    bot.bought("100")
    bot.wait(timedelta(minutes=5))
    return bot


def a_selling_bot() -> OneBot:
    bot = one_bot()
    bot.bought("100")
    bot.candle(is_exit=True)
    return bot


def an_entry_candle() -> Case:
    bot = one_bot()
    return bot, bot.candle_message(100, SignalRow(1, False, "", ()))


def an_exit_candle() -> Case:
    bot = a_holding_bot()
    return bot, bot.candle_message(100, SignalRow(0, True, "", ()))


def a_fill() -> Case:
    bot = one_bot(a_config(stop_loss="0.05", take_profit="0.1"))
    bot.candle(entry=1)
    return bot, FillReported(bot.fill_report(bot.newest(), "100"))


def a_cancel() -> Case:
    bot = a_selling_bot()
    return bot, OrderReported(bot.order_report(bot.newest(), OrderStatus.CANCELED))


def an_absent_order() -> Case:
    bot = a_selling_bot()
    return bot, OrderGone(bot.newest().client_order_id)


def an_expired_order() -> Case:
    bot = a_selling_bot()
    return bot, SubmitExpired(bot.newest().client_order_id)


def a_close() -> Case:
    return a_holding_bot(), CommandReceived(ClosePosition(by=MIA, command_id="close"))


def a_flatten() -> Case:
    return a_holding_bot(), CommandReceived(StopBot(by=MIA, command_id="stop", policy=StopPolicy.FLATTEN))


def a_restart() -> Case:
    return one_bot(plan=[a_buy(1), a_buy(2)]), RunStarted(is_new_run=False, candles=candles(flat(3)))


def a_settling() -> Case:
    bot = a_selling_bot()
    bot.session = replace(bot.session, orders={})
    return bot, AlignOrders("again-7")


CASES = [
    an_entry_candle,
    an_exit_candle,
    a_fill,
    a_cancel,
    an_absent_order,
    an_expired_order,
    a_close,
    a_flatten,
    a_restart,
    a_settling,
]


def keys(unit: UnitOfWork) -> list[tuple[str, str]]:
    return [(fact.intent.decision_key, fact.intent.client_order_id) for fact in unit if isinstance(fact, IntentDecided)]


def event_ids(unit: UnitOfWork) -> list[str]:
    return [fact.event.event_id for fact in unit if isinstance(fact, EventRaised)]


@pytest.mark.parametrize("case", CASES)
def test_the_same_message_again_makes_the_same_keys_and_is_refused_as_a_whole(case: Callable[[], Case]) -> None:
    bot, message = case()
    before = bot.session
    first = bot.send(message)
    assert keys(first.unit)
    bot.wait(timedelta(hours=3))
    again = bot.outcome(message, before)
    assert keys(again.unit) == keys(first.unit)
    assert event_ids(again.unit) == event_ids(first.unit)
    orders = bot.tables.rows(Order)
    with pytest.raises(Conflict):
        bot.tables.store_unit(again.unit, bot.wall)
    assert bot.tables.rows(Order) == orders


@pytest.mark.parametrize("case", CASES)
def test_handled_after_its_effect_it_decides_nothing(case: Callable[[], Case]) -> None:
    bot, message = case()
    bot.send(message)
    if isinstance(message, FillReported | CommandReceived):
        return
    assert keys(bot.outcome(message).unit) == []


def test_every_decision_of_a_run_has_a_key_of_its_own() -> None:
    bot = one_bot(a_config(stop_loss="0.05"))
    for _ in range(3):
        bot.bought("100")
        bot.candle(is_exit=True)
        bot.report(bot.intents()[-1], OrderStatus.CANCELED)
        bot.fill(bot.newest(), "101")
    decided = [intent.decision_key for intent in bot.intents()]
    assert len(set(decided)) == len(decided) == 9
    assert decided[0].startswith("1:candle-")
    assert decided[1] == "1:fill-t-1:stop_loss"


def test_another_run_makes_other_keys() -> None:
    bot = one_bot(plan=[a_buy(1)])
    bot.start_again()
    first = bot.newest()
    bot.start_again()
    assert (first.decision_key, bot.newest().decision_key) == ("2:run-2:buy-1", "3:run-3:buy-1")
