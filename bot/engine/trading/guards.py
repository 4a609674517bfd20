"""Guard truth (ADR 0028): the one answer to what guards a bot's position now, for everything that is shown or told."""

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta

from bot.domain.barrier import Barrier, BarrierLevel
from bot.domain.candle import Candle
from bot.domain.fill import Liquidity
from bot.domain.guard import NO_GUARDS, Guard, GuardGap, GuardState, PositionGuards
from bot.domain.instance import ACTIVE_STATUSES
from bot.domain.money import to_decimal
from bot.domain.order import RESTING_STATUSES, OrderPurpose, OrderType
from bot.engine.trading.risk import check_size
from bot.engine.trading.session import HandlerContext, Session


def position_guards(session: Session, *, can_rest: bool, watched: Collection[str] | None = None) -> PositionGuards:
    """Return what each barrier of the open position is worth now.

    `can_rest` tells whether the venue takes the bot's barriers as orders, `watched` the tags of the live price
    triggers; None stands for those that are set as soon as the session is stored.
    """
    if session.is_flat:
        return NO_GUARDS
    triggered = {level.barrier.tag for level in triggered_levels(session, can_rest=can_rest)}
    unwatched = triggered - set(watched) if watched is not None else frozenset()
    rows = tuple(_guard(session, level, unwatched, can_rest=can_rest) for level in session.levels.rows)
    return PositionGuards(rows, session.ledger.position.sign)


def triggered_levels(session: Session, *, can_rest: bool) -> tuple[BarrierLevel, ...]:
    """Return the barriers whose prices we have to watch, since no order of theirs can rest.

    One that is too small to rest is judged on the candles of the bot's series, as long as it follows them.
    """
    is_following = session.bot.status in ACTIVE_STATUSES
    if not session.is_guarded:
        return ()
    return tuple(
        level
        for level in session.levels.rows
        if (gap := guard_gap(session, level, can_rest=can_rest)) is not None
        and not (gap is GuardGap.TOO_SMALL and is_following and can_rest)
    )


def touched_barrier(session: Session, candle: Candle, context: HandlerContext) -> Barrier | None:
    """Return the barrier that a closed candle reached and that is too small to rest, None if there is none."""
    small = tuple(
        level
        for level in session.active_levels.rows
        if guard_gap(session, level, can_rest=context.can_rest_barriers) is GuardGap.TOO_SMALL
    )
    if not small or candle.open_time < guarded_since(session, context):
        return None
    sign = session.ledger.position.sign
    for level in small:
        falls = (level.barrier.order_type is OrderType.STOP) == (sign > 0)
        if level.barrier.is_touched(to_decimal(candle.low if falls else candle.high), level.price, sign):
            return level.barrier
    return None


def guarded_since(session: Session, context: HandlerContext) -> datetime:
    """Return the time from which prices are newer than the position and its barriers."""
    candle = session.bot.config.timeframe.duration if context.dates_fills_by_candle else timedelta(0)
    sign = session.ledger.position.sign
    times = [
        fill.moment.market + candle * (fill.liquidity is Liquidity.MAKER)
        for fills in session.trade_fills.values()
        for fill in fills
        if fill.side.sign == sign
    ]
    if session.ledger.trade is not None:
        times.append(session.ledger.trade.opened_at.market)
    if session.edited_at is not None:
        times.append(session.edited_at)
    return max(times, default=context.moment.market)


def _guard(session: Session, level: BarrierLevel, unwatched: Collection[str], *, can_rest: bool) -> Guard:
    tag = level.barrier.tag
    guard = Guard(
        tag=tag,
        order_type=level.barrier.order_type,
        price=level.price,
        quantity=session.market.floor_quantity(abs(session.ledger.position.quantity)),
        state=GuardState.PENDING,
    )
    orders = [order for order in session.working_orders(OrderPurpose.BARRIER) if order.intent.tag == tag]
    resting = next((one for one in orders if one.status in RESTING_STATUSES and not one.is_cancel_wanted), None)
    if resting is not None:
        price = resting.intent.price or level.price
        return replace(guard, price=price, quantity=resting.remaining_quantity, state=GuardState.RESTING)
    if not session.is_guarded:
        gap = GuardGap.BEING_SOLD if session.bot.exit_wish else GuardGap.LET_GO
        return replace(guard, state=GuardState.MISSING, gap=gap)
    reason = guard_gap(session, level, can_rest=can_rest)
    if reason is None or orders:
        return guard
    return replace(guard, state=GuardState.MISSING if tag in unwatched else GuardState.WATCHED, gap=reason)


def guard_gap(session: Session, level: BarrierLevel, *, can_rest: bool) -> GuardGap | None:
    """Return why no order of a barrier that is wanted can rest at the venue."""
    quantity = session.market.floor_quantity(abs(session.ledger.position.quantity))
    if not can_rest:
        return GuardGap.NOT_POSSIBLE
    if (level.barrier.tag, level.price, quantity) in session.refused_orders:
        return GuardGap.REFUSED
    if check_size(quantity, level.price, session.market) is not None:
        return GuardGap.TOO_SMALL
    return None
