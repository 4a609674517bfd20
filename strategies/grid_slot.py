"""One buying level of a grid with what it holds, read from fills and open orders."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache

from bot.domain.fill import Fill
from bot.domain.market import Market
from bot.domain.money import ONE, ZERO
from bot.domain.order import Order, OrderSide
from bot.domain.plan import DesiredOrder
from strategies.remembered import remember_by_identity

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


@remember_by_identity
def sell_price(slot: GridSlot, prices: tuple[Decimal, ...], market: Market) -> Decimal:
    """Return one level above the slot's own, or the first that pays the fees if the range was changed meanwhile."""
    paying = market.ceil_price(slot.cost / slot.held * (ONE + 2 * market.fee_rate))
    above = next((price for price in prices[slot.number :] if price >= paying), None)
    return min((price for price in prices if price >= paying), default=paying) if above is None else above


@remember_by_identity
def desired_order(slot: GridSlot, side: OrderSide, price: Decimal, quantity: Decimal) -> DesiredOrder:
    """Return the order of a slot that should rest."""
    tag = slot.buy_tag if side is OrderSide.BUY else slot.sell_tag
    return DesiredOrder(tag, side, price, quantity, f"{side.value} level {slot.number}")


def grid_slots(
    prices: tuple[Decimal, ...], fills: Mapping[str, tuple[Fill, ...]], orders: Mapping[str, Order]
) -> tuple[GridSlot, ...]:
    """Return the slots of all buying levels, and after them those of levels an edit has removed but that still hold."""
    numbers = range(1, len(prices))
    bought = (level_number(tag) for tag in fills if tag.startswith(BUY))
    older = sorted(number for number in bought if number >= len(prices))
    return tuple(read_slot(number, fills, orders) for number in (*numbers, *older))


@lru_cache(maxsize=1024)
def level_number(tag: str) -> int:
    """Return the level that an order of a grid buys or sells, 0 for other orders."""
    kind, _, number = tag.rpartition("-")
    return int(number) if f"{kind}-" in {BUY, SELL} and number.isdecimal() else 0


def read_slot(number: int, fills: Mapping[str, tuple[Fill, ...]], orders: Mapping[str, Order]) -> GridSlot:
    """Return what a level holds and what it has at work."""
    empty = _empty_slot(number)
    bought, sold = fills.get(empty.buy_tag, ()), fills.get(empty.sell_tag, ())
    buy, sell = orders.get(empty.buy_tag), orders.get(empty.sell_tag)
    if not bought and not sold and sell is None and (buy is None or not buy.filled_quantity):
        return empty
    return _used_slot(empty, bought, sold, buy, sell)


@remember_by_identity
def _used_slot(
    empty: GridSlot, bought: tuple[Fill, ...], sold: tuple[Fill, ...], buy: Order | None, sell: Order | None
) -> GridSlot:
    quantity, value = _sums(bought)
    held = quantity - _sums(sold)[0]
    return replace(
        empty,
        held=held,
        cost=value / quantity * held if quantity else ZERO,
        is_buying=buy is not None and buy.filled_quantity > 0,
        sold_part=sell.filled_quantity if sell is not None else ZERO,
    )


@remember_by_identity
def _sums(fills: tuple[Fill, ...]) -> tuple[Decimal, Decimal]:
    """Return quantity and value."""
    return sum((fill.quantity for fill in fills), ZERO), sum((fill.quantity * fill.price for fill in fills), ZERO)


@lru_cache(maxsize=1024)
def _empty_slot(number: int) -> GridSlot:
    # A grid has hundreds of levels and asks for all of them with every candle and fill; hardly any is in use.
    return GridSlot(number=number, buy_tag=f"{BUY}{number}", sell_tag=f"{SELL}{number}")
