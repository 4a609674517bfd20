"""Rounding to steps, and decimals of floats."""

import decimal
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, ROUND_UP, Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.money import PRECISION, round_to_step, to_decimal, use_money_context
from tests.builders.backtest_config import a_market

STEPS = st.sampled_from(["1", "10", "0.5", "0.25", "0.1", "0.01", "0.001", "0.00001", "0.00000001"]).map(Decimal)
AMOUNTS = st.decimals("0", "1000000000", places=10)


@given(value=AMOUNTS, step=STEPS)
def test_rounded_amounts_are_multiples_of_the_step_next_to_the_amount(value: Decimal, step: Decimal) -> None:
    down, up = round_to_step(value, step, ROUND_DOWN), round_to_step(value, step, ROUND_UP)
    assert down % step == up % step == 0
    assert down <= value <= up
    assert up - down == (0 if value % step == 0 else step)


@given(value=AMOUNTS, step=STEPS)
def test_rounding_twice_changes_nothing(value: Decimal, step: Decimal) -> None:
    once = round_to_step(value, step, ROUND_HALF_EVEN)
    assert round_to_step(once, step, ROUND_DOWN) == round_to_step(once, step, ROUND_UP) == once


@pytest.mark.parametrize(
    ("value", "step", "shown"),
    [("1", "0.001", "1.000"), ("0.12345", "0.01", "0.12"), ("7.9", "1", "7"), ("3.99", "0.50", "3.50")],
)
def test_a_rounded_amount_prints_as_the_market_writes_it(value: str, step: str, shown: str) -> None:
    assert str(round_to_step(Decimal(value), Decimal(step), ROUND_DOWN)) == shown


def test_a_market_rounds_quantities_down_and_prices_either_way() -> None:
    market = a_market(tick="0.05", step="0.002")
    assert market.floor_quantity(Decimal("0.0039999")) == Decimal("0.002")
    assert market.floor_price(Decimal("10.099")) == Decimal("10.05")
    assert market.ceil_price(Decimal("10.051")) == Decimal("10.10")
    assert market.ceil_price(Decimal("10.05")) == Decimal("10.05")


@given(st.floats(min_value=1e-12, max_value=1e12))
def test_the_decimal_of_a_candle_price_reads_back_as_it(number: float) -> None:
    assert float(to_decimal(number)) == number
    assert len(to_decimal(number).as_tuple().digits) <= 17


def test_money_is_computed_with_enough_digits_in_this_thread_and_in_later_ones() -> None:
    default, current = decimal.DefaultContext.prec, decimal.getcontext().prec
    try:
        use_money_context()
        assert decimal.getcontext().prec == decimal.Context().prec == PRECISION
        assert Decimal(10) ** 40 + Decimal("1e-18") - Decimal(10) ** 40 == Decimal("1e-18")
    finally:
        decimal.DefaultContext.prec, decimal.getcontext().prec = default, current
