"""Barriers that lose by arithmetic: a target that does not pay the fees, a stop nearer than the market's tick."""

from decimal import ROUND_CEILING, Decimal

from bot.domain.barrier import BARRIERS, Barrier, Barriers
from bot.domain.errors import InvalidInput, WordFix
from bot.domain.market import Market
from bot.domain.money import ONE, ZERO
from bot.domain.order import OrderType
from bot.engine.bots.setting_fields import BARRIER_FIELDS
from bot.strategy.field_spec import FieldSpec

_FIELDS = {spec.name: spec for spec in BARRIER_FIELDS}
SHOWN_STEP = Decimal("0.0001")
"""A percentage is offered with two digits after the point."""


def find_losing_barrier(
    barriers: Barriers, market: Market, last_price: Decimal | None, kept: Barriers | None = None
) -> InvalidInput | None:
    """Return the problem of the first barrier that must lose, None without one.

    What an edit has `kept` is not its fault. Without a last price no stop can be judged.
    """
    for barrier in BARRIERS:
        share = barriers.setting(barrier.setting)
        if share is None or (kept is not None and share == kept.setting(barrier.setting)):
            continue
        problem = _target_problem if barrier.order_type is OrderType.TARGET else _stop_problem
        if found := problem(barrier, share, market, last_price):
            return found
    return None


def least_paying_share(fee_rate: Decimal) -> Decimal:
    """Return the rise that pays the fees of the purchase and of the sale: (1 + fee) / (1 - fee) - 1."""
    return (ONE + fee_rate) / (ONE - fee_rate) - ONE


def _target_problem(
    barrier: Barrier, share: Decimal, market: Market, last_price: Decimal | None
) -> InvalidInput | None:
    del last_price
    least = least_paying_share(market.fee_rate)
    if share > least:
        return None
    spec = _FIELDS[barrier.setting]
    enough = _shown_above(least)
    return InvalidInput(
        "target-unprofitable",
        _fix(spec, enough),
        name=spec.name,
        typed=spec.format_value(share),
        fees=spec.format_value(2 * market.fee_rate),
        least=spec.format_value(enough),
    )


def _stop_problem(barrier: Barrier, share: Decimal, market: Market, last_price: Decimal | None) -> InvalidInput | None:
    if last_price is None or last_price <= ZERO or share * last_price >= market.tick:
        return None
    spec = _FIELDS[barrier.setting]
    enough = _shown_above(market.tick / last_price)
    return InvalidInput(
        "stop-below-tick",
        _fix(spec, enough),
        name=spec.name,
        typed=spec.format_value(share),
        tick=str(market.tick),
        price=str(market.price_with_tick_digits(last_price)),
        symbol=market.symbol,
        least=spec.format_value(enough),
    )


def _fix(spec: FieldSpec, enough: Decimal) -> WordFix:
    return WordFix(((spec.name, spec.format_value(enough)),))


def _shown_above(share: Decimal) -> Decimal:
    """Return the smallest share above, with as many digits as a person types."""
    return (share / SHOWN_STEP).quantize(ONE, rounding=ROUND_CEILING) * SHOWN_STEP or SHOWN_STEP
