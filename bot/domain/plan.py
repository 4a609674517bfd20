"""Order plans of plan strategies."""

from dataclasses import dataclass
from decimal import Decimal

from bot.domain.fill import Fill
from bot.domain.money import ZERO
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

    def earned(self, sign: int, base: str) -> Decimal:
        """Return the profit in quote of what was sold of each round, with its share of the fees."""
        return sum((_earned(fills, sign, base) for fills in self.fills), ZERO)


def _earned(fills: tuple[Fill, ...], sign: int, base: str) -> Decimal:
    """Return the profit of a round's sold part, with its share of the fees."""
    entries = tuple(fill for fill in fills if fill.side.sign == sign)
    exits = tuple(fill for fill in fills if fill.side.sign != sign)
    bought, sold = (sum((fill.quantity for fill in fills), ZERO) for fills in (entries, exits))
    if not bought:
        return ZERO
    share = min(sold / bought, Decimal(1))
    cost, worth = _value(entries) * share, _value(exits)
    fees = _fees(entries, base) * share + _fees(exits, base)
    return sign * (worth - cost) - fees


def _value(fills: tuple[Fill, ...]) -> Decimal:
    return sum((fill.quantity * fill.price for fill in fills), ZERO)


def _fees(fills: tuple[Fill, ...], base: str) -> Decimal:
    return sum((fill.fee * fill.price if fill.fee_currency == base else fill.fee for fill in fills), ZERO)
