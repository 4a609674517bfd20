"""Order plans of plan strategies."""

from dataclasses import dataclass
from decimal import Decimal

from bot.domain.fill import Fill
from bot.domain.order import OrderSide


@dataclass(frozen=True, slots=True)
class DesiredOrder:
    """A resting limit order that a plan wants; `tag` is its identity within the bot, `reason` says it to people."""

    tag: str
    side: OrderSide
    price: Decimal
    quantity: Decimal
    reason: str = ""


@dataclass(frozen=True, slots=True)
class OrderPlan:
    """All resting orders a strategy wants now; `remark` is a sentence saying what it waits for.

    A non-empty `exit_text` is the reason to sell the whole position at market now; `orders` are then ignored.
    """

    orders: tuple[DesiredOrder, ...]
    remark: str = ""
    exit_text: str = ""


@dataclass(frozen=True, slots=True)
class PlanRounds:
    """Fills of the open trade by the rounds of a plan: what one order bought and another one sells.

    `title` is the name of the profit of finished rounds; a plan without a title has none.
    """

    title: str
    fills: tuple[tuple[Fill, ...], ...] = ()
