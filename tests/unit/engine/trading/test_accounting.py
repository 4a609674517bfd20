"""Fills and order reports: booked together, told once, whatever order they come in."""

from dataclasses import replace
from decimal import Decimal

import pytest

from bot.domain.errors import Conflict, IllegalTransition
from bot.domain.events import NotificationLevel, OrderCanceled, OrderFilled, OrderRejected, RiskTripped, TradeClosed
from bot.domain.facts import EventRaised, FillBooked, LedgerSaved, Saved
from bot.domain.guard import GuardState
from bot.domain.ids import ClientOrderId
from bot.domain.market import Mode
from bot.domain.order import OrderPurpose, OrderStatus
from bot.domain.trade import ExitReason
from bot.engine.trading.messages import (
    AnswerLost,
    FillReported,
    LookUpOrder,
    OrderGone,
    SubmitExpired,
    SubmitRefused,
)
from bot.engine.trading.risk import RiskControl
from tests.builders.facts import a_config
from tests.builders.one_bot import one_bot
from tests.builders.orders import an_intent

ACCEPTED, CANCELED, EXPIRED = OrderStatus.ACCEPTED, OrderStatus.CANCELED, OrderStatus.EXPIRED


def test_fill_order_position_trade_and_event_are_one_unit() -> None:
    bot = one_bot()
    bot.candle(entry=1)
    unit = bot.fill(bot.newest(), "100").unit
    assert [type(fact) for fact in unit] == [Saved, FillBooked, LedgerSaved, Saved, EventRaised]
    assert bot.tables.ledgers[bot.session.bot.bot_id] == bot.session.ledger
    assert bot.order(bot.newest().client_order_id).status is OrderStatus.FILLED


def test_a_fill_is_booked_once() -> None:
    bot = one_bot()
    bot.candle(entry=1)
    report = FillReported(bot.fill_report(bot.newest(), "100", "4"))
    bot.send(report)
    session = bot.session
    with pytest.raises(Conflict):
        bot.send(report)
    assert bot.session is session


def test_a_partial_fill_leaves_the_rest_working() -> None:
    bot = one_bot()
    bot.candle(entry=1)
    bot.fill(bot.newest(), "100", "4")
    (order,) = bot.working(OrderPurpose.ENTRY)
    assert (order.status, order.remaining_quantity) == (OrderStatus.PARTIALLY_FILLED, Decimal("5.94"))
    assert bot.told(OrderFilled)[0].order_filled == 4
    assert bot.session.ledger.position.quantity + bot.session.working_quantity == Decimal("9.94")
    bot.fill(bot.newest(), "101")
    assert bot.held == Decimal("9.94")
    assert bot.working(OrderPurpose.ENTRY) == ()


def test_a_partly_filled_entry_that_is_canceled_leaves_a_position() -> None:
    bot = one_bot()
    bot.candle(entry=1)
    bot.fill(bot.newest(), "100", "4")
    bot.report(bot.newest(), CANCELED, filled="4", remark="market halted")
    assert bot.session.orders == {}
    assert bot.held == 4
    assert bot.told(OrderCanceled) == []
    bot.candle(is_exit=True)
    assert bot.newest().quantity == 4


def test_a_fill_after_its_cancel_is_booked_with_the_stored_order() -> None:
    bot = one_bot()
    bot.candle(entry=1)
    entry = bot.newest()
    bot.report(entry, CANCELED)
    late = bot.fill_report(entry, "100", "9.94")
    assert bot.outcome(FillReported(late)).unit == ()
    bot.send(FillReported(late, bot.order(entry.client_order_id)))
    assert bot.held == Decimal("9.94")
    assert bot.order(entry.client_order_id).status is OrderStatus.FILLED
    assert bot.session.orders == {}


def test_a_second_fill_of_a_filled_order_is_not_swallowed() -> None:
    bot = one_bot()
    entry = bot.bought()
    extra = bot.fill_report(entry, "100", "1")
    with pytest.raises(IllegalTransition):
        bot.outcome(FillReported(extra, bot.order(entry.client_order_id)))


def test_closing_a_trade_is_told_with_totals() -> None:
    bot = one_bot()
    bot.bought("100")
    bot.candle(110, is_exit=True)
    bot.fill(bot.newest(), "110")
    (closed,) = bot.told(TradeClosed)
    assert closed.trade.exit_reason is ExitReason.SIGNAL
    assert closed.totals.trades == 1
    assert closed.capital == 1000
    assert bot.events[-1].level is NotificationLevel.SILENT


def test_a_live_stop_loss_is_loud() -> None:
    bot = one_bot(a_config(stop_loss="0.05"))
    bot.session = replace(bot.session, bot=replace(bot.session.bot, mode=Mode.LIVE))
    bot.bought("100")
    bot.fill(bot.newest(OrderPurpose.BARRIER), "95")
    assert bot.told(TradeClosed)[0].trade.exit_reason is ExitReason.STOP_LOSS
    assert bot.events[-1].level is NotificationLevel.LOUD


