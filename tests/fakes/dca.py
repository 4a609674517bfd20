"""A plan strategy that is no grid: it buys more at lower prices and sells in two steps above its average price."""

from decimal import Decimal

from typing_extensions import override

from bot.domain.money import ONE, to_decimal
from bot.domain.order import OrderSide
from bot.domain.plan import DesiredOrder, OrderPlan
from bot.strategy.base import PlanStrategy, PlanView, StrategyParameters

LOWER, HIGHER = Decimal("0.95"), Decimal("1.05")


class DcaParameters(StrategyParameters):
    """Nothing to choose."""


class Dca(PlanStrategy[DcaParameters]):
    """Buys a unit below the price and one below that; everything of a trade is one deal."""

    name = "dca"
    summary = "Buys more at lower prices."
    pitfalls = "Holds more the lower the price."
    Parameters = DcaParameters
    rounds_title = "deals"

    @override
    def round_key(self, tag: str) -> str | None:
        return "deal" if tag.startswith(("base", "safety", "profit")) else None

    @override
    def warm_up(self, parameters: DcaParameters) -> int:
        return 1

    @override
    def plan(self, view: PlanView[DcaParameters]) -> OrderPlan:
        if view.position.quantity:
            price = view.market.ceil_price(view.position.average_entry * HIGHER)
            profit = DesiredOrder("profit-1", OrderSide.SELL, price, ONE, "first half of the deal")
            return OrderPlan((profit,), "waits for its profit")
        close = to_decimal(float(view.candles.close[-1]))
        base, safety = (view.market.floor_price(close * share) for share in (LOWER, LOWER * LOWER))
        orders = (
            DesiredOrder("base", OrderSide.BUY, base, Decimal(2), "first buy of the deal"),
            DesiredOrder("safety-1", OrderSide.BUY, safety, Decimal(2), "safety order 1"),
        )
        return OrderPlan(orders, "waits for a lower price")


class SilentDca(Dca):
    """The same, with nothing to tell of its deals."""

    name = "silent-dca"
    rounds_title = ""
