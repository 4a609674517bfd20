"""An order with what is known of its fate."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.errors import IllegalTransition
from bot.domain.order import Order, OrderSide, OrderStatus, OrderTrigger
from tests.builders.facts import an_order, at
from tests.builders.orders import an_intent

PARTS = st.lists(st.tuples(st.integers(1, 400), st.integers(1, 10_000)), min_size=1, max_size=8)


def an_accepted_order(quantity: str = "1") -> Order:
    return an_order(an_intent(quantity=quantity), OrderStatus.ACCEPTED)


@given(PARTS)
def test_the_parts_of_an_order_sum_to_what_is_filled(parts: list[tuple[int, int]]) -> None:
    order = an_accepted_order("1")
    filled = value = Decimal(0)
    for thousandths, cents in parts:
        if order.status is OrderStatus.FILLED:
            break
        quantity, price = Decimal(thousandths) / 1000, Decimal(cents) / 100
        order = order.apply_fill(quantity, price, at(1))
        filled, value = filled + quantity, value + quantity * price
        assert (order.filled_quantity, order.filled_value) == (filled, value)
        assert order.remaining_quantity == 1 - filled
        assert order.average_price == value / filled
        assert order.status is (OrderStatus.FILLED if filled >= 1 else OrderStatus.PARTIALLY_FILLED)
        assert order.is_working is (filled < 1)


def test_an_order_without_a_fill_has_no_average_price() -> None:
    assert an_accepted_order().average_price is None


def test_a_filled_order_takes_no_further_fill() -> None:
    done = an_accepted_order().apply_fill(Decimal(1), Decimal(100), at(1))
    with pytest.raises(IllegalTransition):
        done.apply_fill(Decimal("0.1"), Decimal(100), at(2))


def test_a_fill_that_crossed_the_cancel_counts() -> None:
    canceled = an_accepted_order().apply_trigger(OrderTrigger.CANCEL, at(1), "canceled on request")
    part = canceled.apply_fill(Decimal("0.4"), Decimal(100), at(2))
    assert (part.status, part.filled_quantity, part.is_working) == (OrderStatus.CANCELED, Decimal("0.4"), False)
    assert part.apply_fill(Decimal("0.6"), Decimal(100), at(3)).status is OrderStatus.FILLED


def test_a_happening_keeps_the_last_remark_and_says_when() -> None:
    lost = an_order(an_intent()).apply_trigger(OrderTrigger.LOSE_ANSWER, at(1), "no answer")
    found = lost.apply_trigger(OrderTrigger.ACCEPT, at(2))
    assert (lost.remark, lost.updated_at) == ("no answer", at(1))
    assert (found.remark, found.updated_at, found.status) == ("no answer", at(2), OrderStatus.ACCEPTED)


def test_sides_have_signs() -> None:
    assert [side.sign for side in OrderSide] == [1, -1]
