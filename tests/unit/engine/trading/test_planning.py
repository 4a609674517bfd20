"""Sizing: known before an order is sent, floored to the step, never more than the bot may use."""

from dataclasses import replace
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.order import OrderPurpose, OrderSide, OrderType
from bot.engine.trading.planning import (
    OrderDraft,
    default_stake,
    draft_entry,
    draft_exit,
    entry_stake,
    money_left,
)
from tests.builders.facts import a_config
from tests.builders.recordings import ABC

MONEY = st.decimals("0", "1000000", places=2)
PRICES = st.integers(1, 10**7).map(lambda cents: Decimal(cents) / 100)
PROFITS = st.decimals("-100000", "100000", places=2)


def test_the_default_stake_is_capital_less_fee_and_half_a_percent() -> None:
    assert default_stake(Decimal(1000), Decimal("0.001")) == 994
    assert entry_stake(a_config(), Decimal("0.001"), Decimal(0)) == 994


def test_gains_do_not_compound_and_losses_shrink_the_stake() -> None:
    assert entry_stake(a_config(), Decimal("0.001"), Decimal(500)) == 994
    assert entry_stake(a_config(), Decimal("0.001"), Decimal(-500)) == 497


def test_a_configured_stake_is_capped_by_what_is_left() -> None:
    config = replace(a_config(), stake=Decimal(200))
    assert entry_stake(config, Decimal("0.001"), Decimal(0)) == 200
    assert entry_stake(config, Decimal("0.001"), Decimal(-900)) == Decimal("99.4")


@given(capital=MONEY, realised=PROFITS)
def test_what_is_left_is_between_nothing_and_the_capital(capital: Decimal, realised: Decimal) -> None:
    assert 0 <= money_left(capital, realised) <= capital
    assert money_left(capital, realised) == (capital if realised >= 0 else max(capital + realised, Decimal(0)))


@given(stake=MONEY, close=PRICES)
def test_an_entry_is_the_stake_at_the_close_floored_to_the_step(stake: Decimal, close: Decimal) -> None:
    draft = draft_entry(stake, close, ABC, "because")
    if draft is None:
        assert stake / close < ABC.step
        return
    assert draft.quantity % ABC.step == 0
    assert stake - close * ABC.step < draft.notional <= stake
    assert (draft.side, draft.order_type, draft.purpose) == (OrderSide.BUY, OrderType.MARKET, OrderPurpose.ENTRY)
    assert (draft.price, draft.reference_price, draft.reason) == (None, close, "because")


@given(held=st.decimals("-1000", "1000", places=6))
def test_an_exit_sells_all_that_can_be_sold_and_nothing_more(held: Decimal) -> None:
    draft = draft_exit(held, Decimal(100), ABC, "because")
    if draft is None:
        assert abs(held) < ABC.step
        return
    assert abs(held) - ABC.step < draft.quantity <= abs(held)
    assert draft.side is (OrderSide.SELL if held > 0 else OrderSide.BUY)
    assert draft.purpose is OrderPurpose.EXIT


def test_the_value_of_a_draft_is_at_its_own_price_or_the_deciding_one() -> None:
    draft = OrderDraft(
        side=OrderSide.BUY,
        order_type=OrderType.LIMIT,
        purpose=OrderPurpose.PLAN,
        tag="buy-1",
        quantity=Decimal(2),
        price=Decimal(90),
        reference_price=Decimal(100),
        reason="",
    )
    assert draft.notional == 180
    assert replace(draft, price=None).notional == 200
