"""What fills come to: trades, and what is held with its cost; part of the independent script."""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

ZERO = Decimal(0)


@dataclass(frozen=True)
class Rules:
    """What a market wants of an order: the smallest step of a quantity, and the smallest value."""

    step: Decimal
    minimum: Decimal
    fee: Decimal


@dataclass(frozen=True)
class FillRow:
    """One line of the exported fills; the fee is in quote."""

    at: datetime
    sign: int
    price: Decimal
    quantity: Decimal
    fee: Decimal

    @property
    def value(self) -> Decimal:
        return self.price * self.quantity


@dataclass
class Round:
    """A trade, from flat to flat."""

    number: int
    opened_at: datetime
    bought: Decimal = ZERO
    paid: Decimal = ZERO
    sold: Decimal = ZERO
    received: Decimal = ZERO
    fees: Decimal = ZERO
    closed_at: datetime | None = None
    cost_of_rest: Decimal = ZERO

    @property
    def profit(self) -> Decimal:
        """What the closed part brought, with the fees paid so far taken off."""
        return self.received - (self.paid - self.cost_of_rest) - self.fees


@dataclass
class Booked:
    """What a bot's fills come to: its trades, and what it holds with its cost and the fees paid for it."""

    rounds: list[Round] = field(default_factory=list)
    trade: Round | None = None
    held: Decimal = ZERO
    cost: Decimal = ZERO
    fees_of_held: Decimal = ZERO

    def fill(self, fill: FillRow, step: Decimal) -> None:
        if self.trade is None:
            self.trade = Round(len(self.rounds) + 1, fill.at, bought=self.held, paid=self.cost)
            self.rounds.append(self.trade)
        trade = self.trade
        trade.fees += fill.fee
        if fill.sign > 0:
            self.held, self.cost = self.held + fill.quantity, self.cost + fill.value
            self.fees_of_held += fill.fee
            trade.bought, trade.paid = trade.bought + fill.quantity, trade.paid + fill.value
        else:
            left = self.held - fill.quantity
            self.cost, self.fees_of_held = self.cost * left / self.held, self.fees_of_held * left / self.held
            self.held = left
            trade.sold, trade.received = trade.sold + fill.quantity, trade.received + fill.value
        trade.cost_of_rest = self.cost
        if self.held < step:
            trade.closed_at, self.trade = fill.at, None

    def give_up(self, at: datetime, price: Decimal) -> None:
        """End the trade as if the rest were sold at a price; the rest stays, at that value."""
        if self.trade is None:
            return
        worth = self.held * price
        self.trade.sold, self.trade.received = self.trade.sold + self.held, self.trade.received + worth
        self.trade.cost_of_rest, self.trade.closed_at, self.trade = ZERO, at, None
        self.cost, self.fees_of_held = worth, ZERO
