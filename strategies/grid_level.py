"""Levels of a grid: their prices and quantities."""

from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache

from bot.domain.market import Market
from bot.engine.trading.planning import default_stake
from strategies.remembered import remember_by_identity


@dataclass(frozen=True, slots=True)
class GridSpacing:
    """The range of a grid and its division."""

    lower: Decimal
    upper: Decimal
    levels: int
    is_geometric: bool


@lru_cache(maxsize=1024)
def level_prices(spacing: GridSpacing, market: Market) -> tuple[Decimal, ...]:
    """Return the prices of all levels on the market's tick, lowest first; in too narrow a range some are equal."""
    parts = spacing.levels - 1
    if spacing.is_geometric:
        ratio = spacing.upper / spacing.lower
        raw = [spacing.lower * ratio ** (Decimal(i) / parts) for i in range(spacing.levels)]
    else:
        width = spacing.upper - spacing.lower
        raw = [spacing.lower + width * i / parts for i in range(spacing.levels)]
    # An inexact division must not cost a whole tick.
    shave = market.tick / 1_000_000
    return tuple(market.floor_price(price + shave) for price in raw)


@remember_by_identity
def level_quantity(amount: Decimal, price: Decimal, market: Market) -> Decimal:
    """Return the quantity that `amount` of quote buys at a level."""
    return market.floor_quantity(amount / price)


def shared_amount(capital: Decimal, levels: int, market: Market) -> Decimal:
    """Divide the capital among all levels that buy (all but the highest), with fees kept back."""
    return default_stake(capital, market.fee_rate) / (levels - 1)
