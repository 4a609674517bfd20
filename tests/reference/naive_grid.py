"""A guarded grid on one candle after the other, written from RISK.md and the grid's own page; imports nothing of ours.

It has what is enough for most runs: a fixed amount a level, fees in quote, no limit on money or orders, and values
above the venue's minimum.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal

ZERO = Decimal(0)
Bar = tuple[Decimal, Decimal, Decimal, Decimal]
"""Open, high, low, close."""
Sale = tuple[str, Decimal, Decimal, int]
"""Side, price, quantity, row."""


@dataclass(frozen=True, kw_only=True)
class GridRules:
    tick: Decimal
    step: Decimal
    fee: Decimal
    prices: tuple[Decimal, ...]
    amount: Decimal
    stop_loss: Decimal | None = None
    take_profit: Decimal | None = None


@dataclass
class Order:
    """A resting order: `kind` is buy, sell, stop or target; `level` counts from 0 at the lowest price."""

    kind: str
    level: int
    price: Decimal
    quantity: Decimal


@dataclass
class Level:
    held: Decimal = ZERO
    cost: Decimal = ZERO
    bought: Decimal = ZERO


def floor(value: Decimal, step: Decimal) -> Decimal:
    return (value / step).to_integral_value(ROUND_FLOOR) * step


def ceiling(value: Decimal, step: Decimal) -> Decimal:
    return (value / step).to_integral_value(ROUND_CEILING) * step


@dataclass
class NaiveGrid:
    rules: GridRules
    fills: list[Sale] = field(default_factory=list)
    orders: list[Order] = field(default_factory=list)
    levels: list[Level] = field(default_factory=list)
    held: Decimal = ZERO
    cost: Decimal = ZERO
    last_close: Decimal = ZERO
    row: int = 0
    trades: int = 0

    def run(self, bars: Iterable[Bar], first_close: Decimal) -> None:
        self.levels = [Level() for _ in self.rules.prices[:-1]]
        self.last_close = first_close
        self.decide()
        for self.row, (opened, high, low, close) in enumerate(bars):
            self.meet_open(opened)
            self.decide()
            self.meet_range(opened, high, low)
            self.decide()
            self.last_close = close
            self.decide()

    def meet_open(self, opened: Decimal) -> None:
        stopped = False
        for order in self.falling_then_rising():
            is_low = order.kind in ("buy", "stop")
            if order in self.orders and not stopped and (opened <= order.price if is_low else opened >= order.price):
                self.fill(order, opened)
                stopped = order.kind == "stop"

    def meet_range(self, opened: Decimal, high: Decimal, low: Decimal) -> None:
        """First what lies beyond the open already, then down to the low, then up to the high."""
        for order in self.falling_then_rising():
            is_low = order.kind in ("buy", "stop")
            if order in self.orders and (opened <= order.price if is_low else opened >= order.price):
                self.fill(order, opened)
        for order in self.falling_then_rising():
            is_filled = {
                "buy": low < order.price,
                "stop": low <= order.price,
                "sell": high > order.price,
                "target": high >= order.price,
            }[order.kind]
            # A grid wants its buys below a stop that has filled, so they need not be asked for.
            if order in self.orders and is_filled:
                self.fill(order, order.price)

    def falling_then_rising(self) -> list[Order]:
        falling = [order for order in self.orders if order.kind in ("buy", "stop")]
        rising = [order for order in self.orders if order.kind in ("sell", "target")]
        falling.sort(key=lambda order: (-order.price, order.kind != "stop"))
        rising.sort(key=lambda order: (order.price, order.kind != "sell"))
        return falling + rising

    def fill(self, order: Order, price: Decimal) -> None:
        self.orders.remove(order)
        self.fills.append(("buy" if order.kind == "buy" else "sell", price, order.quantity, self.row))
        if order.kind == "buy":
            self.trades += not self.held
            level = self.levels[order.level]
            level.held += order.quantity
            level.bought += order.quantity
            level.cost += order.quantity * price
            self.held += order.quantity
            self.cost += order.quantity * price
            return
        left = self.held - order.quantity
        self.cost, self.held = self.cost * left / self.held, left
        if order.kind == "sell":
            self.levels[order.level].held -= order.quantity
            gone: tuple[str, ...] = ("stop", "target")
        else:
            gone = ("stop", "target", "sell")
        # What sells the same coins ends with it.
        self.orders = [other for other in self.orders if other.kind not in gone]
        if not left:
            self.levels = [Level() for _ in self.levels]

    def decide(self) -> None:
        wanted = [*self.buys(), *self.sells(), *self.barriers()]
        self.orders = [next((old for old in self.orders if old == order), order) for order in wanted]

    def buys(self) -> Iterable[Order]:
        for number, level in enumerate(self.levels):
            price = self.rules.prices[number]
            rests = any(order.kind == "buy" and order.level == number for order in self.orders)
            if not level.held and (price < self.last_close or rests):
                yield Order("buy", number, price, floor(self.rules.amount / price, self.rules.step))

    def sells(self) -> Iterable[Order]:
        left = self.held
        for number, level in enumerate(self.levels):
            quantity = min(level.held, left)
            left -= quantity
            if quantity:
                paying = ceiling(level.cost / level.bought * (1 + 2 * self.rules.fee), self.rules.tick)
                above = [price for price in self.rules.prices[number + 1 :] if price >= paying]
                price = above[0] if above else min((p for p in self.rules.prices if p >= paying), default=paying)
                yield Order("sell", number, price, quantity)

    def barriers(self) -> Iterable[Order]:
        if self.held:
            average = self.cost / self.held
            if self.rules.stop_loss is not None:
                yield Order("stop", -1, floor(average * (1 - self.rules.stop_loss), self.rules.tick), self.held)
            if self.rules.take_profit is not None:
                yield Order("target", -1, ceiling(average * (1 + self.rules.take_profit), self.rules.tick), self.held)
