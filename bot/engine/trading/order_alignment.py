"""Bring a bot's orders in line with what should be: one idempotent comparison after every message.

It decides from the session alone, so the same call serves normal running, a lost race with the venue, and recovery.
"""

from dataclasses import replace

from bot.domain.book_events import DustLeft
from bot.domain.booking import close_as_dust
from bot.domain.events import BotStopped, NotificationLevel, trade_thread
from bot.domain.guard import GuardGap
from bot.domain.instance import BotStatus, Operation, PendingExit, StopPolicy
from bot.domain.market import Mode
from bot.domain.order import Order, OrderPurpose, OrderSide, OrderStatus, OrderType
from bot.domain.plan import DesiredOrder
from bot.domain.trade import ExitReason
from bot.engine.trading.change_set import ChangeSet
from bot.engine.trading.guards import position_guards
from bot.engine.trading.planning import OrderDraft, draft_exit
from bot.engine.trading.risk import Refusal, RiskControl
from bot.engine.trading.session import Session
from bot.engine.trading.stop_alarm import raise_stop_alarm


def align_orders(changes: ChangeSet, *, may_place: bool = True) -> None:
    """Cancel what is surplus and place what is missing; `may_place` False only cancels (after a refusal)."""
    _reset_ended_controls(changes)
    _align_plan(changes, may_place=may_place)
    _align_exit(changes, may_place=may_place)
    _align_barriers(changes, may_place=may_place)
    _finish_stop(changes)


def _reset_ended_controls(changes: ChangeSet) -> None:
    if not changes.session.tripped_controls:
        return
    if not changes.session.has_unknown:
        changes.reset_controls((RiskControl.UNKNOWN_ORDER,))
    if not changes.context.is_blocked:
        changes.reset_controls((RiskControl.BLOCKED,))
    if changes.session.is_flat:
        changes.reset_controls((RiskControl.NO_WORKING_STOP,))


def _align_plan(changes: ChangeSet, *, may_place: bool) -> None:
    if changes.session.plan is None and changes.session.is_deciding:
        return
    wanted = {order.tag: order for order in _desired_orders(changes)}
    working = changes.session.working_orders(OrderPurpose.PLAN)
    for order in working:
        if not changes.session.is_deciding and changes.session.is_kept_by_stop(order):
            continue
        intent, desired = order.intent, wanted.get(order.intent.tag)
        terms = (intent.side, intent.price, intent.quantity)
        if desired is None or (desired.side, desired.price, desired.quantity) != terms:
            changes.request_cancel(order)
    if not changes.session.is_deciding:
        for order in changes.session.working_orders(OrderPurpose.ENTRY):
            changes.request_cancel(order)
    if may_place:
        taken = {order.intent.tag for order in working}
        _place_all(changes, tuple(planned for planned in wanted.values() if planned.tag not in taken))


def _place_all(changes: ChangeSet, missing: tuple[DesiredOrder, ...]) -> None:
    placed_before = changes.session.bot.intent_counter
    refusals = [refusal for planned in missing if (refusal := _place_desired(changes, planned))]
    if changes.session.bot.intent_counter > placed_before:
        lasting = {RiskControl.NO_WORKING_STOP, *(refusal.control for refusal in refusals)}
        changes.reset_controls(changes.session.tripped_controls - lasting)


def _desired_orders(changes: ChangeSet) -> tuple[DesiredOrder, ...]:
    session = changes.session
    if session.plan is None or not session.is_deciding or session.bot.exit_wish:
        return ()
    orders = session.plan.orders
    if session.bot.status is BotStatus.RUNNING and not changes.context.is_blocked:
        return orders
    held = session.ledger.position.quantity
    return tuple(order for order in orders if order.side.sign * held < 0)


def _place_desired(changes: ChangeSet, desired: DesiredOrder) -> Refusal | None:
    if (desired.tag, desired.price, desired.quantity) in changes.session.refused_orders:
        return None
    draft = OrderDraft(
        side=desired.side,
        order_type=OrderType.LIMIT,
        purpose=OrderPurpose.PLAN,
        tag=desired.tag,
        quantity=desired.quantity,
        price=desired.price,
        reference_price=changes.session.last_price or desired.price,
        reason=desired.reason or desired.tag,
    )
    refusal = changes.check_draft(draft)
    if refusal:
        changes.trip_control(refusal)
    else:
        changes.place_order(draft)
    return refusal


def _align_exit(changes: ChangeSet, *, may_place: bool) -> None:
    session = changes.session
    pending_exit = session.bot.exit_wish
    if pending_exit is None:
        return
    others = [order for order in session.orders.values() if order.intent.purpose is not OrderPurpose.EXIT]
    if session.is_flat and not others:
        changes.replace_bot(replace(session.bot, exit_wish=None))
        return
    for order in (*others, *_oversized_exits(session)):
        changes.request_cancel(order)
    if session.orders or not may_place:
        return
    draft, refusal = draft_pending_exit(changes, pending_exit)
    # What is too little to be sold is written off at once: waiting for a better price would block the bot.
    is_too_little = refusal is not None and refusal.control is RiskControl.MARKET_RULES
    if draft is None or is_too_little:
        drop_dust(changes, pending_exit.reason)
        changes.replace_bot(replace(session.bot, exit_wish=None))
    elif refusal:
        changes.trip_control(refusal)
    else:
        changes.place_order(draft)


def draft_pending_exit(changes: ChangeSet, pending_exit: PendingExit) -> tuple[OrderDraft | None, Refusal | None]:
    """Return the order that would sell everything now, with why it must not be sent; no order if nothing is held."""
    session = changes.session
    reference = session.last_price or pending_exit.reference_price
    draft = draft_exit(session.ledger.position.quantity, reference, session.market, pending_exit.text)
    return draft, changes.check_draft(draft) if draft else None


