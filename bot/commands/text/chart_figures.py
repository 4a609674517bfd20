"""Figures of charts, as texts that drawings and captions share: prices, money, percent."""

import math
from decimal import Decimal

from bot.commands.reply.amount_visibility import show_amounts
from bot.commands.reply.inline_time import plain_text
from bot.commands.text import numbers
from bot.domain.money import MAX_PLACES, MONEY_PLACES, TWO_DIGIT_CURRENCIES, ZERO, to_decimal
from bot.ports.charts import PERCENT

_SIGNIFICANT = 7
_LARGEST = 1e16
_SUFFIXES = ((1e12, "T"), (1e9, "B"))


def price_text(price: float, decimals: int) -> str:
    """Format a price to the tick, as cards and tables do."""
    if abs(price) >= _LARGEST:
        return f"{price:.2e}"
    return numbers.price(to_decimal(price) if price else ZERO, Decimal(1).scaleb(-decimals))


def money_decimals(currency: str, largest: float) -> int:
    """Return the decimals of amounts up to `largest`: cents for dollars and the like, up to 8 for coins."""
    size = abs(largest)
    magnitude = math.floor(math.log10(size)) + 1 if size > 0 else 0
    if currency == PERCENT:
        return MONEY_PLACES
    if currency in TWO_DIGIT_CURRENCIES:
        # A non-zero amount never shows as 0.00: two digits stay.
        return min(2 - magnitude, MAX_PLACES) if size and magnitude < 0 else MONEY_PLACES
    return max(MONEY_PLACES, min(MAX_PLACES, _SIGNIFICANT - magnitude))


def money_text(amount: float, decimals: int) -> str:
    """Format an amount with thousands commas, shortened from a billion on; zero has no sign."""
    size = abs(amount)
    if size >= _LARGEST:
        return f"{amount:.2e}"
    for unit, suffix in _SUFFIXES:
        if size >= unit:
            return f"{amount / unit:,.2f}{suffix}"
    rounded = round(to_decimal(amount), decimals)
    return f"{rounded if rounded else abs(rounded):,.{decimals}f}"


def signed_text(amount: float, decimals: int) -> str:
    """Format a profit or loss with its sign; zero has none."""
    text = money_text(amount, decimals)
    is_positive = any(digit in text for digit in "123456789") and amount > 0
    return f"+{text}" if is_positive else text


def tick_text(amount: float, decimals: int, currency: str) -> str:
    """Format an amount without its currency, a percentage with its sign."""
    return f"{money_text(amount, decimals)}{PERCENT if currency == PERCENT else ''}"


def signed_amount_text(amount: float, decimals: int, currency: str) -> str:
    """Format a profit or loss without its currency, a percentage with its sign."""
    return f"{signed_text(amount, decimals)}{PERCENT if currency == PERCENT else ''}"


def figure_text(amount: float, currency: str) -> str:
    """Format an amount as cards do, without its currency; where amounts are hidden it is a percentage."""
    if currency == PERCENT:
        return percent_text(amount / 100)
    if abs(amount) >= _SUFFIXES[-1][0]:
        return money_text(amount, MONEY_PLACES)
    # A picture with amounts is sent only where they are shown.
    money = plain_text(show_amounts(numbers.money(to_decimal(amount) if amount else ZERO, currency)))
    return money.removesuffix(f" {currency}")


def percent_text(ratio: float) -> str:
    """Format a ratio as percent: two decimals, none from 1,000 % on."""
    return numbers.percent(to_decimal(ratio))
