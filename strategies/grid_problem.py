"""Problems of a grid on a market, each with the change that fixes it."""

from dataclasses import replace
from decimal import ROUND_CEILING, Decimal
from itertools import pairwise

from bot.domain.errors import InvalidInput, WordFix
from bot.domain.market import Market
from bot.domain.money import ONE, ZERO, Money
from bot.strategy.field_spec import plain_number
from strategies.grid_level import GridSpacing, level_prices, level_quantity, shared_amount

SHOWN_LEVELS = 5


def find_grid_problem(
    spacing: GridSpacing, amount: Decimal | None, market: Market, capital: Decimal
) -> InvalidInput | None:
    """Return the problem of the levels, their sizes or the capital, None without one."""
    narrow = _step_problem(spacing, market)
    if narrow:
        return narrow
    prices = level_prices(spacing, market)
    spent = amount or shared_amount(capital, len(prices), market)
    small = _small_levels(prices, spent, market)
    if small and amount is None:
        return _shared_problem(small, prices, spent, market)
    if small:
        return _amount_problem(small, prices, spent, market, capital)
    return _capital_problem(prices, spent, market, capital)


def stop_problem(small: InvalidInput, stop: Decimal, market: Market) -> InvalidInput:
    """Return the problem of levels whose stop could not rest, with the change that makes them large enough."""
    minimum = Money(market.min_notional, market.quote)
    share = f"{plain_number(stop * 100)}%"
    return InvalidInput("grid-stop-small", small.fix, stop=share, symbol=market.symbol, minimum=minimum)


def _is_profitable(spacing: GridSpacing, market: Market) -> bool:
    prices = level_prices(spacing, market)
    pairs = pairwise(prices)
    return prices[0] > 0 and all(high - low > market.fee_rate * (high + low) + market.tick for low, high in pairs)


def _step_problem(spacing: GridSpacing, market: Market) -> InvalidInput | None:
    if _is_profitable(spacing, market):
        return None
    prices = level_prices(spacing, market)
    step = f"{min((high - low) / max(low, market.tick) for low, high in pairwise(prices)):.2%}"
    fee = market.fee_rate * 100
    for levels in range(spacing.levels - 1, 1, -1):
        if _is_profitable(replace(spacing, levels=levels), market):
            return InvalidInput(
                "grid-step-unprofitable", WordFix((("levels", str(levels)),)), step=step, fee=fee, levels=levels
            )
    least = spacing.lower * (ONE + 3 * market.fee_rate) + 3 * market.tick
    wide = market.ceil_price(max(least, spacing.lower * Decimal("1.05")))
    return InvalidInput(
        "grid-range-unprofitable", WordFix((("upper", plain_number(wide)),)), step=step, fee=fee, least=least
    )


def _small_levels(prices: tuple[Decimal, ...], amount: Decimal, market: Market) -> tuple[str, ...]:
    small: list[str] = []
    for number, price in enumerate(prices[:-1], start=1):
        quantity = level_quantity(amount, price, market)
        if quantity < market.dust_threshold or quantity * price < market.min_notional:
            small.append(str(number))
    return tuple(small)


def _least_amount(prices: tuple[Decimal, ...], market: Market) -> Decimal:
    # One step more than the minimum, since quantities are rounded down.
    return max(max(market.min_notional, market.min_quantity * price) + market.step * price for price in prices)


def _shared_problem(
    small: tuple[str, ...], prices: tuple[Decimal, ...], amount: Decimal, market: Market
) -> InvalidInput:
    enough = _round_up(_least_amount(prices, market) / shared_amount(ONE, len(prices), market))
    capital = Money(enough, market.quote)
    return InvalidInput(
        "grid-share-small",
        WordFix((("capital", capital),)),
        amount=Money(_round_up(amount), market.quote),
        currency=market.quote,
        symbol=market.symbol,
        levels=small[:SHOWN_LEVELS],
        more=max(len(small) - SHOWN_LEVELS, 0),
        capital=capital,
    )


def _amount_problem(
    small: tuple[str, ...], prices: tuple[Decimal, ...], amount: Decimal, market: Market, capital: Decimal
) -> InvalidInput:
    least = _round_up(_least_amount(prices, market))
    needed = least * (len(prices) - 1) * (ONE + market.fee_rate)
    words = [("quote_amount", Money(least, market.quote))]
    if needed > capital:
        words.append(("capital", Money(_round_up(needed), market.quote)))
    return InvalidInput(
        "grid-amount-small",
        WordFix(tuple(words)),
        amount=Money(amount, market.quote),
        symbol=market.symbol,
        levels=small[:SHOWN_LEVELS],
        more=max(len(small) - SHOWN_LEVELS, 0),
        least=Money(least, market.quote),
    )


def _capital_problem(
    prices: tuple[Decimal, ...], amount: Decimal, market: Market, capital: Decimal
) -> InvalidInput | None:
    spent = sum((level_quantity(amount, price, market) * price for price in prices[:-1]), ZERO)
    needed = spent * (ONE + market.fee_rate)
    if needed <= capital:
        return None
    enough = Money(_round_up(needed), market.quote)
    return InvalidInput(
        "grid-capital-small",
        WordFix((("capital", enough),)),
        count=len(prices) - 1,
        needed=enough,
        currency=market.quote,
        capital=Money(capital, market.quote),
    )


def _round_up(amount: Decimal) -> Decimal:
    """Round up to about four digits, so that the example can be read and still passes."""
    return amount.quantize(Decimal(1).scaleb(min(amount.adjusted() - 3, -2)), rounding=ROUND_CEILING)
