"""Exact money: the decimal context and the one place where amounts are rounded."""

import decimal
from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_UP, Decimal

PRECISION = 60
ZERO = Decimal(0)
ONE = Decimal(1)
TWO_DIGIT_CURRENCIES = frozenset(
    {
        *("USDT", "USDC", "BUSD", "FDUSD", "TUSD", "USDP", "USD1", "USDE", "USDS", "PYUSD", "RLUSD", "DAI"),
        *("USD", "EUR", "EURC", "EURI", "AEUR", "GBP", "CHF", "AUD", "CAD", "TRY", "BRL", "PLN", "ZAR", "MXN"),
    }
)
MONEY_PLACES = 2
MAX_PLACES = 8

__all__ = [
    "MAX_PLACES",
    "MONEY_PLACES",
    "ONE",
    "PRECISION",
    "ROUND_DOWN",
    "ROUND_HALF_EVEN",
    "ROUND_UP",
    "TWO_DIGIT_CURRENCIES",
    "ZERO",
    "Decimal",
    "Money",
]


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


def money_quantum(currency: str) -> Decimal:
    """Return the smallest amount of a currency that is written: cents, or the eighth digit of a coin."""
    return ONE.scaleb(-(MONEY_PLACES if currency in TWO_DIGIT_CURRENCIES else MAX_PLACES))


def round_money(value: Decimal, currency: str) -> Decimal:
    """Round an amount as it is written: sums of rounded amounts add up wherever they are shown."""
    return value.quantize(money_quantum(currency), rounding=ROUND_HALF_EVEN)


def to_decimal(number: float) -> Decimal:
    """Return the shortest decimal that reads back as the float of a candle."""
    return Decimal(repr(float(number)))
