"""What a grid will do before it runs: the amount of a level, its steps, and the profit of a round after fees."""

from decimal import Decimal
from itertools import pairwise

from bot.domain.market import Market
from bot.domain.money import ZERO
from bot.strategy.base import PlanPreview
from strategies.grid_level import GridSpacing, level_prices, level_quantity, shared_amount


def preview_grid(
    spacing: GridSpacing, amount: Decimal | None, market: Market, capital: Decimal, last_price: Decimal | None
) -> PlanPreview:
    """Return the preview of a grid that works on its market."""
    prices = level_prices(spacing, market)
    spent = amount or shared_amount(capital, len(prices), market)
    pairs = tuple(pairwise(prices))
    profits = [_round_profit(level_quantity(spent, low, market), low, high, market) for low, high in pairs]
    steps = [(high - low) / low for low, high in pairs]
    return PlanPreview(
        amount_field="quote_amount",
        amount=spent,
        steps=(min(steps), max(steps)),
        round_profits=(min(profits), max(profits)),
        remark=_idle_remark(prices, last_price),
    )


def _round_profit(quantity: Decimal, low: Decimal, high: Decimal, market: Market) -> Decimal:
    return quantity * (high - low) - quantity * (high + low) * market.fee_rate


def _idle_remark(prices: tuple[Decimal, ...], last_price: Decimal | None) -> str:
    lower, upper = prices[0], prices[-1]
    if last_price is None or last_price <= ZERO or lower <= last_price <= upper:
        return ""
    side, way = ("below", (lower - last_price)) if last_price < lower else ("above", (last_price - upper))
    return (
        f"Idle outside the range: the price {last_price} is {side} {lower} to {upper}, "
        f"{way / last_price:.2%} away; it trades once the price is inside."
    )
