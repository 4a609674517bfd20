"""Every risk control at its boundary; less risk passes all but the venue's rules."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.instance import RiskLimits
from bot.domain.order import OrderPurpose, OrderSide, OrderType
from bot.engine.trading.planning import OrderDraft
from bot.engine.trading.risk import (
    MINUTE,
    RiskControl,
    RiskView,
    check_order,
    check_size,
    is_adding_risk,
    is_plainly_allowed,
)
from tests.builders.orders import SOME_TIME
from tests.builders.recordings import ABC

NOTHING = Decimal(0)
VIEW = RiskView(
    market=ABC,
    limits=RiskLimits(max_orders_per_minute=3, max_open_orders=5, price_collar=Decimal("0.1")),
    last_price=Decimal(100),
    money_left=Decimal(1000),
    committed_value=NOTHING,
    open_orders=0,
    recent_orders=(),
    now=SOME_TIME,
    is_blocked=False,
    has_unknown=False,
)
WORST = replace(
    VIEW,
    last_price=None,
    money_left=NOTHING,
    open_orders=99,
    recent_orders=(SOME_TIME,) * 99,
    is_blocked=True,
    has_unknown=True,
)


def a_draft(
    side: OrderSide = OrderSide.BUY,
    quantity: str = "1",
    price: str | None = None,
    reference: str = "100",
    purpose: OrderPurpose = OrderPurpose.ENTRY,
) -> OrderDraft:
    return OrderDraft(
        side=side,
        order_type=OrderType.MARKET if price is None else OrderType.LIMIT,
        purpose=purpose,
        tag="tag",
        quantity=Decimal(quantity),
        price=None if price is None else Decimal(price),
        reference_price=Decimal(reference),
        reason="because",
    )


def control(draft: OrderDraft, view: RiskView = VIEW, held: str = "0") -> RiskControl | None:
    refusal = check_order(draft, view, Decimal(held))
    return refusal.control if refusal else None


def test_an_ordinary_entry_passes() -> None:
    assert control(a_draft()) is None


@pytest.mark.parametrize("price", ["0", "-1", "NaN", "Infinity", "-Infinity"])
@pytest.mark.parametrize("purpose", OrderPurpose)
def test_a_price_that_is_none_passes_nobody(price: str, purpose: OrderPurpose) -> None:
    assert control(a_draft(price=price, purpose=purpose), held="1") is RiskControl.PRICE_SANITY
    assert control(a_draft(reference=price, purpose=purpose), held="1") is RiskControl.PRICE_SANITY


@pytest.mark.parametrize(
    ("quantity", "price", "is_refused"),
    [("0.001", "5000", False), ("0.0009", "9000", True), ("0.05", "100", False), ("0.049", "100", True)],
)
def test_the_venues_minimum_is_allowed_and_less_is_not(quantity: str, price: str, is_refused: bool) -> None:
    refusal = check_size(Decimal(quantity), Decimal(price), ABC)
    assert (refusal is not None) is is_refused
    assert refusal is None or refusal.control is RiskControl.MARKET_RULES


@pytest.mark.parametrize("last", [None, "0", "-1", "NaN", "Infinity"])
def test_without_a_last_price_no_new_risk(last: str | None) -> None:
    view = replace(VIEW, last_price=None if last is None else Decimal(last))
    assert control(a_draft(), view) is RiskControl.PRICE_SANITY


@pytest.mark.parametrize(("price", "is_refused"), [("110", False), ("110.01", True), ("50", False)])
def test_a_buy_may_be_priced_a_collar_above_the_last_price_and_any_way_below(price: str, is_refused: bool) -> None:
    assert control(a_draft(price=price)) is (RiskControl.PRICE_SANITY if is_refused else None)


@pytest.mark.parametrize(("price", "is_refused"), [("90", False), ("89.99", True), ("200", False)])
def test_a_sell_may_be_priced_a_collar_below_the_last_price_and_any_way_above(price: str, is_refused: bool) -> None:
    view = replace(VIEW, money_left=Decimal(10_000))
    assert control(a_draft(OrderSide.SELL, price=price), view) is (RiskControl.PRICE_SANITY if is_refused else None)


@pytest.mark.parametrize(("money", "is_refused"), [("400.3", False), ("400.29", True)])
def test_committed_value_and_the_order_with_its_fee_stay_within_what_is_left(money: str, is_refused: bool) -> None:
    view = replace(VIEW, committed_value=Decimal(100), money_left=Decimal(money))
    assert control(a_draft(quantity="3"), view) is (RiskControl.CAPITAL if is_refused else None)


@pytest.mark.parametrize(("count", "is_refused"), [(4, False), (5, True), (6, True)])
def test_so_many_orders_may_rest_and_no_more(count: int, is_refused: bool) -> None:
    assert control(a_draft(), replace(VIEW, open_orders=count)) is (RiskControl.OPEN_ORDERS if is_refused else None)


@pytest.mark.parametrize(
    ("ages", "is_refused"), [((0, 1), False), ((0, 1, 59.999), True), ((0, 1, 60), False), ((0, 1, 61, 62), False)]
)
def test_orders_count_for_a_minute(ages: tuple[float, ...], is_refused: bool) -> None:
    recent = tuple(SOME_TIME - timedelta(seconds=age) for age in ages)
    assert control(a_draft(), replace(VIEW, recent_orders=recent)) is (RiskControl.ORDER_RATE if is_refused else None)
    assert timedelta(seconds=60) == MINUTE


def test_the_kill_switch_and_an_unknown_order_stand_before_everything_else() -> None:
    assert control(a_draft(), WORST) is RiskControl.BLOCKED
    assert control(a_draft(), replace(WORST, is_blocked=False)) is RiskControl.UNKNOWN_ORDER


@pytest.mark.parametrize("purpose", [OrderPurpose.EXIT, OrderPurpose.BARRIER])
def test_leaving_and_guarding_pass_whatever_stands_against_new_risk(purpose: OrderPurpose) -> None:
    assert control(a_draft(OrderSide.SELL, purpose=purpose), WORST, held="1") is None
    assert control(a_draft(OrderSide.SELL, quantity="0.0001", purpose=purpose), WORST) is RiskControl.MARKET_RULES


def test_a_plans_order_against_the_position_is_no_new_risk() -> None:
    assert control(a_draft(OrderSide.SELL, purpose=OrderPurpose.PLAN), WORST, held="0.001") is None
    assert control(a_draft(OrderSide.BUY, purpose=OrderPurpose.PLAN), WORST, held="0.001") is RiskControl.BLOCKED
    assert control(a_draft(OrderSide.SELL, purpose=OrderPurpose.PLAN), WORST, held="0") is RiskControl.BLOCKED


@given(
    held=st.integers(-5, 5).map(Decimal),
    side=st.sampled_from(OrderSide),
    purpose=st.sampled_from([OrderPurpose.ENTRY, OrderPurpose.PLAN]),
)
def test_an_order_adds_risk_unless_it_goes_against_what_is_held(
    held: Decimal, side: OrderSide, purpose: OrderPurpose
) -> None:
    draft = a_draft(side, quantity="0.5", purpose=purpose)
    grows = abs(held + side.sign * draft.quantity) > abs(held)
    assert is_adding_risk(draft, held) is grows


def test_a_refusal_says_what_was_found_and_what_is_allowed() -> None:
    texts = [
        check_order(a_draft(price="111"), VIEW, NOTHING),
        check_order(a_draft(quantity="20"), VIEW, NOTHING),
        check_order(a_draft(), replace(VIEW, open_orders=5), NOTHING),
        check_size(Decimal("0.01"), Decimal(100), ABC),
        check_size(Decimal("0.0001"), Decimal(100), ABC),
    ]
    assert [refusal.text for refusal in texts if refusal] == [
        "the price 111 is more than 10% beyond the last price 100",
        "needs 2002.00 USDT in all, the bot may use 1000.00 USDT",
        "5 orders rest already, the limit",
        "too small: 1.00 USDT, the market wants 5 USDT",
        "too small: 0.0001 ABC, the market wants 0.001 ABC",
    ]


AMOUNTS = st.decimals(0, 12, places=3)


@given(
    AMOUNTS, st.decimals("0.01", 200, places=2), st.decimals(0, 1000, places=2), st.integers(0, 2), st.integers(0, 2)
)
def test_what_passes_plainly_is_what_passes_the_whole_check(
    quantity: Decimal, price: Decimal, left: Decimal, most_orders: int, most_a_minute: int
) -> None:
    limits = RiskLimits(max_orders_per_minute=most_a_minute, max_open_orders=most_orders)
    view = replace(VIEW, limits=limits, last_price=price, money_left=left)
    refusal = check_order(a_draft(quantity=str(quantity), reference=str(price)), view, NOTHING)
    assert is_plainly_allowed(quantity, price, left, ABC, limits) == (refusal is None)
