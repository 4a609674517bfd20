"""A plan strategy that wants nothing any more once a stop has sold what it held."""

from typing_extensions import override

from bot.domain.barrier import STOP_LOSS
from bot.domain.money import Decimal, to_decimal
from bot.domain.order import OrderSide
from bot.domain.plan import DesiredOrder, OrderPlan
from bot.strategy.base import PlanStrategy, PlanView, StrategyParameters

DEPTHS = (Decimal("0.99"), Decimal("0.96"), Decimal("0.93"))


class OneDealParameters(StrategyParameters):
    """Nothing to choose."""


class OneDeal(PlanStrategy[OneDealParameters]):
    """Buys one, four and seven percent below the close of its start, until a stop fills."""

    name = "one-deal"
    summary = "Buys at three prices until a stop fills."
    pitfalls = "Never begins again."
    Parameters = OneDealParameters

    @override
    def warm_up(self, parameters: OneDealParameters) -> int:
        return 1

    @override
    def plan(self, view: PlanView[OneDealParameters]) -> OrderPlan:
        if STOP_LOSS.tag in view.last_fills:
            return OrderPlan((), "is done")
        close = to_decimal(float(view.candles.close[-1]))
        orders = []
        for number, depth in enumerate(DEPTHS, 1):
            tag = f"buy-{number}"
            resting = view.open_orders.get(tag)
            price = view.market.floor_price(close * depth) if resting is None else resting.intent.price
            if price is not None and tag not in view.trade_fills:
                orders.append(DesiredOrder(tag, OrderSide.BUY, price, Decimal(1), f"buy {number}"))
        return OrderPlan(tuple(orders), "waits for lower prices")
