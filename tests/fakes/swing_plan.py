"""A plan strategy that swings around the price."""

from decimal import Decimal

from bot.domain.moment import Moment
from bot.domain.money import ZERO
from bot.domain.order import OrderPurpose, OrderSide
from bot.domain.plan import DesiredOrder, OrderPlan
from bot.engine.trading.session import Session


class SwingPlan:
    """A plan that buys below and sells all it holds above, as a grid does."""

    def __call__(self, session: Session, moment: Moment) -> OrderPlan | None:
        close = session.last_price or Decimal(100)
        orders = [DesiredOrder("buy-1", OrderSide.BUY, session.market.floor_price(close * Decimal("0.99")), Decimal(2))]
        held = session.market.floor_quantity(max(session.ledger.position.quantity, ZERO))
        selling = [order for order in session.working_orders(OrderPurpose.PLAN) if order.intent.tag == "sell-1"]
        sold = selling[0].filled_quantity if selling else ZERO
        if held * 110 >= session.market.min_notional or sold:
            orders.append(DesiredOrder("sell-1", OrderSide.SELL, Decimal(110), held + sold))
        return OrderPlan(tuple(orders), "")
