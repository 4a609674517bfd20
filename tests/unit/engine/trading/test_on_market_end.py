"""The end of a market for one bot: what decides stops, what rests is canceled, what a person sells is sold."""

import pytest

from bot.domain.events import BotStopped
from bot.domain.instance import BotStatus, StopPolicy
from bot.domain.order import OrderPurpose, OrderStatus
from bot.engine.trading.messages import MarketEnded
from bot.engine.trading.on_market_end import is_affected_by_market_end
from bot.ports.host import ClosePosition, PauseBot
from tests.builders.facts import a_config
from tests.builders.one_bot import MIA, OneBot, a_buy, one_bot

ENDED = MarketEnded("the recording has ended")
CLOSE = ClosePosition(by=MIA, command_id="close")
GUARDED = a_config(stop_loss="0.05")


def confirm_cancels(bot: OneBot) -> None:
    for order in tuple(bot.session.orders.values()):
        if order.is_cancel_wanted:
            bot.report(order.intent, OrderStatus.CANCELED)


def rest_all(bot: OneBot) -> None:
    for order in tuple(bot.session.orders.values()):
        if order.status is OrderStatus.PENDING:
            bot.accept(order.intent)


def with_an_exit_under_way() -> OneBot:
    bot = one_bot(GUARDED)
    bot.bought("100")
    bot.candle(is_exit=True)
    confirm_cancels(bot)
    rest_all(bot)
    assert [order.intent.purpose for order in bot.session.orders.values()] == [OrderPurpose.EXIT]
    return bot


def test_a_running_bot_stops_with_its_barriers_canceled() -> None:
    bot = one_bot(GUARDED)
    bot.bought("100")
    rest_all(bot)
    bot.send(ENDED)
    confirm_cancels(bot)
    assert (bot.status, bot.session.orders) == (BotStatus.STOPPED, {})
    (told,) = bot.told(BotStopped)
    assert (told.remark, told.by, told.kept_quantity, told.stop_price) == (ENDED.remark, None, bot.held, None)


def test_a_paused_plan_stops_with_its_orders_canceled() -> None:
    bot = one_bot(plan=(a_buy(1), a_buy(2, price="98")))
    bot.candle()
    rest_all(bot)
    bot.command(PauseBot(by=MIA, command_id="pause"))
    bot.send(ENDED)
    confirm_cancels(bot)
    assert (bot.status, bot.session.orders) == (BotStatus.STOPPED, {})


def test_a_sale_of_the_strategy_is_given_up_and_the_position_kept() -> None:
    bot = with_an_exit_under_way()
    bot.send(ENDED)
    confirm_cancels(bot)
    assert (bot.status, bot.session.orders, bot.session.bot.exit_wish) == (BotStatus.STOPPED, {}, None)
    assert bot.held > 0


@pytest.mark.parametrize("is_stopped_too", [False, True])
def test_a_sale_that_a_person_wants_is_sent_again(*, is_stopped_too: bool) -> None:
    bot = one_bot(GUARDED)
    bot.bought("100")
    if is_stopped_too:
        bot.stop(StopPolicy.FLATTEN)
    else:
        bot.command(CLOSE)
    confirm_cancels(bot)
    rest_all(bot)
    first = bot.newest(OrderPurpose.EXIT)
    bot.send(ENDED)
    confirm_cancels(bot)
    second = bot.newest(OrderPurpose.EXIT)
    assert second.client_order_id != first.client_order_id
    bot.fill(second, "99")
    assert bot.is_in(BotStatus.STOPPED)
    assert not bot.held


def test_a_stop_that_waits_for_a_sale_of_the_strategy_ends() -> None:
    bot = with_an_exit_under_way()
    bot.stop(StopPolicy.ENTRIES)
    assert bot.is_in(BotStatus.STOPPING)
    bot.send(ENDED)
    confirm_cancels(bot)
    assert bot.is_in(BotStatus.STOPPED)
    assert bot.held > 0


def test_once_all_is_done_the_end_changes_nothing_more() -> None:
    bot = with_an_exit_under_way()
    bot.send(ENDED)
    assert not is_affected_by_market_end(bot.session)
    confirm_cancels(bot)
    assert bot.send(ENDED).unit == ()


@pytest.mark.parametrize("status", [BotStatus.CREATED, BotStatus.STOPPED, BotStatus.FAILED])
def test_a_bot_that_does_nothing_is_left_alone(status: BotStatus) -> None:
    bot = one_bot(status=status)
    assert not is_affected_by_market_end(bot.session)
    assert bot.send(ENDED).unit == ()
