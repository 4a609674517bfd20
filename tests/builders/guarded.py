"""What is true of the guard of a position whenever one bot's orders have come to rest."""

from bot.domain.barrier import STOP_LOSS
from bot.domain.order import Order, OrderPurpose, OrderStatus
from tests.builders.one_bot import OneBot


def is_filling_stop(order: Order) -> bool:
    """Tell whether a stop fills, so that the venue has canceled the rest of its group."""
    return order.intent.tag == STOP_LOSS.tag and order.status is OrderStatus.PARTIALLY_FILLED


def assert_guarded(bot: OneBot) -> None:
    """Check that every barrier that should rest does, at its price, unless the venue would not or did not take it.

    While a stop fills, the venue has canceled the rest of its group.
    """
    session = bot.session
    barriers = session.working_orders(OrderPurpose.BARRIER)
    can_rest = bot.has_conditional_orders and bot.plan is None
    if not session.is_guarded or not can_rest:
        return
    if any(map(is_filling_stop, barriers)):
        assert all(map(is_filling_stop, barriers)), "another order of a group that ended is still thought to rest"
        return
    resting = {order.intent.tag: order.intent.price for order in barriers}
    refused = {tag for tag, _, _ in session.refused_orders}
    quantity = session.market.floor_quantity(session.ledger.position.quantity)
    for level in session.levels.rows:
        tag, price = level.barrier.tag, level.price
        if tag not in refused and quantity * price >= session.market.min_notional:
            assert resting.get(tag) == price, f"no {tag} rests"
