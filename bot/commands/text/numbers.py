"""How figures are written (UX.md, section 2): prices, quantities, money, profit, percent.

Signs are ASCII, zero has none, and what is not zero never shows as zero. What a group may not see is a typed amount.
"""

from collections.abc import Sequence
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, Decimal

from bot.commands.reply.amount import Amount, AmountKind
from bot.commands.reply.inline_time import RichText, join_text
from bot.domain.money import MONEY_PLACES, ONE, ZERO, money_quantum, round_money

NOT_AVAILABLE = "n/a"
WHOLE_PERCENT_FROM = Decimal(1000)
MAX_TOTAL_WITH_COUNTS = 20
HUNDRED = Decimal(100)
ProfitRow = tuple[RichText, ...]


def decimal_places(step: Decimal) -> int:
    """Return the number of digits after the point of a tick or step."""
    return written_places(step.normalize())


def written_places(value: Decimal) -> int:
    """Return the number of digits after the point, trailing zeros included."""
    exponent = value.as_tuple().exponent
    return max(-exponent, 0) if isinstance(exponent, int) else 0


def price(value: Decimal, tick: Decimal) -> str:
    """Format a price for a sentence: to the tick, with thousands commas."""
    return f"{_visible(value, decimal_places(tick)):,f}"


def table_price(value: Decimal, tick: Decimal) -> str:
    """Format a price for tables, files and copying: to the tick, without commas."""
    return f"{_visible(value, decimal_places(tick)):f}"


def bare_quantity(value: Decimal, step: Decimal) -> RichText:
    """Write a quantity to the step, without its currency; less than a step keeps its first two digits."""
    return _quantity(_quantity_figure(value, step))


def quantity(value: Decimal, step: Decimal, base: str) -> RichText:
    """Write a quantity to the step with its base currency."""
    return _quantity(f"{_quantity_figure(value, step)} {base}")


def exact_quantity(value: Decimal, base: str = "") -> RichText:
    """Write a quantity of a fact with the digits its venue gave it, thousands commas and, if given, its currency."""
    return _quantity(f"{value:,f} {base}".strip())


def coin_amount(value: Decimal) -> RichText:
    """Write what is held of a coin, with all its digits but no noise."""
    return _quantity(f"{value.normalize():f}" if value else "0")


def table_amount(value: Decimal, currency: str) -> RichText:
    """Write an amount of money without sign, commas or currency."""
    return _money(f"{_rounded_money(value, currency):f}")


def money(value: Decimal, currency: str) -> RichText:
    """Write money for a sentence, always with its currency."""
    return _money(f"{_rounded_money(value, currency):,f} {currency}")


def typed_amount(value: Decimal) -> RichText:
    """Write an amount of money as it was given, with thousands commas, where its currency stands beside it."""
    return _money(f"{value.normalize():,f}")


def signed_amount(value: Decimal, currency: str) -> RichText:
    """Write a profit or loss for a table: sign, no currency."""
    return _money(_signed(_rounded_money(value, currency), grouped=False))


def signed_money(value: Decimal, currency: str) -> RichText:
    """Write a profit or loss for a sentence, without percent."""
    return _money(_signed_money_figure(value, currency))


def percent(ratio: Decimal) -> str:
    """Format a ratio as percent without a sign for gains: two decimals, none from 1,000 % on, two digits of little."""
    return f"{_rounded_percent(ratio):f}%"


def signed_percent(ratio: Decimal | None) -> str:
    """Format a gain or loss as percent; None is unknown."""
    return NOT_AVAILABLE if ratio is None else f"{_signed(_rounded_percent(ratio), grouped=False)}%"


def fine_signed_percent(ratio: Decimal) -> str:
    """Format a small gain or loss as percent with four decimals."""
    return f"{_signed((ratio * HUNDRED).quantize(_quantum(4), rounding=ROUND_HALF_EVEN), grouped=False)}%"


def profit(value: Decimal, currency: str, base: Decimal | None) -> RichText:
    """Write profit as money with per cent of `base`, for example `+51.32 USDT (+5.17%)`; hidden, as per cent alone."""
    return profit_and_share(value, currency, value / base if base else None)


def profit_and_share(value: Decimal, currency: str, share: Decimal | None) -> RichText:
    """Write profit as money with its share; hidden, as per cent alone."""
    shown = signed_percent(share)
    return _money(f"{_signed_money_figure(value, currency)} ({shown})", hidden=shown)


def signed_share(value: Decimal, base: Decimal | None) -> str:
    """Format a gain or loss as percent of `base`; without one it is unknown."""
    return signed_percent(value / base if base else None)


