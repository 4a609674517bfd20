"""A closed candle: entries and exits as events, acted on once, late ones only to leave."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from bot.domain.errors import Conflict
from bot.domain.events import NotificationKind, OrderPlaced, RiskTripped, SignalRaised
from bot.domain.facts import EventRaised
from bot.domain.instance import BotStatus
from bot.domain.order import OrderPurpose, OrderSide, OrderStatus, OrderType
from bot.domain.signal import SignalRecord, SignalRow
from bot.domain.trade import ExitReason
from bot.engine.trading.messages import CancelAtVenue, SendOrder
from bot.engine.trading.risk import RiskControl
from bot.engine.trading.session import Session
from tests.builders.facts import a_config
from tests.builders.one_bot import OneBot, one_bot

LEAVE = SignalRow(0, True, "missed", ())


def outcomes(bot: OneBot) -> list[str]:
    return [signal.outcome for signal in bot.saved(SignalRecord)]


def test_an_entry_event_becomes_a_market_order_of_the_stake() -> None:
    bot = one_bot()
    bot.candle(100, entry=1)
    intent = bot.newest()
    assert (intent.side, intent.order_type, intent.purpose) == (OrderSide.BUY, OrderType.MARKET, OrderPurpose.ENTRY)
    assert (intent.quantity, intent.reference_price, intent.reason) == (Decimal("9.94"), Decimal(100), "because")
    assert intent.valid_until == bot.market_time + timedelta(minutes=5)
    assert bot.commands == [SendOrder(intent)]
    assert outcomes(bot) == ["buy"]


def test_nothing_to_do_stores_nothing() -> None:
    bot = one_bot()
    outcome = bot.candle(100)
    assert (outcome.unit, outcome.commands) == ((), ())
    assert (bot.session.last_price, bot.session.last_row_close) == (Decimal(100), bot.market_time)


def test_an_exit_event_sells_everything() -> None:
    bot = one_bot()
    bot.bought()
    bot.candle(110, is_exit=True)
    intent = bot.newest()
    assert (intent.side, intent.purpose, intent.quantity) == (OrderSide.SELL, OrderPurpose.EXIT, bot.held)
    assert intent.valid_until is None
    bot.fill(intent, "111")
    assert bot.session.ledger.trade is None
    assert bot.session.bot.exit_wish is None
    assert bot.trade(1).exit_reason is ExitReason.SIGNAL


def test_of_entry_and_exit_on_one_row_the_exit_counts() -> None:
    bot = one_bot()
    bot.candle(entry=1, is_exit=True)
    assert bot.facts == []
    bot.bought()
    bot.candle(entry=1, is_exit=True)
    assert bot.newest().purpose is OrderPurpose.EXIT


def test_while_in_or_on_the_way_in_an_entry_event_is_nothing_new() -> None:
    bot = one_bot()
    bot.candle(entry=1)
    assert bot.candle(entry=1).unit == ()
    bot.fill(bot.newest(), "100")
    assert bot.candle(entry=1).unit == ()
    assert len(bot.intents()) == 1


def test_an_exit_event_takes_back_an_entry_that_did_not_fill() -> None:
    bot = one_bot()
    bot.candle(entry=1)
    entry = bot.newest()
    bot.candle(is_exit=True)
    assert bot.commands[-1] == CancelAtVenue(entry.account_id, entry.client_order_id)
    assert bot.session.bot.exit_wish is not None


def test_an_exit_event_while_flat_is_nothing() -> None:
    assert one_bot().candle(is_exit=True).unit == ()


def test_short_entries_are_kept_and_not_taken() -> None:
    bot = one_bot()
    bot.candle(entry=-1)
    assert outcomes(bot) == ["not taken: this market cannot be sold short"]
    assert bot.intents() == []


def test_a_paused_bot_takes_no_entry_and_leaves() -> None:
    bot = one_bot(status=BotStatus.PAUSED)
    bot.candle(entry=1)
    assert outcomes(bot) == ["not taken: paused"]
    running = one_bot()
    running.bought()
    running.session = bot_with_status(running, BotStatus.PAUSED)
    running.candle(is_exit=True)
    assert running.newest().purpose is OrderPurpose.EXIT


def bot_with_status(bot: OneBot, status: BotStatus) -> Session:
    return replace(bot.session, bot=replace(bot.session.bot, status=status))


@pytest.mark.parametrize("status", [BotStatus.CREATED, BotStatus.STOPPED, BotStatus.FAILED, BotStatus.STARTING])
def test_a_bot_that_does_not_run_decides_nothing(status: BotStatus) -> None:
    bot = one_bot(status=status)
    assert bot.candle(entry=1).unit == ()


def test_a_refused_entry_is_kept_with_its_reason_and_told_once() -> None:
    bot = one_bot()
    bot.is_blocked = True
    for _ in range(3):
        bot.candle(entry=1)
    assert outcomes(bot) == ["not taken: the kill switch is on"] * 3
    assert [trip.control for trip in bot.told(RiskTripped)] == [RiskControl.BLOCKED]


def test_a_control_that_let_something_pass_is_told_again() -> None:
    bot = one_bot()
    bot.is_blocked = True
    bot.candle(entry=1)
    bot.is_blocked = False
    bot.candle(entry=1)
    bot.report(bot.newest(), OrderStatus.REJECTED, remark="closed")
    bot.is_blocked = True
    bot.candle(entry=1)
    assert len(bot.told(RiskTripped)) == 2


def test_a_stake_below_one_step_is_not_taken() -> None:
    bot = one_bot(a_config(capital="0.05"))
    bot.candle(100, entry=1)
    assert outcomes(bot) == ["not taken: the stake buys less than one step"]


def test_a_candle_is_decided_on_once() -> None:
    bot = one_bot()
    before = bot.session
    bot.candle(entry=1)
    again = bot.candle_message(100, SignalRow(1, False, "because", ()))
    assert bot.outcome(again).unit == ()
    with pytest.raises(Conflict):
        bot.tables.store_unit(bot.outcome(again, before).unit, bot.wall)


def test_the_republished_candle_after_a_restart_is_known_by_the_last_decision() -> None:
    bot = one_bot()
    bot.candle(entry=-1)
    restarted = one_bot()
    restarted.session = replace(restarted.session, bot=bot.session.bot)
    restarted.market_time = bot.market_time
    message = restarted.candle_message(100, SignalRow(1, False, "because", ()))
    assert restarted.outcome(message).unit == ()


def test_a_candle_tried_again_after_newer_ones_only_leaves() -> None:
    bot = one_bot()
    late_entry = bot.candle_message(100, SignalRow(1, False, "late", ()))
    bot.candle(101)
    bot.candle(102)
    assert bot.outcome(late_entry).unit == ()
    bot.bought()
    late_exit = bot.candle_message(90, LEAVE)
    bot.candle(104)
    bot.candle(105)
    bot.send(late_exit)
    assert bot.newest().purpose is OrderPurpose.EXIT
    assert bot.newest().reference_price == 105
    assert bot.session.last_price == 105


def test_an_exit_on_missed_candles_is_acted_on_and_their_entry_dropped() -> None:
    bot = one_bot()
    bot.bought()
    bot.candle(missed_exit=LEAVE, entry=1)
    assert (bot.newest().purpose, bot.newest().reason) == (OrderPurpose.EXIT, "missed")


def test_a_missed_exit_keeps_a_flat_bot_from_nothing() -> None:
    bot = one_bot()
    bot.candle(missed_exit=LEAVE, entry=1)
    assert bot.newest().purpose is OrderPurpose.ENTRY


def test_while_leaving_no_new_entry() -> None:
    bot = one_bot()
    bot.bought()
    bot.candle(is_exit=True)
    exit_intent = bot.newest()
    bot.candle(entry=1)
    assert bot.newest() is exit_intent


def test_a_flat_bot_stores_nothing_at_midnight() -> None:
    bot = one_bot()
    bot.market_time += timedelta(hours=23, minutes=55)
    assert bot.candle().unit == ()


def test_signals_and_orders_are_told_where_somebody_asked_for_them() -> None:
    silent, heard = one_bot(), one_bot()
    heard.wanted = frozenset({NotificationKind.SIGNALS, NotificationKind.ORDERS})
    for bot in (silent, heard):
        bot.candle(100, entry=1)
    assert (silent.told(SignalRaised), silent.told(OrderPlaced)) == ([], [])
    (signal,), (placed,) = heard.told(SignalRaised), heard.told(OrderPlaced)
    assert (signal.action, signal.close_price) == ("buy", 100.0)
    assert placed.intent == heard.newest()


def test_a_sell_that_the_markets_rules_refuse_is_kept_as_refused_with_its_figures() -> None:
    # 9.94 ABC at 0.50 USDT are 4.97 USDT; the market wants 5.
    bot = one_bot()
    bot.bought()
    bot.candle(0.5, is_exit=True)
    assert outcomes(bot)[-1] == "not sold: too small: 4.97 USDT, the market wants 5 USDT"
    assert not bot.session.working_orders(OrderPurpose.EXIT)


def test_a_signal_is_told_before_the_order_it_led_to() -> None:
    bot = replace(one_bot(), wanted=frozenset({NotificationKind.SIGNALS, NotificationKind.ORDERS}))
    bot.candle(100, entry=1)
    told = [type(fact.event.payload) for fact in bot.facts if isinstance(fact, EventRaised)]
    assert told == [SignalRaised, OrderPlaced]
