"""Order plans of plan strategies."""

from dataclasses import dataclass
from decimal import Decimal

from bot.domain.order import OrderSide


@dataclass(frozen=True, slots=True)
class DesiredOrder:
    """A resting limit order that a plan wants; `tag` is its identity within the bot."""

    tag: str
    side: OrderSide
    price: Decimal
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class OrderPlan:
    """All resting orders a strategy wants now; `remark` is a sentence saying what it waits for.

    A non-empty `exit_text` is the reason to sell the whole position at market now; `orders` are then ignored.
    """

    orders: tuple[DesiredOrder, ...]
    remark: str = ""
    exit_text: str = ""
