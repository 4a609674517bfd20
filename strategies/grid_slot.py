"""One buying level of a grid with what it holds, read from fills and open orders."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

from bot.domain.fill import Fill
from bot.domain.market import Market
from bot.domain.money import ONE, ZERO
from bot.domain.order import Order

BUY, SELL = "buy-", "sell-"


@dataclass(frozen=True, slots=True, kw_only=True)
class GridSlot:
    """Level `number` (1 is the lowest): `held` was bought for `cost` and not sold yet.

    `is_buying` while its buy rests partly filled; `sold_part` is the filled part of its resting sell.
    """

    number: int
    buy_tag: str
    sell_tag: str
    held: Decimal = ZERO
    cost: Decimal = ZERO
    is_buying: bool = False
    sold_part: Decimal = ZERO

    def is_buy_wanted(self, market: Market, price: Decimal) -> bool:
        """Tell whether its buy should rest: it is empty, or what it got so far is too little to be sold."""
        if self.is_buying or self.held <= 0:
            return True
        return self.held < market.dust_threshold or self.held * price < market.min_notional

    def sell_price(self, prices: tuple[Decimal, ...], market: Market) -> Decimal:
        """Return one level above its own, or the first that pays the fees if the range was changed meanwhile."""
        paying = market.ceil_price(self.cost / self.held * (ONE + 2 * market.fee_rate))
        above = [price for price in prices[self.number :] if price >= paying]
        if above:
            return above[0]
        return min((price for price in prices if price >= paying), default=paying)


def grid_slots(
    prices: tuple[Decimal, ...], fills: Mapping[str, tuple[Fill, ...]], orders: Mapping[str, Order]
) -> tuple[GridSlot, ...]:
    """Return the slots of all buying levels, and after them those of levels an edit has removed but that still hold."""
    numbers = range(1, len(prices))
    bought = (level_number(tag) for tag in fills if tag.startswith(BUY))
    older = sorted(number for number in bought if number >= len(prices))
    return tuple(_slot(number, fills, orders) for number in (*numbers, *older))


@lru_cache(maxsize=1024)
def level_number(tag: str) -> int:
    """Return the level that an order of a grid buys or sells, 0 for other orders."""
    kind, _, number = tag.rpartition("-")
    return int(number) if f"{kind}-" in {BUY, SELL} and number.isdecimal() else 0


def _slot(number: int, fills: Mapping[str, tuple[Fill, ...]], orders: Mapping[str, Order]) -> GridSlot:
    empty = _empty_slot(number)
    bought, sold = fills.get(empty.buy_tag, ()), fills.get(empty.sell_tag, ())
    buy, sell = orders.get(empty.buy_tag), orders.get(empty.sell_tag)
    if not bought and not sold and sell is None and (buy is None or not buy.filled_quantity):
        return empty
    quantity = sum((fill.quantity for fill in bought), ZERO)
    held = quantity - sum((fill.quantity for fill in sold), ZERO)
    value = sum((fill.quantity * fill.price for fill in bought), ZERO)
    return replace(
        empty,
        held=held,
        cost=value / quantity * held if quantity else ZERO,
        is_buying=buy is not None and buy.filled_quantity > 0,
        sold_part=sell.filled_quantity if sell is not None else ZERO,
    )


@lru_cache(maxsize=1024)
def _empty_slot(number: int) -> GridSlot:
    # A grid has hundreds of levels and asks for all of them with every candle and fill; hardly any is in use.
    return GridSlot(number=number, buy_tag=f"{BUY}{number}", sell_tag=f"{SELL}{number}")
