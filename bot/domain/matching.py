"""When and where an order fills: pure rules of RISK.md, one set for recorded candles, backtests and simulated venues.

A candle is met in two steps: its open, then its range. Prices are Decimal in quote, on the market's tick.
"""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from bot.domain.market import Market
from bot.domain.money import ONE, ZERO
from bot.domain.order import OrderSide, OrderType


@dataclass(frozen=True, slots=True)
class Bar:
    """The prices of one candle as exact decimals."""

    open: Decimal
    high: Decimal
    low: Decimal


def market_fill_price(side: OrderSide, price: Decimal, slippage: Decimal, market: Market) -> Decimal:
    """Return the price of a market order at `price`, made worse by the fraction `slippage` and put on the tick."""
    if not slippage:
        return price
    raw = price * (ONE + side.sign * slippage)
    return market.ceil_price(raw) if side is OrderSide.BUY else market.floor_price(raw)


def is_filled_at_open(order_type: OrderType, side: OrderSide, price: Decimal | None, opened: Decimal) -> bool:
    """Tell whether an order fills at a candle's open (then at the open price).

    Market orders always; limits and targets when the open is at their price or better; stops when it is at their
    price or worse.
    """
    if order_type is OrderType.MARKET or price is None:
        return True
    wants_low = (side is OrderSide.BUY) != (order_type is OrderType.STOP)
    return opened <= price if wants_low else opened >= price


def is_filled_in_range(order_type: OrderType, side: OrderSide, price: Decimal, bar: Bar) -> bool:
    """Tell whether an order that did not fill at the open fills inside the candle (then at its own price).

    Stops and targets fill when touched; a resting limit only when the price goes through it.
    """
    if order_type is OrderType.MARKET:
        return False
    wants_low = (side is OrderSide.BUY) != (order_type is OrderType.STOP)
    if order_type is OrderType.LIMIT:
        return bar.low < price if wants_low else bar.high > price
    return bar.low <= price if wants_low else bar.high >= price


@dataclass(frozen=True, slots=True)
class FillRules:
    """How a market is simulated: market orders and stops are made worse by the fraction `slippage`."""

    market: Market
    slippage: Decimal

    def price_at_open(
        self, order_type: OrderType, side: OrderSide, price: Decimal | None, opened: Decimal
    ) -> Decimal | None:
        """Return the price at which an order fills at a candle's open, None if it does not."""
        if not is_filled_at_open(order_type, side, price, opened):
            return None
        is_taker = order_type is OrderType.STOP or order_type is OrderType.MARKET or price is None
        return market_fill_price(side, opened, self.slippage, self.market) if is_taker else opened

    def price_in_range(self, order_type: OrderType, side: OrderSide, price: Decimal, bar: Bar) -> Decimal | None:
        """Return the price at which an order that did not fill at the open fills inside the candle, None if not.

        The range begins at the open: an order that came after the open and is beyond it already fills at the open.
        """
        if is_filled_at_open(order_type, side, price, bar.open):
            return None if order_type is OrderType.MARKET else self.price_at_open(order_type, side, price, bar.open)
        if not is_filled_in_range(order_type, side, price, bar):
            return None
        return market_fill_price(side, price, self.slippage, self.market) if order_type is OrderType.STOP else price


def matching_rank(order_type: OrderType, side: OrderSide, price: Decimal | None) -> tuple[int, Decimal, int]:
    """Return the place of an order among those that one candle fills (pessimistic).

    Market orders come first. Then the price falls: resting buys and selling stops from the top down, a stop before a
    buy at its price. Then it rises: resting sells and targets from the bottom up. Buying stops come before that.
    """
    if order_type is OrderType.MARKET or price is None:
        return 0, ZERO, 0
    if order_type is OrderType.STOP:
        return (1, price, 0) if side is OrderSide.BUY else (2, -price, 0)
    if side is OrderSide.BUY:
        return 2, -price, 1
    return 3, price, order_type is OrderType.TARGET


@dataclass(frozen=True, slots=True)
class FillBounds:
    """The prices between which none of some resting orders fills; compared as floats, which keep the order."""

    below: float
    above: float

    def is_reached(self, low: float, high: float) -> bool:
        """Tell whether a candle may fill one of the orders."""
        return low <= self.below or high >= self.above


def fill_bounds(orders: Iterable[tuple[OrderType, OrderSide, Decimal | None]]) -> FillBounds:
    """Compute the prices between which none of the orders fills."""
    below, above = -math.inf, math.inf
    for order_type, side, price in orders:
        if order_type is OrderType.MARKET or price is None:
            return FillBounds(math.inf, -math.inf)
        if (side is OrderSide.BUY) != (order_type is OrderType.STOP):
            below = max(below, float(price))
        else:
            above = min(above, float(price))
    return FillBounds(below, above)
