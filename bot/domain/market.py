"""Markets with their rules, modes, timeframes and series."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import ROUND_DOWN, ROUND_UP, Decimal
from enum import StrEnum

from bot.domain.ids import Symbol, VenueId
from bot.domain.money import Money, round_to_step


class Mode(StrEnum):
    """Kind of prices and fills: play money on recorded or live prices, a test system, or real money."""

    PRACTICE = "PRACTICE"
    PAPER = "PAPER"
    SANDBOX = "SANDBOX"
    LIVE = "LIVE"

    @property
    def is_play_money(self) -> bool:
        """Tell whether what an account holds is made up by us."""
        return self in (Mode.PRACTICE, Mode.PAPER)


MODES_BY_RISK = (Mode.LIVE, Mode.SANDBOX, Mode.PAPER, Mode.PRACTICE)


class Timeframe(StrEnum):
    """Duration of a candle."""

    M1 = "1m"
    M5 = "5m"
    M15 = "15m"
    M30 = "30m"
    H1 = "1h"
    H4 = "4h"
    D1 = "1d"

    @property
    def duration(self) -> timedelta:
        """Return the time from a candle's open to its close."""
        return _DURATIONS[self]


_DURATIONS = {
    Timeframe.M1: timedelta(minutes=1),
    Timeframe.M5: timedelta(minutes=5),
    Timeframe.M15: timedelta(minutes=15),
    Timeframe.M30: timedelta(minutes=30),
    Timeframe.H1: timedelta(hours=1),
    Timeframe.H4: timedelta(hours=4),
    Timeframe.D1: timedelta(days=1),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Market:
    """A tradable pair with the rules its venue sets for orders."""

    symbol: Symbol
    base: str
    quote: str
    tick: Decimal
    step: Decimal
    min_quantity: Decimal
    min_notional: Decimal
    fee_rate: Decimal

    @property
    def dust_threshold(self) -> Decimal:
        """Return the quantity below which a position counts as flat."""
        return max(self.step, self.min_quantity)

    def size_against_minimum(self, quantity: Decimal, price: Decimal) -> tuple[Money, Money]:
        """Return an order's size and the minimum it has to reach: in base where the quantity is too small."""
        if quantity < self.min_quantity:
            return Money(quantity, self.base), Money(self.min_quantity, self.base)
        return Money(quantity * price, self.quote), Money(self.min_notional, self.quote)

    def floor_quantity(self, quantity: Decimal) -> Decimal:
        return round_to_step(quantity, self.step, ROUND_DOWN)

    def floor_price(self, price: Decimal) -> Decimal:
        return round_to_step(price, self.tick, ROUND_DOWN)

    def ceil_price(self, price: Decimal) -> Decimal:
        return round_to_step(price, self.tick, ROUND_UP)

    def price_with_tick_digits(self, price: Decimal) -> Decimal:
        """Return the price with the digits of the tick; a price between two ticks is returned unchanged."""
        on_tick = self.floor_price(price)
        return on_tick if on_tick == price else price


@dataclass(frozen=True, slots=True, kw_only=True)
class Series:
    """Identity of a stream of candles."""

    venue: VenueId
    symbol: Symbol
    timeframe: Timeframe
