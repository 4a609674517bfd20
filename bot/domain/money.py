"""Exact money: the decimal context and the one place where amounts are rounded."""

import decimal
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_UP, Decimal

PRECISION = 60
ZERO = Decimal(0)
ONE = Decimal(1)

__all__ = ["ONE", "PRECISION", "ROUND_DOWN", "ROUND_HALF_EVEN", "ROUND_UP", "ZERO", "Decimal", "Money"]


@dataclass(frozen=True, slots=True)
class Money:
    """An amount of a currency, money or a quantity: what a group may not be shown."""

    value: Decimal
    currency: str


def use_money_context() -> None:
    """Set 60 digits for this thread and all later ones; must be called before any money is read or computed."""
    decimal.DefaultContext.prec = PRECISION
    decimal.getcontext().prec = PRECISION


def round_to_step(value: Decimal, step: Decimal, rounding: str) -> Decimal:
    """Round `value` to a multiple of `step` in the given `decimal` rounding direction.

    The result has the step's exponent, so it prints as the market writes it.
    """
    return ((value / step).quantize(ONE, rounding=rounding) * step).quantize(step)


def to_decimal(number: float) -> Decimal:
    """Return the shortest decimal that reads back as the float of a candle."""
    return Decimal(repr(float(number)))
