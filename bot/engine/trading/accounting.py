"""Book fills and order reports: every fact of one happening commits together."""

from dataclasses import replace

from bot.domain.events import Level, OrderFilled, OrderRejected, Topic, TradeClosed, order_thread, trade_thread
from bot.domain.facts import FillBooked
from bot.domain.fill import Fill
from bot.domain.ids import failure_reference
from bot.domain.market import Mode
from bot.domain.money import ZERO
from bot.domain.order import Order, OrderHappening, OrderIntent, OrderPurpose, OrderStatus
from bot.domain.trade import Booked, ExitReason, book_fill
from bot.engine.trading.change_set import Step
from bot.engine.trading.dust import drop_dust_of
from bot.engine.trading.equity_points import keep_equity
from bot.engine.trading.messages import (
    AnswerLost,
    FillReported,
    LookUpOrder,
    OrderGone,
    OrderReported,
    SubmitExpired,
    SubmitRefused,
)
from bot.engine.trading.order_alignment import settle
from bot.engine.trading.plan_refresh import replan
from bot.engine.trading.planning import STOP_TAG
from bot.engine.trading.risk import Control, Refusal

_ENDED_EARLY = frozenset({OrderStatus.CANCELED, OrderStatus.EXPIRED})
_LOUD_EXITS = frozenset({ExitReason.STOP_LOSS, ExitReason.LIQUIDATION, ExitReason.RISK})


def on_fill(step: Step, message: FillReported) -> None:
    """Book a fill: fill, order, position, trade, totals and event in one unit; repeats conflict on the trade id."""
    fill = message.report.fill
    order = step.session.orders.get(fill.client_order_id) or message.order
    if order is None:
        return
    filled = _ended(step, order.filled_by(fill.quantity, fill.price, step.around.moment))
    reason = exit_reason(step, order.intent)
    rest = filled.remaining if filled.is_working else ZERO
    booked = book_fill(step.session.book, fill, step.session.market, reason, rest)
    step.keep_order(filled)
    step.store(FillBooked(fill))
    step.keep_booked(booked)
    _remember(step, order.intent, fill, booked)
    if booked.is_closed:
        keep_equity(step)
    _tell_fill(step, filled, fill, booked)
    if filled.status in _ENDED_EARLY:
        drop_dust_of(step, filled, reason)
    replan(step)
    settle(step)


def _ended(step: Step, order: Order) -> Order:
    """End an order whose last fills were waited for, once they are all there."""
    report = step.session.ending.get(order.intent.client_order_id)
    if report is None or not order.is_working or order.filled_quantity < report.filled_quantity:
        return order
    happening = OrderHappening.EXPIRE if report.status is OrderStatus.EXPIRED else OrderHappening.CANCEL
    return order.after(happening, step.around.moment, report.remark)


def exit_reason(step: Step, intent: OrderIntent) -> ExitReason:
    """Return the reason to keep if a fill of this order closes the trade."""
    if intent.purpose is OrderPurpose.BARRIER:
        return ExitReason.STOP_LOSS if intent.tag == STOP_TAG else ExitReason.TAKE_PROFIT
    wish = step.session.bot.exit_wish
    if intent.purpose is OrderPurpose.EXIT and wish is not None:
        return wish.reason
    return ExitReason.SIGNAL


def _remember(step: Step, intent: OrderIntent, fill: Fill, booked: Booked) -> None:
    if step.around.planner is None:
        return
    session = step.session
    last_fills = dict(session.last_fills)
    if intent.run_number == session.bot.run_number:
        # An order of an earlier run says nothing of what this one did.
        last_fills[intent.tag] = fill
    before = session.trade_fills
    of_trade = {} if booked.is_closed else {**before, intent.tag: (*before.get(intent.tag, ()), fill)}
    step.change(replace(session, last_fills=last_fills, trade_fills=of_trade))


