"""Barriers: conditional exits that guard a position (RISK.md, per position), one row per barrier.

A new barrier is a row of BARRIERS and a field of Barriers; `setting_fields` describes its setting.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from bot.domain.market import Market
from bot.domain.money import ONE
from bot.domain.order import OrderType
from bot.domain.trade import ExitReason, Ledger


@dataclass(frozen=True, slots=True, kw_only=True)
class GuardedPosition:
    """What a barrier's level depends on.

    `sign` is +1 for long and -1 for short; `best_price` the most favourable price of earlier candles since
    the entry.
    """

    average_entry: Decimal
    sign: int
    best_price: Decimal
    opened_at: datetime | None = None
    now: datetime | None = None


LevelFunction = Callable[[Decimal, GuardedPosition], Decimal | None]
"""Returns the unrounded price of a barrier's setting and a position, None while it is not active."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Barrier:
    """A kind of conditional exit: a STOP waits for a worse price, a TARGET for a better one.

    `tag` names its orders, `setting` the field of Barriers. If `is_fixed`, the level follows from the average entry
    alone, so that a backtest may search for its touch instead of computing it at each candle.
    """

    tag: str
    setting: str
    order_type: OrderType
    reason: ExitReason
    level: LevelFunction
    is_fixed: bool = False

    @property
    def label(self) -> str:
        """Return the name that people call it."""
        return self.tag.replace("_", " ")

    def is_touched(self, price: Decimal, level: Decimal, sign: int) -> bool:
        """Return whether `price` is at the level or beyond, for a long (sign +1) or short (-1) position."""
        return (price - level) * (sign if self.order_type is OrderType.STOP else -sign) <= 0

    def level_on_tick(self, setting: Decimal, position: GuardedPosition, market: Market) -> Decimal | None:
        """Return the price on the tick, rounded away from the entry: a long's stop down and target up."""
        raw = self.level(setting, position)
        if raw is None:
            return None
        is_below = (self.order_type is OrderType.STOP) == (position.sign > 0)
        return market.floor_price(raw) if is_below else market.ceil_price(raw)


STOP_LOSS = Barrier(
    tag="stop_loss",
    setting="stop_loss",
    order_type=OrderType.STOP,
    reason=ExitReason.STOP_LOSS,
    level=lambda share, position: position.average_entry * (ONE - position.sign * share),
    is_fixed=True,
)
TAKE_PROFIT = Barrier(
    tag="take_profit",
    setting="take_profit",
    order_type=OrderType.TARGET,
    reason=ExitReason.TAKE_PROFIT,
    level=lambda share, position: position.average_entry * (ONE + position.sign * share),
    is_fixed=True,
)
BARRIERS = (STOP_LOSS, TAKE_PROFIT)
"""All barriers; of those touched in one candle the first one closes, so stops stand before targets (pessimistic)."""


def barrier_by_tag(tag: str) -> Barrier:
    """Return the barrier of an order with purpose BARRIER."""
    return next(barrier for barrier in BARRIERS if barrier.tag == tag)


@dataclass(frozen=True, slots=True, kw_only=True)
class Barriers:
    """A bot's barrier settings, one field per setting of BARRIERS: fractions of the average entry; None is off."""

    stop_loss: Decimal | None = None
    take_profit: Decimal | None = None

    def setting(self, name: str) -> Decimal | None:
        value = getattr(self, name)
        return value if isinstance(value, Decimal) else None

    @property
    def active(self) -> tuple[tuple[Barrier, Decimal], ...]:
        """Return the barriers that are on, each with its setting."""
        return tuple((barrier, value) for barrier in BARRIERS if (value := self.setting(barrier.setting)) is not None)

    @property
    def is_any_set(self) -> bool:
        return bool(self.active)


@dataclass(frozen=True, slots=True)
class BarrierLevel:
    """The price of one barrier of a position, on the market's tick."""

    barrier: Barrier
    price: Decimal


@dataclass(frozen=True, slots=True)
class BarrierLevels:
    """All barrier prices of one position; `sign` is its direction."""

    rows: tuple[BarrierLevel, ...] = ()
    sign: int = 1

    @property
    def stop(self) -> Decimal | None:
        """Return the stop price that is touched first."""
        return self._nearest(OrderType.STOP, highest=self.sign > 0)

    @property
    def target(self) -> Decimal | None:
        """Return the target price that is touched first."""
        return self._nearest(OrderType.TARGET, highest=self.sign < 0)

    def price_of(self, tag: str) -> Decimal | None:
        """Return the price of one barrier, None while it is not active."""
        return next((row.price for row in self.rows if row.barrier.tag == tag), None)

    def _nearest(self, order_type: OrderType, *, highest: bool) -> Decimal | None:
        prices = [row.price for row in self.rows if row.barrier.order_type is order_type]
        return (max if highest else min)(prices, default=None)


NO_LEVELS = BarrierLevels()


@dataclass(frozen=True, slots=True, kw_only=True)
class LevelChange:
    """What an edit does to the guard of an open position: the stop before and after it, for a direction.

    `touched` is the new level that the last price is beyond already, so that the position is sold at once.
    """

    sign: int = 1
    before: Decimal | None = None
    after: Decimal | None = None
    touched: BarrierLevel | None = None

    @property
    def is_released(self) -> bool:
        """Tell whether a stop guarded the position and none does any more."""
        return self.before is not None and self.after is None

    @property
    def is_loosened(self) -> bool:
        """Tell whether the stop moves farther away."""
        return self.before is not None and self.after is not None and (self.after - self.before) * self.sign < 0

    @property
    def needs_confirmation(self) -> bool:
        return self.is_released or self.is_loosened or self.touched is not None


NO_CHANGE = LevelChange()


def level_change(old: BarrierLevels, new: BarrierLevels, last_price: Decimal | None) -> LevelChange:
    """Compare the levels of a position before and after an edit, at the last price."""
    before = {row.barrier.tag: row.price for row in old.rows}
    changed = [row for row in new.rows if before.get(row.barrier.tag) != row.price]
    touched = [
        row for row in changed if last_price is not None and row.barrier.is_touched(last_price, row.price, new.sign)
    ]
    sign = new.sign if new.rows else old.sign
    return LevelChange(sign=sign, before=old.stop, after=new.stop, touched=touched[0] if touched else None)


def barrier_levels(barriers: Barriers, position: GuardedPosition, market: Market) -> BarrierLevels:
    rows = tuple(
        BarrierLevel(barrier, price)
        for barrier, setting in barriers.active
        if (price := barrier.level_on_tick(setting, position, market)) is not None
    )
    return BarrierLevels(rows, position.sign)


def position_levels(
    barriers: Barriers, ledger: Ledger, market: Market, best_price: Decimal | None, now: datetime | None
) -> BarrierLevels:
    """Return the barrier prices of a ledger's open position, none while it is flat."""
    position = ledger.position
    if ledger.trade is None or not barriers.is_any_set:
        return NO_LEVELS
    guarded = GuardedPosition(
        average_entry=position.average_entry,
        sign=position.sign,
        best_price=best_price or position.average_entry,
        opened_at=ledger.trade.opened_at.market,
        now=now,
    )
    return barrier_levels(barriers, guarded, market)
