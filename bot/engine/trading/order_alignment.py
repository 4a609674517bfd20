"""Bring a bot's orders in line with what should be: one idempotent comparison after every message.

It decides from the session alone, so the same call serves normal running, a lost race with the venue, and recovery.
"""

from dataclasses import replace

from bot.domain.events import BotStopped, Level, Topic
from bot.domain.instance import BotStatus, Operation, StopPolicy, advance
from bot.domain.market import Mode
from bot.domain.order import Order, OrderPurpose, OrderSide, OrderStatus, OrderType
from bot.domain.plan import PlannedOrder
from bot.engine.trading.change_set import Step
from bot.engine.trading.dust import drop_dust
from bot.engine.trading.planning import STOP_TAG, TARGET_TAG, Draft, draft_exit
from bot.engine.trading.risk import Control, Refusal
from bot.engine.trading.session import Session


def settle(step: Step, *, may_place: bool = True) -> None:
    """Cancel what is surplus and place what is missing; `may_place` False only cancels (after a refusal)."""
    _forget_ended_trips(step)
    _settle_plan(step, may_place=may_place)
    _settle_exit(step, may_place=may_place)
    _settle_barriers(step, may_place=may_place)
    _finish_stop(step)


def _forget_ended_trips(step: Step) -> None:
    if not step.session.exposure.has_unknown:
        step.forget((Control.UNKNOWN_ORDER,))
    if not step.around.is_blocked:
        step.forget((Control.BLOCKED,))


def _settle_plan(step: Step, *, may_place: bool) -> None:
    if step.session.plan is None and step.session.is_deciding:
        return
    wanted = {order.tag: order for order in _wanted_plan(step)}
    working = step.session.working(OrderPurpose.PLAN)
    for order in working:
        if not _is_same(wanted.get(order.intent.tag), order):
            step.cancel(order)
    _drop_entries(step)
    if may_place:
        taken = {order.intent.tag for order in working}
        _place_all(step, tuple(planned for planned in wanted.values() if planned.tag not in taken))


def _place_all(step: Step, missing: tuple[PlannedOrder, ...]) -> None:
    placed_before = step.session.bot.intent_counter
    refusals = [refusal for planned in missing if (refusal := _place_planned(step, planned))]
    if step.session.bot.intent_counter > placed_before:
        step.forget(step.session.tripped - {refusal.control for refusal in refusals})


def _drop_entries(step: Step) -> None:
    if step.session.is_deciding:
        return
    for order in step.session.working(OrderPurpose.ENTRY):
        step.cancel(order)


def _wanted_plan(step: Step) -> tuple[PlannedOrder, ...]:
    session = step.session
    if session.plan is None or not session.is_deciding or session.bot.exit_wish:
        return ()
    orders = session.plan.orders
    if session.bot.status is BotStatus.RUNNING and not step.around.is_blocked:
        return orders
    held = session.book.position.quantity
    return tuple(order for order in orders if order.side.sign * held < 0)


def _is_same(planned: PlannedOrder | None, order: Order) -> bool:
    if planned is None:
        return False
    intent = order.intent
    return planned.side is intent.side and planned.price == intent.price and planned.quantity == intent.quantity


def _place_planned(step: Step, planned: PlannedOrder) -> Refusal | None:
    if (planned.tag, planned.price, planned.quantity) in step.session.refused:
        return None
    draft = Draft(
        side=planned.side,
        order_type=OrderType.LIMIT,
        purpose=OrderPurpose.PLAN,
        tag=planned.tag,
        quantity=planned.quantity,
        price=planned.price,
        reference_price=step.session.last_price or planned.price,
        reason=f"{planned.side} level {planned.tag}",
    )
    refusal = step.check(draft)
    if refusal:
        step.trip(refusal)
    else:
        step.decide(draft)
    return refusal


def _settle_exit(step: Step, *, may_place: bool) -> None:
    session = step.session
    wish = session.bot.exit_wish
    if wish is None:
        return
    others = [order for order in session.orders.values() if order.intent.purpose is not OrderPurpose.EXIT]
    if session.is_flat and not others:
        step.change_bot(replace(session.bot, exit_wish=None))
        return
    for order in (*others, *_oversized(session)):
        step.cancel(order)
    if session.orders or not may_place:
        return
    reference = session.last_price or wish.reference_price
    draft = draft_exit(session.book.position.quantity, reference, session.market, wish.text)
    refusal = step.check(draft) if draft else None
    if draft is None or (refusal and _is_left_for_good(session, refusal)):
        drop_dust(step, wish.reason)
        step.change_bot(replace(session.bot, exit_wish=None))
    elif refusal:
        step.trip(refusal)
    else:
        step.decide(draft)


