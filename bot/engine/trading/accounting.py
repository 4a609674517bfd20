"""Accounting: books fills and order reports; all facts of one message commit together."""

from dataclasses import replace
from typing import assert_never

from bot.domain.barrier import barrier_by_tag
from bot.domain.booking import BookingResult, book_fill
from bot.domain.events import (
    NotificationLevel,
    OrderFilled,
    OrderRejected,
    TradeClosed,
    order_thread,
    trade_thread,
)
from bot.domain.facts import FillBooked
from bot.domain.fill import Fill
from bot.domain.growth import total_growth
from bot.domain.guard import GuardGap
from bot.domain.ids import failure_reference
from bot.domain.market import Mode
from bot.domain.money import ZERO
from bot.domain.order import (
    UNANSWERED_STATUSES,
    Order,
    OrderIntent,
    OrderPurpose,
    OrderSide,
    OrderStatus,
    OrderTrigger,
    OrderType,
)
from bot.domain.trade import ExitReason
from bot.engine.trading.change_set import ChangeSet
from bot.engine.trading.guards import position_guards
from bot.engine.trading.messages import (
    AnswerLost,
    FillReported,
    LookUpOrder,
    OrderGone,
    SubmitExpired,
    SubmitRefused,
)
from bot.engine.trading.order_alignment import align_orders, drop_dust
from bot.engine.trading.plan_refresh import refresh_plan
from bot.engine.trading.risk import Refusal, RiskControl
from bot.engine.trading.stop_alarm import raise_canceled_stop_alarm, raise_stop_alarm
from bot.ports.venue import OrderReport

_ENDINGS = {OrderStatus.CANCELED: OrderTrigger.CANCEL, OrderStatus.EXPIRED: OrderTrigger.EXPIRE}
"""Statuses of orders that ended early, with what ended them."""
_LOUD_EXITS = frozenset({ExitReason.STOP_LOSS, ExitReason.LIQUIDATION, ExitReason.RISK})


def on_fill(changes: ChangeSet, message: FillReported) -> None:
    """Book a fill: fill, order, position, trade, totals and event in one unit; a repeat conflicts on the trade id."""
    fill = message.report.fill
    order = changes.session.orders.get(fill.client_order_id) or message.order
    if order is None:
        return
    filled = _end_completed_order(changes, order.apply_fill(fill.quantity, fill.price, changes.context.moment))
    reason = exit_reason(changes, order.intent)
    rest = filled.remaining_quantity if filled.is_working else ZERO
    booking = book_fill(changes.session.ledger, fill, changes.session.market, reason, rest)
    changes.save_order(filled)
    changes.add_fact(FillBooked(fill))
    changes.save_booking(booking)
    _remember(changes, order.intent, fill, booking)
    booked = changes.fact_count
    if filled.status in _ENDINGS:
        _drop_dust_after(changes, filled, reason)
    refresh_plan(changes)
    align_orders(changes)
    # Only now is it known what guards the position; what followed from the fill is told after it.
    _raise_fill_event(changes, filled, fill, booking, before=booked)


def _end_completed_order(changes: ChangeSet, order: Order) -> Order:
    """End an order that was reported as ended, once all of its fills are booked."""
    report = changes.session.ending_reports.get(order.intent.client_order_id)
    if report is None or not order.is_working or order.filled_quantity < report.filled_quantity:
        return order
    return order.apply_trigger(_ENDINGS[report.status], changes.context.moment, report.remark)


def exit_reason(changes: ChangeSet, intent: OrderIntent) -> ExitReason:
    """Return the exit reason of the trade if a fill of this order closes it."""
    if intent.purpose is OrderPurpose.BARRIER:
        return barrier_by_tag(intent.tag).reason
    pending_exit = changes.session.bot.exit_wish
    if intent.purpose is OrderPurpose.EXIT and pending_exit is not None:
        return pending_exit.reason
    return ExitReason.PLAN if intent.purpose is OrderPurpose.PLAN else ExitReason.SIGNAL


def _remember(changes: ChangeSet, intent: OrderIntent, fill: Fill, booking: BookingResult) -> None:
    if changes.context.planner is None:
        return
    session = changes.session
    last_fills = dict(session.last_fills)
    if intent.run_number == session.bot.run_number:
        # An order of an earlier run says nothing about this run.
        last_fills[intent.tag] = fill
    before = session.trade_fills
    of_trade = {} if booking.is_closed else {**before, intent.tag: (*before.get(intent.tag, ()), fill)}
    changes.session = replace(session, last_fills=last_fills, trade_fills=of_trade)


def _raise_fill_event(changes: ChangeSet, order: Order, fill: Fill, booking: BookingResult, *, before: int) -> None:
    session = changes.session
    intent = order.intent
    if booking.is_closed:
        reason = booking.trade.exit_reason
        level = (
            NotificationLevel.LOUD
            if session.bot.mode is Mode.LIVE and reason in _LOUD_EXITS
            else NotificationLevel.SILENT
        )
        closed = TradeClosed(
            intent=intent,
            fill=fill,
            trade=booking.trade,
            totals=booking.ledger.totals,
            capital=session.bot.config.capital,
            growth=total_growth(session.bot.capital_spans, booking.ledger.totals.closed_profit),
        )
        changes.raise_event(closed, level=level, thread=trade_thread(booking.trade), before=before)
        return
    guards = position_guards(session, can_rest=changes.context.can_rest_barriers)
    payload = OrderFilled(
        intent=intent,
        fill=fill,
        order_filled=order.filled_quantity,
        position_quantity=booking.ledger.position.quantity,
        stop_price=guards.stop_price,
        target_price=guards.target_price,
        guards=guards,
    )
    changes.raise_event(payload, thread=trade_thread(booking.trade), before=before)