def test_the_fill_message_names_the_levels_that_guard_it() -> None:
    bot = one_bot(a_config(stop_loss="0.05", take_profit="0.1"))
    bot.bought("100")
    filled = bot.told(OrderFilled)[0]
    assert filled.guards is not None
    told = [(guard.tag, guard.price, guard.state) for guard in filled.guards.rows]
    assert told == [
        ("stop_loss", Decimal(95), GuardState.PENDING),
        ("take_profit", Decimal(110), GuardState.PENDING),
    ]
    assert filled.position_quantity == bot.held


def test_accepting_says_nothing_and_decides_nothing() -> None:
    bot = one_bot()
    bot.candle(entry=1)
    outcome = bot.accept(bot.newest())
    assert [type(fact) for fact in outcome.unit] == [Saved]
    assert outcome.commands == ()
    assert bot.accept(bot.newest()).unit == ()
    (order,) = bot.working(OrderPurpose.ENTRY)
    assert (order.status, order.venue_order_id) == (ACCEPTED, f"v-{order.intent.client_order_id[:6]}")


@pytest.mark.parametrize("status", [ACCEPTED, CANCELED, OrderStatus.REJECTED])
def test_a_report_of_an_order_that_is_not_working_is_nothing(status: OrderStatus) -> None:
    assert one_bot().report(an_intent(), status).unit == ()


@pytest.mark.parametrize(
    "message",
    [
        SubmitRefused(ClientOrderId("x"), "no"),
        SubmitExpired(ClientOrderId("x")),
        OrderGone(ClientOrderId("x")),
        AnswerLost(ClientOrderId("x"), "no"),
    ],
    ids=lambda message: type(message).__name__,
)
def test_an_answer_about_an_order_that_is_not_working_is_nothing(
    message: SubmitRefused | SubmitExpired | OrderGone | AnswerLost,
) -> None:
    outcome = one_bot().outcome(message)
    assert (outcome.unit, outcome.commands) == ((), ())


def test_a_refused_entry_is_told_loudly_and_not_tried_again_on_its_candle() -> None:
    bot = one_bot()
    bot.candle(entry=1)
    entry = bot.newest()
    bot.send(SubmitRefused(entry.client_order_id, "too little money"))
    (told,) = bot.told(OrderRejected)
    assert (told.intent, told.error, bot.events[-1].level) == (entry, "too little money", NotificationLevel.LOUD)
    assert told.reference.startswith("E-")
    bot.candle()
    assert bot.newest() is entry
    bot.candle(entry=1)
    assert bot.newest() is not entry


def test_a_refused_exit_is_tried_again_with_the_next_candle() -> None:
    bot = one_bot()
    bot.bought()
    bot.candle(is_exit=True)
    first = bot.newest()
    outcome = bot.send(SubmitRefused(first.client_order_id, "market halted"))
    assert outcome.commands == ()
    bot.candle()
    assert (bot.newest().purpose, bot.newest().quantity) == (OrderPurpose.EXIT, bot.held)
    assert bot.newest() is not first


def test_an_entry_that_expired_is_over() -> None:
    bot = one_bot()
    bot.candle(entry=1)
    bot.send(SubmitExpired(bot.newest().client_order_id))
    order = bot.order(bot.newest().client_order_id)
    assert (order.status, order.remark) == (EXPIRED, "not sent in time")
    assert bot.session.orders == {}
    bot.candle()
    assert len(bot.intents()) == 1


def test_an_exit_that_is_proven_absent_is_placed_anew() -> None:
    bot = one_bot()
    bot.bought()
    bot.candle(is_exit=True)
    gone = bot.newest()
    bot.send(OrderGone(gone.client_order_id))
    assert bot.order(gone.client_order_id).status is CANCELED
    assert bot.newest().purpose is OrderPurpose.EXIT
    assert bot.newest() is not gone


def test_a_lost_answer_is_looked_up_told_and_stops_new_risk() -> None:
    bot = one_bot()
    bot.candle(entry=1)
    entry = bot.newest()
    outcome = bot.send(AnswerLost(entry.client_order_id, "no answer in time"))
    assert outcome.commands == (LookUpOrder(entry, may_send=True),)
    assert bot.session.has_unknown
    assert bot.session.ledger.position.quantity + bot.session.working_quantity == entry.quantity
    assert bot.told(RiskTripped)[0].control is RiskControl.UNKNOWN_ORDER


def test_an_order_that_was_seen_at_the_venue_or_is_unwanted_is_not_sent_again() -> None:
    bot = one_bot()
    bot.candle(entry=1)
    entry = bot.newest()
    bot.accept(entry)
    assert bot.send(AnswerLost(entry.client_order_id, "?")).commands == (LookUpOrder(entry, may_send=False),)
    other = one_bot()
    other.candle(entry=1)
    other.candle(is_exit=True)
    lost = AnswerLost(other.newest().client_order_id, "?")
    assert other.send(lost).commands == (LookUpOrder(other.newest(), may_send=False),)


def test_an_unknown_exit_blocks_neither_itself_nor_is_doubled() -> None:
    bot = one_bot()
    bot.bought()
    bot.candle(is_exit=True)
    leaving = bot.newest()
    bot.send(AnswerLost(leaving.client_order_id, "no answer"))
    bot.candle(is_exit=True)
    assert bot.newest() is leaving
    bot.fill(leaving, "100")
    assert bot.held == 0
