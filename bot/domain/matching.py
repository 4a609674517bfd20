"""When and where an order fills: pure rules of RISK.md, one set for recorded candles, backtests and simulated venues.

A candle is met in two steps: its open, then its range. Prices are Decimal in quote, on the market's tick.
"""

from dataclasses import dataclass
from decimal import Decimal

from bot.domain.market import Market
from bot.domain.money import ONE
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


RANGE_PRIORITY = {OrderType.STOP: 0, OrderType.LIMIT: 1, OrderType.TARGET: 2}
"""Within a candle stops come before everything, targets last (pessimistic)."""