def profit_row(title: str, printed: Decimal, share: Decimal | None, exact: Decimal | None = None) -> ProfitRow:
    """Write a profit as a row: its title, its rounded amount, and the share that the exact amount is."""
    return title, signed_rounded_amount(printed, exact), signed_percent(share)


def count_share(count: int, total: int) -> str:
    """Format a share of few as counts too: `2 of 7 (29%)`; of many as percent alone."""
    if not total:
        return NOT_AVAILABLE
    share = f"{(Decimal(count) * 100 / total).quantize(ONE, rounding=ROUND_HALF_EVEN)}%"
    return f"{count} of {total} ({share})" if total < MAX_TOTAL_WITH_COUNTS else share


def ratio(value: float) -> str:
    """Format a dimensionless figure such as a profit factor."""
    return f"{_plain_zero(Decimal(repr(value)).quantize(_quantum(2))):f}"


def round_parts(first: Decimal, second: Decimal, currency: str) -> tuple[Decimal, Decimal, Decimal]:
    """Round the two parts of a whole, and the whole, so that they add up as printed.

    The first part and the whole are rounded by themselves, and so are the same wherever they are shown; the second is
    what is left, which moves with the price.
    """
    whole, known = round_money(first + second, currency), round_money(first, currency)
    return known, whole - known, whole


def round_parts_to_total(parts: Sequence[Decimal], currency: str) -> tuple[tuple[Decimal, ...], Decimal]:
    """Round the lines of a statement and their exact sum so that the printed lines add up to the printed sum.

    The digits lost go to the lines with the largest remainder.
    """
    quantum, total = money_quantum(currency), round_money(sum(parts, ZERO), currency)
    rounded = [round_money(part, currency) for part in parts]
    missing = int((total - sum(rounded, ZERO)) / quantum)
    unit = quantum if missing > 0 else -quantum
    remainders = sorted(range(len(parts)), key=lambda i: (rounded[i] - parts[i]) * unit)
    for index in remainders[: abs(missing)]:
        rounded[index] += unit
    return tuple(rounded), total


def round_like(sample: Decimal, total: Decimal) -> Decimal:
    """Round to as many digits as another figure has."""
    return total.quantize(_quantum(written_places(sample)))


def signed_rounded_amount(value: Decimal, exact: Decimal | None = None) -> RichText:
    """Write an amount that is already rounded, with its sign; two digits of an exact one that is rounded to nothing."""
    shown = _two_digits(exact) if exact and not value else _without_zeros(value)
    return _money(_signed(shown, grouped=False))


def open_amount(closed: Decimal, opened: Decimal, currency: str) -> RichText:
    """Write an open profit as it is written beside the closed one and their sum."""
    return signed_rounded_amount(round_parts(closed, opened, currency)[1], opened)


def _money(figure: str, hidden: str = "") -> RichText:
    return join_text(Amount(AmountKind.MONEY, figure, hidden))


def _quantity(figure: str) -> RichText:
    return join_text(Amount(AmountKind.QUANTITY, figure))


def _quantity_figure(value: Decimal, step: Decimal) -> str:
    rounded = value.quantize(_quantum(decimal_places(step)), rounding=ROUND_DOWN)
    return f"{rounded:f}" if rounded or not value else f"{_two_digits(value):f}"


def _signed_money_figure(value: Decimal, currency: str) -> str:
    return f"{_signed(_rounded_money(value, currency), grouped=True)} {currency}"


def _quantum(places: int) -> Decimal:
    return ONE.scaleb(-places)


def _rounded_money(value: Decimal, currency: str) -> Decimal:
    rounded = round_money(value, currency)
    return _without_zeros(rounded) if rounded or not value else _two_digits(value)


def _without_zeros(value: Decimal) -> Decimal:
    """Leave out zeros at the end of an amount, from the third digit on."""
    trimmed = value.normalize()
    return trimmed if decimal_places(trimmed) >= MONEY_PLACES else value.quantize(_quantum(MONEY_PLACES))


def _visible(value: Decimal, places: int) -> Decimal:
    rounded = value.quantize(_quantum(places), rounding=ROUND_HALF_EVEN)
    return rounded if rounded or not value else _two_digits(value)


def _two_digits(value: Decimal) -> Decimal:
    return value.quantize(ONE.scaleb(value.adjusted() - 1), rounding=ROUND_HALF_EVEN)


def _rounded_percent(ratio: Decimal) -> Decimal:
    value = ratio * HUNDRED
    return _plain_zero(_visible(value, 0 if abs(value) >= WHOLE_PERCENT_FROM else 2))


def _plain_zero(value: Decimal) -> Decimal:
    return value if value else abs(value)


def _signed(value: Decimal, *, grouped: bool) -> str:
    return format(_plain_zero(value), f"{'+' if value else ''}{',' if grouped else ''}f")
