"""The fill rules of RISK.md, sentence by sentence, as the pure functions that venue and backtest share."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.matching import (
    Bar,
    fill_bounds,
    is_filled_at_open,
    is_filled_in_range,
    market_fill_price,
    matching_rank,
)
from bot.domain.order import OrderSide, OrderType
from tests.builders.backtest_config import a_market

BUY, SELL = OrderSide.BUY, OrderSide.SELL
MARKET, LIMIT, STOP, TARGET = OrderType.MARKET, OrderType.LIMIT, OrderType.STOP, OrderType.TARGET
PRICE = Decimal(100)
BELOW, AT, ABOVE = Decimal("99.99"), Decimal(100), Decimal("100.01")
PRICES = st.integers(9000, 11000).map(lambda cents: Decimal(cents) / 100)


@pytest.mark.parametrize("side", OrderSide)
@pytest.mark.parametrize("opened", [BELOW, AT, ABOVE])
def test_a_market_order_fills_at_any_open_and_never_inside(side: OrderSide, opened: Decimal) -> None:
    assert is_filled_at_open(MARKET, side, None, opened)
    assert not is_filled_in_range(MARKET, side, PRICE, Bar(opened, ABOVE, BELOW))


@pytest.mark.parametrize(
    ("order_type", "side", "opens"),
    [
        (LIMIT, BUY, [BELOW, AT]),
        (LIMIT, SELL, [AT, ABOVE]),
        (TARGET, SELL, [AT, ABOVE]),
        (TARGET, BUY, [BELOW, AT]),
        (STOP, SELL, [BELOW, AT]),
        (STOP, BUY, [AT, ABOVE]),
    ],
)
def test_the_better_open_takes_limits_and_targets_the_worse_one_stops(
    order_type: OrderType, side: OrderSide, opens: list[Decimal]
) -> None:
    assert [opened for opened in (BELOW, AT, ABOVE) if is_filled_at_open(order_type, side, PRICE, opened)] == opens


@pytest.mark.parametrize(
    ("side", "touched", "passed"),
    [(BUY, Bar(ABOVE, ABOVE, AT), Bar(ABOVE, ABOVE, BELOW)), (SELL, Bar(BELOW, AT, BELOW), Bar(BELOW, ABOVE, BELOW))],
)
def test_a_limit_fills_only_when_the_price_goes_through_it(side: OrderSide, touched: Bar, passed: Bar) -> None:
    assert not is_filled_in_range(LIMIT, side, PRICE, touched)
    assert is_filled_in_range(LIMIT, side, PRICE, passed)


@pytest.mark.parametrize(
    ("order_type", "side", "touched", "missed"),
    [
        (STOP, SELL, Bar(ABOVE, ABOVE, AT), Bar(ABOVE, ABOVE, ABOVE)),
        (STOP, BUY, Bar(BELOW, AT, BELOW), Bar(BELOW, BELOW, BELOW)),
        (TARGET, SELL, Bar(BELOW, AT, BELOW), Bar(BELOW, BELOW, BELOW)),
        (TARGET, BUY, Bar(ABOVE, ABOVE, AT), Bar(ABOVE, ABOVE, ABOVE)),
    ],
)
def test_stops_and_targets_fill_when_touched(order_type: OrderType, side: OrderSide, touched: Bar, missed: Bar) -> None:
    assert is_filled_in_range(order_type, side, PRICE, touched)
    assert not is_filled_in_range(order_type, side, PRICE, missed)


def test_the_price_falls_before_it_rises_and_meets_the_stop_before_a_buy_at_its_price() -> None:
    wanted = [
        (MARKET, SELL, None),
        (LIMIT, BUY, Decimal(99)),
        (STOP, SELL, Decimal(98)),
        (LIMIT, BUY, Decimal(98)),
        (LIMIT, BUY, Decimal(97)),
        (LIMIT, SELL, Decimal(101)),
        (TARGET, SELL, Decimal(102)),
        (LIMIT, SELL, Decimal(103)),
    ]
    shuffled = [wanted[place] for place in (7, 3, 0, 5, 2, 6, 1, 4)]
    assert sorted(shuffled, key=lambda order: matching_rank(*order)) == wanted


@given(
    orders=st.lists(st.tuples(st.sampled_from([LIMIT, STOP, TARGET]), st.sampled_from(OrderSide), PRICES), max_size=4),
    opened=PRICES,
    reach=st.tuples(PRICES, PRICES),
)
def test_no_order_fills_in_a_candle_inside_the_bounds(
    orders: list[tuple[OrderType, OrderSide, Decimal | None]], opened: Decimal, reach: tuple[Decimal, Decimal]
) -> None:
    bar = Bar(opened, max(opened, *reach), min(opened, *reach))
    if fill_bounds(orders).is_reached(float(bar.low), float(bar.high)):
        return
    for order_type, side, price in orders:
        assert price is not None
        assert not is_filled_at_open(order_type, side, price, bar.open)
        assert not is_filled_in_range(order_type, side, price, bar)


def test_slippage_makes_a_market_order_worse_and_stays_on_the_tick() -> None:
    market = a_market(tick="0.1")
    assert market_fill_price(BUY, Decimal("100.0"), Decimal("0.0005"), market) == Decimal("100.1")
    assert market_fill_price(SELL, Decimal("100.0"), Decimal("0.0005"), market) == Decimal("99.9")


@given(side=st.sampled_from(OrderSide), price=PRICES, slippage=st.integers(0, 50).map(lambda n: Decimal(n) / 1000))
def test_slippage_never_makes_a_price_better(side: OrderSide, price: Decimal, slippage: Decimal) -> None:
    market = a_market()
    worse = side.sign * (market_fill_price(side, price, slippage, market) - price)
    assert 0 <= worse - price * slippage < market.tick


@given(
    order_type=st.sampled_from([LIMIT, STOP, TARGET]),
    side=st.sampled_from(OrderSide),
    price=PRICES,
    opened=PRICES,
    reach=st.tuples(PRICES, PRICES),
)
def test_buying_is_the_mirror_of_selling(
    order_type: OrderType, side: OrderSide, price: Decimal, opened: Decimal, reach: tuple[Decimal, Decimal]
) -> None:
    bar = Bar(opened, max(opened, *reach), min(opened, *reach))
    opposite = OrderSide.SELL if side is OrderSide.BUY else OrderSide.BUY
    mirrored = Bar(200 - bar.open, 200 - bar.low, 200 - bar.high)
    assert is_filled_at_open(order_type, side, price, bar.open) == is_filled_at_open(
        order_type, opposite, 200 - price, mirrored.open
    )
    assert is_filled_in_range(order_type, side, price, bar) == is_filled_in_range(
        order_type, opposite, 200 - price, mirrored
    )


@given(order_type=st.sampled_from([STOP, TARGET]), side=st.sampled_from(OrderSide), price=PRICES, opened=PRICES)
def test_what_a_barriers_open_fills_its_range_would_have_filled_too(
    order_type: OrderType, side: OrderSide, price: Decimal, opened: Decimal
) -> None:
    if is_filled_at_open(order_type, side, price, opened):
        assert is_filled_in_range(order_type, side, price, Bar(opened, opened, opened))