def _tell_fill(step: Step, order: Order, fill: Fill, booked: Booked) -> None:
    session = step.session
    intent = order.intent
    if booked.is_closed:
        reason = booked.trade.exit_reason
        level = Level.LOUD if session.bot.mode is Mode.LIVE and reason in _LOUD_EXITS else Level.SILENT
        closed = TradeClosed(
            intent=intent,
            fill=fill,
            trade=booked.trade,
            totals=booked.book.totals,
            capital=session.bot.config.capital,
        )
        step.tell(closed, Topic.FILLS, level, trade_thread(booked.trade))
        return
    levels = session.levels
    payload = OrderFilled(
        intent=intent,
        fill=fill,
        order_filled=order.filled_quantity,
        position_quantity=booked.book.position.quantity,
        stop_price=levels.stop,
        target_price=levels.target,
    )
    step.tell(payload, Topic.FILLS, Level.SILENT, trade_thread(booked.trade))


def on_report(step: Step, message: OrderReported) -> None:
    """Follow what the venue says of an order; fills are booked by their own messages, never from here."""
    report = message.report
    order = step.session.orders.get(report.client_order_id)
    if order is None:
        return
    order = replace(order, venue_order_id=report.venue_order_id)
    if report.status in _ENDED_EARLY and report.filled_quantity > order.filled_quantity:
        # Its last fills are on their way: until they are booked nobody knows what is left to do.
        ending = {**step.session.ending, report.client_order_id: report}
        step.change(replace(step.session, ending=ending))
        return
    match report.status:
        case OrderStatus.CANCELED:
            _end(step, order, OrderHappening.CANCEL, report.remark)
        case OrderStatus.EXPIRED:
            _end(step, order, OrderHappening.EXPIRE, report.remark)
        case OrderStatus.REJECTED:
            _reject(step, order, report.remark)
        case _ if order.status in (OrderStatus.PENDING, OrderStatus.SUBMITTED, OrderStatus.UNKNOWN):
            _accept(step, order)
        case _:
            return


def _accept(step: Step, order: Order) -> None:
    was_unknown = order.status is OrderStatus.UNKNOWN
    step.keep_order(order.after(OrderHappening.ACCEPT, step.around.moment))
    if was_unknown:
        settle(step)


def _end(step: Step, order: Order, happening: OrderHappening, remark: str) -> None:
    step.end_order(order, happening, remark)
    drop_dust_of(step, order, exit_reason(step, order.intent))
    replan(step)
    settle(step)


def _reject(step: Step, order: Order, error: str) -> None:
    intent = order.intent
    step.keep_order(order.after(OrderHappening.REJECT, step.around.moment, error))
    wish = (intent.tag, intent.price, intent.quantity)
    if intent.purpose in (OrderPurpose.PLAN, OrderPurpose.BARRIER):
        step.change(replace(step.session, refused=step.session.refused | {wish}))
    reference = failure_reference(f"{intent.client_order_id}:{error}")
    rejected = OrderRejected(intent=intent, error=error, reference=reference)
    step.tell(rejected, Topic.ERRORS, Level.LOUD, order_thread(intent))
    drop_dust_of(step, order, exit_reason(step, intent))
    # Trying again at once would ask the same question of the same venue: the next candle may.
    settle(step, may_place=False)


def on_refused(step: Step, message: SubmitRefused) -> None:
    """Close an order that the venue does not take."""
    order = step.session.orders.get(message.client_order_id)
    if order is not None:
        _reject(step, order, message.error)


def on_expired(step: Step, message: SubmitExpired) -> None:
    """Close an order that was not sent in time."""
    order = step.session.orders.get(message.client_order_id)
    if order is not None:
        _end(step, order, OrderHappening.EXPIRE, "not sent in time")


def on_gone(step: Step, message: OrderGone) -> None:
    """Close an order that is proven absent at the venue."""
    order = step.session.orders.get(message.client_order_id)
    if order is not None:
        _end(step, order, OrderHappening.CANCEL, message.remark)


def on_lost(step: Step, message: AnswerLost) -> None:
    """Keep an order as unknown and have it looked up; it is never sent again before it is proven absent."""
    order = step.session.orders.get(message.client_order_id)
    if order is None:
        return
    if order.status in (OrderStatus.PENDING, OrderStatus.SUBMITTED):
        step.keep_order(order.after(OrderHappening.LOSE_ANSWER, step.around.moment, message.error))
        text = f"no answer to a {order.intent.side} order: it is looked up and never sent twice"
        step.trip(Refusal(Control.UNKNOWN_ORDER, text))
    may_send = order.venue_order_id is None and not order.is_cancel_wanted
    step.ask(LookUpOrder(order.intent, may_send=may_send))