def _oversized(session: Session) -> list[Order]:
    """Return exits that would sell more than is left since a fill came after its order's end."""
    most = abs(session.book.position.quantity) + session.market.step
    return [order for order in session.working(OrderPurpose.EXIT) if order.remaining >= most]


def _is_left_for_good(session: Session, refusal: Refusal) -> bool:
    """Tell whether nobody waits for a better price of what is too little to be sold."""
    return refusal.control is Control.MARKET_RULES and not session.is_deciding


def _settle_barriers(step: Step, *, may_place: bool) -> None:
    session = step.session
    working = session.working(OrderPurpose.BARRIER)
    # The resting sells of a plan lock what a resting stop would need, so its barriers are watched by us instead.
    rests_at_venue = step.around.has_conditional_orders and step.around.planner is None
    if not session.is_guarded or not rests_at_venue:
        for order in working:
            step.cancel(order)
        return
    wanted = {draft.tag: draft for draft in _barrier_drafts(step)}
    if any(order.status is OrderStatus.PARTIALLY_FILLED for order in working) or _are_same(wanted, working):
        return
    if working:
        for order in working:
            step.cancel(order)
        return
    if may_place:
        _place_barriers(step, tuple(wanted.values()))


def _barrier_drafts(step: Step) -> tuple[Draft, ...]:
    session = step.session
    levels, position = session.guards, session.book.position
    prices = ((STOP_TAG, OrderType.STOP, levels.stop), (TARGET_TAG, OrderType.TARGET, levels.target))
    return tuple(
        Draft(
            side=OrderSide.SELL if position.sign > 0 else OrderSide.BUY,
            order_type=order_type,
            purpose=OrderPurpose.BARRIER,
            tag=tag,
            quantity=session.market.floor_quantity(abs(position.quantity)),
            price=price,
            reference_price=price,
            reason=tag.replace("_", " "),
        )
        for tag, order_type, price in prices
        if price is not None
    )


def _are_same(wanted: dict[str, Draft], working: tuple[Order, ...]) -> bool:
    if len(wanted) != len(working):
        return False
    for order in working:
        draft = wanted.get(order.intent.tag)
        if draft is None or (draft.price, draft.quantity) != (order.intent.price, order.remaining):
            return False
    return True


def _place_barriers(step: Step, drafts: tuple[Draft, ...]) -> None:
    group = f"{step.session.bot.bot_id}-{step.session.bot.intent_counter + 1}"
    is_guarded = True
    for draft in drafts:
        refusal = _refused_before(step, draft) or step.check(draft)
        if refusal:
            is_guarded = False
            step.trip(refusal)
            continue
        step.decide(draft, group=group)
    if is_guarded:
        step.forget((Control.NO_GUARD,))


def _refused_before(step: Step, draft: Draft) -> Refusal | None:
    from_venue = (draft.tag, draft.price, draft.quantity) in step.session.refused
    text = f"the venue refused the {draft.reason} at {draft.price}; it is not tried again at that price"
    return Refusal(Control.NO_GUARD, text) if from_venue else None


def _finish_stop(step: Step) -> None:
    session = step.session
    bot = session.bot
    if bot.status is not BotStatus.STOPPING or bot.exit_wish is not None:
        return
    keeps_barriers = bot.stop_policy is StopPolicy.ENTRIES
    left = [
        order
        for order in session.orders.values()
        if not (keeps_barriers and order.intent.purpose is OrderPurpose.BARRIER)
    ]
    if left:
        return
    moment = step.around.moment
    step.change_bot(replace(bot, status=advance(bot.status, Operation.STOPPED), status_changed_wall=moment.wall))
    guards = session.guards
    payload = BotStopped(
        by=bot.status_by,
        policy=bot.stop_policy or StopPolicy.ENTRIES,
        canceled_orders=session.stop_cancels,
        kept_quantity=session.book.position.quantity if not session.is_flat else session.market.step * 0,
        stop_price=guards.stop,
        target_price=guards.target,
        remark=bot.status_remark,
    )
    is_own = bot.status_by == bot.owner
    level = Level.OFF if is_own else Level.SILENT
    if bot.mode is Mode.LIVE and not is_own:
        level = Level.LOUD
    step.tell(payload, Topic.LIFE_CYCLE, level)
