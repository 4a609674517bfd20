"""Positions: signed quantity and its cost."""

from dataclasses import dataclass
from decimal import Decimal

from bot.domain.market import Market
from bot.domain.money import ROUND_HALF_EVEN, ZERO

COST_QUANTUM = Decimal("1e-18")
"""Costs are rounded to this, so that parts always sum exactly to the whole."""


@dataclass(frozen=True, slots=True)
class Position:
    """Signed quantity in base and its signed cost in quote, without fees."""

    quantity: Decimal = ZERO
    cost: Decimal = ZERO

    @property
    def average_entry(self) -> Decimal:
        """Return the average entry price, 0 without a position."""
        return self.cost / self.quantity if self.quantity else ZERO

    @property
    def sign(self) -> int:
        """Return 1 for long, -1 for short, 0 for none."""
        return (self.quantity > 0) - (self.quantity < 0)

    def is_flat(self, market: Market, price: Decimal) -> bool:
        """Return whether the quantity is too small to be sold: below a step or the venue's minimum."""
        size = abs(self.quantity)
        return size < market.dust_threshold or size * price < market.min_notional

    def open_profit(self, price: Decimal) -> Decimal:
        """Return the profit of selling the position at `price`, before fees."""
        return self.quantity * price - self.cost

    def add_quantity(self, quantity: Decimal, price: Decimal) -> "Position":
        """Return the position after a fill of signed `quantity` in its own direction."""
        return Position(self.quantity + quantity, self.cost + quantity * price)

    def reduce_quantity(self, quantity: Decimal) -> "Position":
        """Return the position after a fill of signed `quantity` against it; the cost shrinks in proportion."""
        left = self.quantity + quantity
        if not left:
            return FLAT
        cost = (self.cost * left / self.quantity).quantize(COST_QUANTUM, rounding=ROUND_HALF_EVEN)
        return Position(left, cost)


FLAT = Position()
