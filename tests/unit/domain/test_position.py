"""Positions: signed quantity and what it cost."""

from decimal import Decimal, localcontext

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.position import FLAT, Position
from tests.builders.recordings import ABC

QUANTITIES = st.integers(1, 10**9).map(lambda n: Decimal(n) / 1000)
PRICES = st.integers(1, 10**9).map(lambda n: Decimal(n) / 100)
SHARES = st.lists(st.integers(1, 1000), min_size=2, max_size=6)


@given(st.lists(st.tuples(QUANTITIES, PRICES), min_size=1, max_size=6), st.sampled_from([1, -1]))
def test_what_is_added_costs_what_was_paid(fills: list[tuple[Decimal, Decimal]], sign: int) -> None:
    position = FLAT
    for quantity, price in fills:
        position = position.add_quantity(sign * quantity, price)
    assert position.quantity == sign * sum(quantity for quantity, _ in fills)
    assert position.cost == sign * sum(quantity * price for quantity, price in fills)
    assert position.sign == sign
    assert min(price for _, price in fills) <= position.average_entry <= max(price for _, price in fills) + 1


@given(quantity=QUANTITIES, price=PRICES, shares=SHARES, sign=st.sampled_from([1, -1]))
def test_a_position_left_in_parts_leaves_nothing_and_loses_nothing(
    quantity: Decimal, price: Decimal, shares: list[int], sign: int
) -> None:
    with localcontext(prec=60):
        position = FLAT.add_quantity(sign * quantity, price)
        left, parts = position, Decimal(0)
        for share in shares:
            step = (quantity * share / sum(shares)).quantize(Decimal("0.001"))
            part = min(step, abs(left.quantity)) if share is not shares[-1] else abs(left.quantity)
            before, left = left, left.reduce_quantity(-sign * part)
            parts += before.cost - left.cost
        left = left.reduce_quantity(-left.quantity) if left.quantity else left
        assert left == FLAT
        assert abs(parts) <= abs(position.cost)


@given(quantity=QUANTITIES, price=PRICES, part=st.integers(1, 999))
def test_leaving_a_part_keeps_the_average_entry(quantity: Decimal, price: Decimal, part: int) -> None:
    with localcontext(prec=60):
        position = FLAT.add_quantity(quantity, price)
        left = position.reduce_quantity(-quantity * part / 1000)
        assert abs(left.average_entry - price) * left.quantity <= Decimal("1e-18")


@pytest.mark.parametrize(
    ("quantity", "price", "is_flat"),
    [
        ("0", "100", True),
        ("0.000999", "100000", True),
        ("0.001", "100000", False),
        ("0.049", "100", True),
        ("0.05", "100", False),
        ("-0.05", "100", False),
        ("-0.0009", "100000", True),
    ],
)
def test_flat_is_below_a_step_or_below_the_venues_minimum(quantity: str, price: str, is_flat: bool) -> None:
    assert Position(Decimal(quantity)).is_flat(ABC, Decimal(price)) is is_flat


def test_open_profit_is_what_selling_brings_less_what_it_cost() -> None:
    assert Position(Decimal(2), Decimal(200)).open_profit(Decimal(110)) == 20
    assert Position(Decimal(-2), Decimal(-200)).open_profit(Decimal(110)) == -20
    assert FLAT.open_profit(Decimal(110)) == FLAT.average_entry == FLAT.sign == 0
