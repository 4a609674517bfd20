"""The orders that a grid wants, level by level.

They are kept from one plan to the next, so that a fill asks again for the levels it changed and not for hundreds. What
is kept is compared with what the plan sees, so it never matters whose plan was the last one.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal

from bot.domain.fill import Fill
from bot.domain.market import Market
from bot.domain.money import ZERO
from bot.domain.order import Order, OrderSide
from bot.domain.plan import DesiredOrder
from strategies.grid_level import level_quantity
from strategies.grid_slot import GridSlot, desired_order, grid_slots, level_number, read_slot, sell_price
from strategies.remembered import remember_by_identity


@dataclass(frozen=True, slots=True, kw_only=True)
class GridState:
    """What a grid decides from: its level prices and what it sees, `amount` is what a level spends.

    `follows_capital` tells that the amount is a share of the capital, which changes with every loss.
    """

    prices: tuple[Decimal, ...]
    market: Market
    fills: Mapping[str, tuple[Fill, ...]]
    orders: Mapping[str, Order]
    held: Decimal
    close: Decimal
    amount: Decimal
    follows_capital: bool


@dataclass(frozen=True, slots=True)
class GridWishes:
    """The buys, nearest to the price first: they must not wait when orders per minute are limited; and the sells."""

    buys: tuple[DesiredOrder, ...]
    sells: tuple[DesiredOrder, ...]


def grid_wishes(state: GridState) -> GridWishes:
    """Return what should rest at all levels."""
    levels = _kept_levels(state.prices, state.market)
    if levels.update(state):
        return GridWishes(tuple(filter(None, reversed(levels.buys))), tuple(filter(None, levels.sells)))
    return wishes_from_scratch(state)


def wishes_from_scratch(state: GridState) -> GridWishes:
    """Return the same by asking every level, those that an edit has removed too."""
    slots = grid_slots(state.prices, state.fills, state.orders)
    buys = [_buy(state, slot) for slot in slots[: len(state.prices) - 1]]
    sells, left = [], state.held
    for slot in slots:
        # Fees in base may leave less than the levels bought: the lowest levels sell what there is.
        quantity = _whole_steps(slot.held if slot.held <= left else left, state.market)
        if slot.held > 0:
            left -= quantity
            sells.append(_sell(state, slot, quantity))
    return GridWishes(tuple(filter(None, reversed(buys))), tuple(filter(None, sells)))


class _KeptLevels:
    def __init__(self, count: int) -> None:
        self._fills: Mapping[str, tuple[Fill, ...]] = {}
        self._orders: Mapping[str, Order] = {}
        self._slots = [read_slot(number, {}, {}) for number in range(1, count + 1)]
        self._held = ZERO
        self._terms: tuple[object, ...] = ()
        self._close = self._amount = ZERO
        self._needs_amount: set[int] = set()
        self.buys: list[DesiredOrder | None] = [None] * count
        self.sells: list[DesiredOrder | None] = [None] * count

    def update(self, state: GridState) -> bool:
        """Ask the levels that changed; return False if levels depend on one another, or on some that are gone."""
        changed = _changed_levels(self._fills, state.fills) | _changed_levels(self._orders, state.orders)
        if max(changed, default=0) > len(self._slots):
            return False
        self._fills, self._orders = state.fills, state.orders
        for number in changed:
            slot = read_slot(number, state.fills, state.orders)
            self._held += slot.held - self._slots[number - 1].held
            self._slots[number - 1] = slot
            whole = _whole_steps(slot.held, state.market)
            self.sells[number - 1] = _sell(state, slot, whole) if slot.held > 0 else None
        for number in changed | self._levels_to_buy_anew(state):
            slot = self._slots[number - 1]
            self.buys[number - 1] = _buy(state, slot)
            (self._needs_amount.discard if _is_at_rest(state, slot) else self._needs_amount.add)(number)
        self._close, self._amount, self._terms = state.close, state.amount, (state.follows_capital,)
        return self._held <= state.held

    def _levels_to_buy_anew(self, state: GridState) -> set[int]:
        if self._terms != (state.follows_capital,) or (not state.follows_capital and state.amount != self._amount):
            return set(range(1, len(self._slots) + 1))
        anew = set(self._needs_amount) if state.amount != self._amount else set()
        if state.close != self._close:
            low, high = sorted((state.close, self._close))
            last = min(bisect_right(state.prices, high), len(self._slots))
            anew.update(range(bisect_left(state.prices, low) + 1, last + 1))
        return anew


@remember_by_identity
def _kept_levels(prices: tuple[Decimal, ...], market: Market) -> _KeptLevels:
    del market
    return _KeptLevels(len(prices) - 1)


def _changed_levels(before: Mapping[str, object], now: Mapping[str, object]) -> set[int]:
    if before is now:
        return set()
    tags = [tag for tag, value in now.items() if before.get(tag) is not value]
    tags += before.keys() - now.keys()
    return {number for tag in tags if (number := level_number(tag))}


def _is_at_rest(state: GridState, slot: GridSlot) -> bool:
    """Tell whether a level's buy rests at its price: a shared amount follows the capital, but not so closely."""
    resting = state.orders.get(slot.buy_tag)
    return resting is not None and state.follows_capital and resting.intent.price == state.prices[slot.number - 1]


def _buy(state: GridState, slot: GridSlot) -> DesiredOrder | None:
    price, resting = state.prices[slot.number - 1], state.orders.get(slot.buy_tag)
    # An order that rests at or above the close is about to fill: canceling it would only race with that.
    if (price >= state.close and resting is None) or not slot.is_buy_wanted(state.market, price):
        return None
    if resting is not None and _is_at_rest(state, slot):
        quantity = resting.intent.quantity
    else:
        quantity = level_quantity(state.amount, price, state.market)
    return desired_order(slot, OrderSide.BUY, price, quantity) if quantity else None


def _sell(state: GridState, slot: GridSlot, quantity: Decimal) -> DesiredOrder | None:
    price, market = sell_price(slot, state.prices, state.market), state.market
    is_sellable = quantity >= market.dust_threshold and quantity * price >= market.min_notional
    if not is_sellable and not slot.sold_part:
        return None
    # The engine compares original quantities, of which a part may be filled already.
    whole = quantity + slot.sold_part if slot.sold_part else quantity
    return desired_order(slot, OrderSide.SELL, price, whole)


@remember_by_identity
def _whole_steps(quantity: Decimal, market: Market) -> Decimal:
    return market.floor_quantity(quantity)
