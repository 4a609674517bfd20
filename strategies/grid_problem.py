"""Why a grid cannot work on a market, each with the change that helps."""

from dataclasses import replace
from decimal import ROUND_CEILING, Decimal
from itertools import pairwise

from bot.domain.market import Market
from bot.domain.money import ONE, ZERO
from bot.strategy.field_spec import plain_number
from strategies.grid_level import GridSpacing, level_prices, level_quantity, shared_amount

SHOWN_LEVELS = 5


def find_problems(spacing: GridSpacing, amount: Decimal | None, market: Market, capital: Decimal) -> tuple[str, ...]:
    """Return what is wrong with the levels, their sizes and the capital."""
    narrow = _step_problem(spacing, market)
    if narrow:
        return (narrow,)
    prices = level_prices(spacing, market)
    spent = amount or shared_amount(capital, len(prices), market)
    small = _small_levels(prices, spent, market)
    if small and amount is None:
        return (_shared_problem(small, prices, spent, market),)
    if small:
        return (_amount_problem(small, prices, spent, market, capital),)
    poor = _capital_problem(prices, spent, market, capital)
    return (poor,) if poor else ()


def _is_profitable(spacing: GridSpacing, market: Market) -> bool:
    prices = level_prices(spacing, market)
    pairs = pairwise(prices)
    return prices[0] > 0 and all(high - low > market.fee_rate * (high + low) + market.tick for low, high in pairs)


def _step_problem(spacing: GridSpacing, market: Market) -> str:
    if _is_profitable(spacing, market):
        return ""
    prices = level_prices(spacing, market)
    step = min((high - low) / max(low, market.tick) for low, high in pairwise(prices))
    text = f"a step of {step:.2%} does not pay 2 x {plain_number(market.fee_rate * 100)}% fee"
    for levels in range(spacing.levels - 1, 1, -1):
        if _is_profitable(replace(spacing, levels=levels), market):
            return f"{text}. Expected at most {levels} levels in this range, for example levels={levels}"
    least = spacing.lower * (ONE + 3 * market.fee_rate) + 3 * market.tick
    wide = market.ceil_price(max(least, spacing.lower * Decimal("1.05")))
    expected = f"Expected an upper end above {plain_number(least)}, for example upper={plain_number(wide)}"
    return f"{text} even with 2 levels. {expected}"


def _small_levels(prices: tuple[Decimal, ...], amount: Decimal, market: Market) -> str:
    small: list[str] = []
    for number, price in enumerate(prices[:-1], start=1):
        quantity = level_quantity(amount, price, market)
        if quantity < market.dust_threshold or quantity * price < market.min_notional:
            small.append(str(number))
    more = f" and {len(small) - SHOWN_LEVELS} more" if len(small) > SHOWN_LEVELS else ""
    return f"level {', '.join(small[:SHOWN_LEVELS])}{more}" if small else ""


def _least_amount(prices: tuple[Decimal, ...], market: Market) -> Decimal:
    # One step more than the minimum, since quantities are rounded down.
    return max(max(market.min_notional, market.min_quantity * price) + market.step * price for price in prices)


def _shared_problem(small: str, prices: tuple[Decimal, ...], amount: Decimal, market: Market) -> str:
    capital = plain_number(_round_up(_least_amount(prices, market) / shared_amount(ONE, len(prices), market)))
    return (
        f"the capital shared out is {plain_number(_round_up(amount))} {market.quote} a level, too little for "
        f"{market.symbol} at {small}. Expected at least {capital}, for example capital={capital}"
    )


def _amount_problem(small: str, prices: tuple[Decimal, ...], amount: Decimal, market: Market, capital: Decimal) -> str:
    least = _round_up(_least_amount(prices, market))
    text = (
        f"quote_amount {plain_number(amount)} is too little for {market.symbol} at {small}. "
        f"Expected at least {plain_number(least)}, for example quote_amount={plain_number(least)}"
    )
    needed = least * (len(prices) - 1) * (ONE + market.fee_rate)
    return text if needed <= capital else f"{text} capital={plain_number(_round_up(needed))}"


def _capital_problem(prices: tuple[Decimal, ...], amount: Decimal, market: Market, capital: Decimal) -> str:
    spent = sum((level_quantity(amount, price, market) * price for price in prices[:-1]), ZERO)
    needed = spent * (ONE + market.fee_rate)
    if needed <= capital:
        return ""
    enough = plain_number(_round_up(needed))
    return (
        f"buying at all {len(prices) - 1} levels takes {enough} {market.quote}, capital is {plain_number(capital)}. "
        f"Expected at least {enough}, for example capital={enough}"
    )


def _round_up(amount: Decimal) -> Decimal:
    """Round up to about four digits, so that the example can be read and still passes."""
    return amount.quantize(Decimal(1).scaleb(min(amount.adjusted() - 3, -2)), rounding=ROUND_CEILING)
