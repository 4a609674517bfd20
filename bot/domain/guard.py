"""Guards of a position: what of its barriers works now, and why one does not."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from bot.domain.money import Money
from bot.domain.order import OrderType


class GuardState(StrEnum):
    """Whether a barrier works: its order rests at the venue, we watch its price, it is on its way, or it is missing."""

    RESTING = "resting"
    WATCHED = "watched"
    PENDING = "pending"
    MISSING = "missing"


class GuardGap(StrEnum):
    """Reason why no order of a barrier rests at the venue."""

    TOO_SMALL = "too small"
    REFUSED = "refused"
    NOT_POSSIBLE = "not possible"
    CANCELED = "canceled"
    LET_GO = "let go"
    BEING_SOLD = "being sold"


WORKING_STATES = frozenset({GuardState.RESTING, GuardState.WATCHED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Guard:
    """One barrier of an open position; `gap` is None for one that rests at the venue or is about to."""

    tag: str
    order_type: OrderType
    price: Decimal
    quantity: Decimal
    state: GuardState
    gap: GuardGap | None = None

    @property
    def value(self) -> Decimal:
        """Return what it would bring, in quote."""
        return self.quantity * self.price

    @property
    def is_working(self) -> bool:
        return self.state in WORKING_STATES


@dataclass(frozen=True, slots=True)
class PositionGuards:
    """All barriers of one position; `sign` is its direction, `rows` empty without a position or a barrier setting."""

    rows: tuple[Guard, ...] = ()
    sign: int = 1

    @property
    def stop(self) -> Guard | None:
        """Return the stop that is touched first of those that work, else of all."""
        return self._first(OrderType.STOP, highest=self.sign > 0)

    @property
    def target(self) -> Guard | None:
        """Return the target that is touched first of those that work, else of all."""
        return self._first(OrderType.TARGET, highest=self.sign < 0)

    @property
    def stop_price(self) -> Decimal | None:
        """Return the price of the stop that works now, None without one."""
        return self.stop.price if self.stop is not None and self.stop.is_working else None

    @property
    def target_price(self) -> Decimal | None:
        """Return the price of the target that works now, None without one."""
        return self.target.price if self.target is not None and self.target.is_working else None

    def _first(self, order_type: OrderType, *, highest: bool) -> Guard | None:
        rows = [row for row in self.rows if row.order_type is order_type]
        pick = max if highest else min
        return pick([row for row in rows if row.is_working] or rows, key=lambda row: row.price, default=None)


NO_GUARDS = PositionGuards()


@dataclass(frozen=True, slots=True, kw_only=True)
class StopLost:
    """No stop of a position rests at its venue; `is_watched` if we watch its price instead.

    `found` is the size of the stop, `minimum` the least that the venue takes, `error` the venue's words.
    """

    gap: GuardGap
    price: Decimal
    held: Decimal
    found: Money
    minimum: Money
    is_watched: bool
    error: str = ""
    reference: str = ""
