"""Alarm for a position whose stop does not work at its venue: told once, in words that say stop."""

from dataclasses import replace

from bot.domain.events import NotificationLevel
from bot.domain.guard import Guard, GuardGap, GuardState, StopLost
from bot.domain.market import Mode
from bot.domain.order import Order, OrderType
from bot.engine.trading.change_set import ChangeSet
from bot.engine.trading.guards import position_guards
from bot.engine.trading.risk import RiskControl


def raise_stop_alarm(changes: ChangeSet, tag: str, gap: GuardGap, error: str = "", reference: str = "") -> None:
    """Tell that the stop `tag` does not rest at the venue, and whether we watch its price; once, until one rests."""
    session, control = changes.session, RiskControl.NO_WORKING_STOP
    guards = position_guards(session, can_rest=changes.context.can_rest_barriers)
    guard = next((row for row in guards.rows if row.tag == tag), None)
    if guard is None or control in session.tripped_controls:
        return
    changes.session = replace(session, tripped_controls=session.tripped_controls | {control})
    level = NotificationLevel.CRITICAL if session.bot.mode is Mode.LIVE else None
    changes.raise_event(_stop_lost(changes, guard, gap, error, reference), level=level)


def raise_canceled_stop_alarm(changes: ChangeSet, ended: Order, remark: str) -> None:
    """Tell that the venue canceled a stop that should rest, and that neither a fill nor we made surplus."""
    intent = ended.intent
    if intent.order_type is not OrderType.STOP or ended.is_cancel_wanted or not changes.session.is_guarded:
        return
    held = changes.session.market.floor_quantity(abs(changes.session.ledger.position.quantity))
    if ended.remaining_quantity == held and changes.session.levels.price_of(intent.tag) == intent.price:
        raise_stop_alarm(changes, intent.tag, GuardGap.CANCELED, remark)


def _stop_lost(changes: ChangeSet, guard: Guard, gap: GuardGap, error: str, reference: str) -> StopLost:
    found, minimum = changes.session.market.size_against_minimum(guard.quantity, guard.price)
    return StopLost(
        gap=gap,
        price=guard.price,
        held=changes.session.ledger.position.quantity,
        found=found,
        minimum=minimum,
        is_watched=guard.state is GuardState.WATCHED,
        error=error,
        reference=reference,
    )
