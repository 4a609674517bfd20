"""Conditional exits that guard a position (RISK.md, per position)."""

from dataclasses import dataclass
from decimal import Decimal

from bot.domain.market import Market
from bot.domain.money import ONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Barriers:
    """Fractions of the average entry at which a position is left; None is off."""

    stop_loss: Decimal | None = None
    take_profit: Decimal | None = None

    @property
    def is_any_set(self) -> bool:
        """Tell whether at least one barrier is on."""
        return self.stop_loss is not None or self.take_profit is not None


@dataclass(frozen=True, slots=True)
class BarrierLevels:
    """Prices of the barriers of one position, on the market's tick; None is off."""

    stop: Decimal | None
    target: Decimal | None


def barrier_levels(barriers: Barriers, average_entry: Decimal, sign: int, market: Market) -> BarrierLevels:
    """Compute the barrier prices of a long (sign +1) or short (-1) position.

    Rounded to the tick away from the entry: a long's stop down and target up, a short's mirrored.
    """
    away_below, away_above = market.floor_price, market.ceil_price
    stop = target = None
    if barriers.stop_loss is not None:
        raw = average_entry * (ONE - sign * barriers.stop_loss)
        stop = away_below(raw) if sign > 0 else away_above(raw)
    if barriers.take_profit is not None:
        raw = average_entry * (ONE + sign * barriers.take_profit)
        target = away_above(raw) if sign > 0 else away_below(raw)
    return BarrierLevels(stop, target)