def _oversized_exits(session: Session) -> list[Order]:
    """Return exits that would sell more than is left since a fill came after its order's end."""
    most = abs(session.ledger.position.quantity) + session.market.step
    return [order for order in session.working_orders(OrderPurpose.EXIT) if order.remaining_quantity >= most]


def _align_barriers(changes: ChangeSet, *, may_place: bool) -> None:
    session = changes.session
    working = session.working_orders(OrderPurpose.BARRIER)
    if not session.is_guarded or not changes.context.can_rest_barriers:
        for order in working:
            changes.request_cancel(order)
        return
    drafts = _barrier_drafts(changes)
    # A stop that began to fill fills to its end. A target may wait, and its group, the stop too, ended with the fill.
    if any(map(_is_filling_stop, working)) or _are_same(drafts, working):
        return
    if working:
        # A barrier that would be refused is not missed: the others would be canceled for it again and again.
        if not _are_same(tuple(draft for draft in drafts if _refusal(changes, draft) is None), working):
            for order in working:
                changes.request_cancel(order)
    elif may_place:
        _place_barriers(changes, drafts)


def _is_filling_stop(order: Order) -> bool:
    """Tell whether an order is a stop that was touched and has filled in part."""
    return order.intent.order_type is OrderType.STOP and order.status is OrderStatus.PARTIALLY_FILLED


def _barrier_drafts(changes: ChangeSet) -> tuple[OrderDraft, ...]:
    session = changes.session
    levels, position = session.active_levels, session.ledger.position
    return tuple(
        OrderDraft(
            side=OrderSide.SELL if position.sign > 0 else OrderSide.BUY,
            order_type=row.barrier.order_type,
            purpose=OrderPurpose.BARRIER,
            tag=row.barrier.tag,
            quantity=session.market.floor_quantity(abs(position.quantity)),
            price=row.price,
            reference_price=row.price,
            reason=row.barrier.label,
        )
        for row in levels.rows
    )


def _are_same(drafts: tuple[OrderDraft, ...], working: tuple[Order, ...]) -> bool:
    wanted = sorted((draft.tag, draft.price, draft.quantity) for draft in drafts)
    return wanted == sorted((one.intent.tag, one.intent.price, one.remaining_quantity) for one in working)


def _place_barriers(changes: ChangeSet, drafts: tuple[OrderDraft, ...]) -> None:
    group = f"{changes.session.bot.bot_id}-{changes.session.bot.intent_counter + 1}"
    is_guarded = True
    for draft in drafts:
        refusal = _refusal(changes, draft)
        if refusal is None:
            changes.place_order(draft, group=group)
        elif draft.order_type is OrderType.STOP:
            is_guarded = False
            is_too_small = refusal.control is RiskControl.MARKET_RULES
            raise_stop_alarm(changes, draft.tag, GuardGap.TOO_SMALL if is_too_small else GuardGap.REFUSED)
        elif is_guarded:
            changes.trip_control(refusal)
    if is_guarded:
        changes.reset_controls((RiskControl.NO_WORKING_STOP,))


def _refusal(changes: ChangeSet, draft: OrderDraft) -> Refusal | None:
    if (draft.tag, draft.price, draft.quantity) in changes.session.refused_orders:
        text = f"the venue refused the {draft.reason} at {draft.price}; it is not tried again at that price"
        return Refusal(RiskControl.NO_WORKING_STOP, text)
    return changes.check_draft(draft)


def drop_dust(changes: ChangeSet, reason: ExitReason) -> None:
    """Close the open trade as if its rest, too small to be sold, were sold at the last price (ADR 0025)."""
    session = changes.session
    price = session.last_price or session.ledger.position.average_entry
    booking = close_as_dust(session.ledger, changes.context.moment, reason, price)
    changes.save_booking(booking)
    changes.session = replace(changes.session, trade_fills={})
    rest = booking.ledger.position
    payload = DustLeft(
        trade=booking.trade,
        totals=booking.ledger.totals,
        capital=session.bot.config.capital,
        quantity=rest.quantity,
        value=abs(rest.cost),
        minimum=session.market.min_notional,
    )
    changes.raise_event(payload, thread=trade_thread(booking.trade))


def _finish_stop(changes: ChangeSet) -> None:
    session, bot = changes.session, changes.session.bot
    if bot.status is not BotStatus.STOPPING or bot.exit_wish is not None:
        return
    kept = [order for order in session.orders.values() if session.is_kept_by_stop(order)]
    if len(kept) < len(session.orders) or any(order.intent.purpose is OrderPurpose.EXIT for order in kept):
        return
    changes.replace_bot(bot.advance(Operation.STOPPED, changes.context.moment.wall))
    guards = position_guards(session, can_rest=changes.context.can_rest_barriers)
    payload = BotStopped(
        by=bot.status_by,
        policy=bot.stop_policy or StopPolicy.ENTRIES,
        canceled_orders=session.stop_cancels,
        has_dust=session.is_flat and bool(session.ledger.position.quantity),
        kept_quantity=session.ledger.position.quantity if not session.is_flat else session.market.step * 0,
        stop_price=guards.stop_price,
        target_price=guards.target_price,
        kept_orders=sum(order.intent.purpose is OrderPurpose.PLAN for order in kept),
        stop_gap=guards.stop.gap if guards.stop else None,
        remark=bot.status_remark,
    )
    told = NotificationLevel.LOUD if bot.mode is Mode.LIVE else NotificationLevel.SILENT
    changes.raise_event(payload, level=NotificationLevel.OFF if bot.status_by == bot.owner else told)
