"""Figures of a backtest from its fills and candles alone, step by step in exact decimals; no code of ours."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal

ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class NaiveFill:
    """A fill: the row of its candle, +1 for a buy and -1 for a sale, and its fee in quote."""

    row: int
    sign: int
    price: Decimal
    quantity: Decimal
    fee: Decimal


@dataclass(slots=True)
class NaiveFigures:
    """What was earned by sales, what is held, and the equity after each close."""

    cash: Decimal
    closed: Decimal = ZERO
    fees: Decimal = ZERO
    held: list[list[Decimal]] = field(default_factory=list)
    """What is held, as parts of entries: quantity, price, fee."""
    equity: list[Decimal] = field(default_factory=list)

    def book(self, fill: NaiveFill) -> None:
        self.fees += fill.fee
        self.cash -= fill.sign * fill.quantity * fill.price + fill.fee
        if fill.sign > 0:
            self.held.append([fill.quantity, fill.price, fill.fee])
            return
        # Every entry is sold in the same share: what is left keeps the average price.
        share = fill.quantity / sum(part[0] for part in self.held)
        self.closed -= fill.fee
        for part in self.held:
            self.closed += part[0] * share * (fill.price - part[1]) - part[2] * share
            part[0] -= part[0] * share
            part[2] -= part[2] * share
        self.held = [part for part in self.held if part[0] > Decimal("1e-18")]

    def open_profit(self, last: Decimal) -> Decimal:
        return sum((part[0] * (last - part[1]) - part[2] for part in self.held), ZERO)

    def quantity(self) -> Decimal:
        return sum((part[0] for part in self.held), ZERO)

    def deepest_fall(self, start: Decimal) -> tuple[Decimal, Decimal]:
        """Return the largest fall from a peak as a share of it, and the one at the end."""
        peak, deepest, fall = start, ZERO, ZERO
        for value in self.equity:
            peak = max(peak, value)
            fall = (peak - value) / peak
            deepest = max(deepest, fall)
        return deepest, fall


def naive_figures(cash: Decimal, fills: Sequence[NaiveFill], closes: Sequence[Decimal]) -> NaiveFigures:
    """Book all fills and note the equity at each close."""
    figures, left = NaiveFigures(cash), list(fills)
    for row, close in enumerate(closes):
        while left and left[0].row == row:
            figures.book(left.pop(0))
        figures.equity.append(figures.cash + figures.quantity() * close)
    return figures