def on_order_report(changes: ChangeSet, report: OrderReport) -> None:
    """Apply a venue's report of an order; fills are booked by their own messages, never from here."""
    order = changes.session.orders.get(report.client_order_id)
    if order is None:
        return
    order = replace(order, venue_order_id=report.venue_order_id)
    if report.status in _ENDINGS and report.filled_quantity > order.filled_quantity:
        # Its last fills are on their way: until they are booked the remaining quantity is unknown.
        ending = {**changes.session.ending_reports, report.client_order_id: report}
        changes.session = replace(changes.session, ending_reports=ending)
        return
    match report.status:
        case OrderStatus.CANCELED | OrderStatus.EXPIRED:
            _end(changes, order, _ENDINGS[report.status], report.remark)
        case OrderStatus.REJECTED:
            _reject(changes, order, report.remark)
        case _ if order.status in UNANSWERED_STATUSES:
            changes.save_order(order.apply_trigger(OrderTrigger.ACCEPT, changes.context.moment))
            if order.status is OrderStatus.UNKNOWN:
                align_orders(changes)


def _end(changes: ChangeSet, order: Order, trigger: OrderTrigger, remark: str) -> None:
    changes.end_order(order, trigger, remark)
    raise_canceled_stop_alarm(changes, order, remark)
    _drop_dust_after(changes, order, exit_reason(changes, order.intent))
    refresh_plan(changes)
    align_orders(changes)


def _reject(changes: ChangeSet, order: Order, error: str) -> None:
    intent = order.intent
    if order.is_cancel_wanted:
        # It was given up before: what is wanted instead is another order, which this refusal says nothing about.
        _end(changes, order, OrderTrigger.CANCEL, error)
        return
    changes.save_order(order.apply_trigger(OrderTrigger.REJECT, changes.context.moment, error))
    if intent.purpose in (OrderPurpose.PLAN, OrderPurpose.BARRIER):
        changes.bar_order(intent)
    reference = failure_reference(f"{intent.client_order_id}:{error}")
    if intent.order_type is OrderType.STOP and changes.session.is_guarded:
        raise_stop_alarm(changes, intent.tag, GuardGap.REFUSED, error, reference)
    else:
        rejected = OrderRejected(intent=intent, error=error, reference=reference)
        changes.raise_event(rejected, thread=order_thread(intent))
    _drop_dust_after(changes, order, exit_reason(changes, intent))
    # The same venue would refuse the same order again at once; the next candle may retry it.
    align_orders(changes, may_place=False)


def on_router_answer(changes: ChangeSet, message: SubmitRefused | SubmitExpired | OrderGone | AnswerLost) -> None:
    """Apply what the router found out about a working order."""
    order = changes.session.orders.get(message.client_order_id)
    if order is None:
        return
    match message:
        case SubmitRefused():
            _reject(changes, order, message.error)
        case SubmitExpired():
            _end(changes, order, OrderTrigger.EXPIRE, "not sent in time")
        case OrderGone():
            _end(changes, order, OrderTrigger.CANCEL, message.remark)
        case AnswerLost():
            _look_up(changes, order, message.error)
        case _:
            assert_never(message)


def _look_up(changes: ChangeSet, order: Order, error: str) -> None:
    """Mark an order as unknown and look it up; it is never sent again before it is proven absent."""
    if order.status in (OrderStatus.PENDING, OrderStatus.SUBMITTED):
        changes.save_order(order.apply_trigger(OrderTrigger.LOSE_ANSWER, changes.context.moment, error))
        is_stop = order.intent.order_type is OrderType.STOP
        what = f"the stop at {order.intent.price:f}" if is_stop else f"a {order.intent.side} order"
        text = f"no answer to {what}: it is looked up and never sent twice"
        changes.trip_control(Refusal(RiskControl.UNKNOWN_ORDER, text))
    may_send = order.venue_order_id is None and not order.is_cancel_wanted
    changes.add_command(LookUpOrder(order.intent, may_send=may_send))


def _drop_dust_after(changes: ChangeSet, ended: Order, reason: ExitReason) -> None:
    """Close the trade if an order that ended unfinished left dust, and no other order can change that."""
    session = changes.session
    position, wish = session.ledger.position, session.bot.exit_wish
    price = session.last_price or position.average_entry
    if wish is None and not ended.filled_quantity:  # it changed nothing: what was worth holding before still is
        return
    if session.is_flat or session.orders or not position.is_flat(session.market, price):
        return
    unasked = ExitReason.PARTIAL if ended.intent.side is OrderSide.BUY else reason
    drop_dust(changes, unasked if wish is None else wish.reason)
