"""Resting orders that a plan strategy would like to see."""

from dataclasses import dataclass
from decimal import Decimal

from bot.domain.order import OrderSide


@dataclass(frozen=True, slots=True)
class DesiredOrder:
    """One wished-for resting limit order; `tag` is its identity within the bot."""

    tag: str
    side: OrderSide
    price: Decimal
    quantity: Decimal


@dataclass(frozen=True, slots=True)
class OrderPlan:
    """All resting orders a strategy wants now, and a sentence saying what it waits for.

    A non-empty `exit_text` says why everything held must be sold at market now; `orders` are then ignored.
    """

    orders: tuple[DesiredOrder, ...]
    remark: str = ""
    exit_text: str = ""
