"""Formats of numbers in charts (UX.md, number rules)."""

import math

from bot.commands.text.numbers import MAX_PLACES, TWO_DIGIT_CURRENCIES

_SIGNIFICANT = 7
_LARGEST = 1e16
_SUFFIXES = ((1e12, "T"), (1e9, "B"))


def price_text(price: float, decimals: int) -> str:
    """Format a price to the tick, with thousands commas."""
    return _without_minus_zero(f"{price:,.{decimals}f}")


def money_decimals(currency: str, largest: float) -> int:
    """Return the decimals of amounts up to `largest`: cents for dollars and the like, up to 8 for coins."""
    size = abs(largest)
    magnitude = math.floor(math.log10(size)) + 1 if size > 0 else 0
    if currency in TWO_DIGIT_CURRENCIES:
        # A non-zero amount never shows as 0.00: two digits stay.
        return min(2 - magnitude, MAX_PLACES) if size and magnitude < 0 else 2
    return max(2, min(MAX_PLACES, _SIGNIFICANT - magnitude))


def money_text(amount: float, decimals: int) -> str:
    """Format an amount with thousands commas, shortened from a billion on."""
    size = abs(amount)
    if size >= _LARGEST:
        return f"{amount:.2e}"
    for unit, suffix in _SUFFIXES:
        if size >= unit:
            return f"{amount / unit:,.2f}{suffix}"
    return price_text(amount, decimals)


def signed_text(amount: float, decimals: int) -> str:
    """Format a profit or loss with its sign; zero has none."""
    text = money_text(amount, decimals)
    is_positive = any(digit in text for digit in "123456789") and amount > 0
    return f"+{text}" if is_positive else text


def percent_text(ratio: float) -> str:
    """Format a ratio as percent: two decimals, none from 1,000 % on."""
    percent = 100 * ratio
    decimals = 2 if abs(percent) < 1000 else 0  # noqa: PLR2004 - the number rule of UX.md
    return _without_minus_zero(f"{percent:,.{decimals}f}") + "%"


def _without_minus_zero(text: str) -> str:
    return text if any(digit in text for digit in "123456789") else text.removeprefix("-")
