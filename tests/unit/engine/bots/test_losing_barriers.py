"""Settings that lose by arithmetic are refused with the figure that works."""

from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from bot.commands.text.refusal import fix_words
from bot.domain.barrier import Barriers
from bot.domain.errors import InvalidInput, WordFix
from bot.domain.instance import BotConfig
from bot.engine.bots.configuration import change_config
from bot.engine.bots.losing_barriers import find_losing_barrier
from tests.builders.backtest_config import STRATEGIES, a_backtest_config, a_market
from tests.builders.refusals import raises_refusal, refusal_text

FEES = st.decimals(min_value=0, max_value=Decimal("0.01"), places=5)
SHARES = st.decimals(min_value=Decimal("0.000001"), max_value=Decimal("0.05"), places=6)
PRICES = st.decimals(min_value=Decimal("0.01"), max_value=100_000, places=2)


@pytest.mark.parametrize("share", ["0.05%", "0.1%", "0.2%"])
def test_a_target_below_two_fees_is_refused_with_the_least_that_pays(share: str) -> None:
    # By hand: 1.001 / 0.999 - 1 = 0.2002 %, so of two digits 0.21 % is the first that pays.
    with pytest.raises(InvalidInput) as found:
        a_backtest_config(words={"take_profit": share})
    assert refusal_text(found.value) == (
        f"Invalid: take_profit {share} does not pay the two fees of 0.2% in all. "
        "Expected at least 0.21%, for example take_profit=0.21%"
    )
    a_backtest_config(words={"take_profit": "0.21%"})


@given(FEES, SHARES, PRICES)
def test_a_target_is_refused_if_and_only_if_its_trade_loses(fee_rate: Decimal, share: Decimal, price: Decimal) -> None:
    problem = find_losing_barrier(Barriers(take_profit=share), a_market(fee_rate=str(fee_rate)), None)
    bought, sold = price * (1 + fee_rate), price * (1 + share) * (1 - fee_rate)
    assert (problem is not None) == (sold <= bought)
    if problem is not None:
        enough = fixed_share(problem)
        assert price * (1 + enough) * (1 - fee_rate) > bought
        # Nothing smaller of two digits would do.
        smaller = enough - Decimal("0.0001")
        assert price * (1 + smaller) * (1 - fee_rate) <= bought


@given(SHARES, PRICES, st.sampled_from(["0.01", "0.1", "1"]))
def test_a_stop_is_refused_if_and_only_if_it_is_nearer_than_a_tick(share: Decimal, price: Decimal, tick: str) -> None:
    assume(price > Decimal(tick))
    market = a_market(tick=tick)
    problem = find_losing_barrier(Barriers(stop_loss=share), market, price)
    assert (problem is not None) == (price - price * share > price - Decimal(tick))
    if problem is not None:
        assert find_losing_barrier(Barriers(stop_loss=fixed_share(problem)), market, price) is None


def test_a_stop_of_nearly_nothing_is_refused() -> None:
    market, price = a_market(), Decimal(57000)
    problem = find_losing_barrier(Barriers(stop_loss=Decimal("0.000000001")), market, price)
    assert problem is not None
    assert refusal_text(problem) == (
        "Invalid: stop_loss 0.0000001% is less than a tick of 0.01 at BTC/USDT's last price of 57000.00. "
        "Expected at least 0.01%, for example stop_loss=0.01%"
    )


def test_an_edit_of_something_else_is_not_refused_for_an_old_target() -> None:
    old = with_target("0.0005")
    new, _ = change_config(STRATEGIES, old, {"fast": "10"}, a_market(), has_run=True)
    assert new.barriers == old.barriers
    with raises_refusal(InvalidInput, match="does not pay"):
        change_config(STRATEGIES, old, {"take_profit": "0.1%"}, a_market(), has_run=True)


def with_target(share: str) -> BotConfig:
    """Return a configuration made by an older version of the program."""
    free = a_market(fee_rate="0")
    return a_backtest_config(words={"take_profit": share}, market=free)


def fixed_share(problem: InvalidInput) -> Decimal:
    assert isinstance(problem.fix, WordFix)
    ((_, text),) = fix_words(problem.fix)
    return Decimal(text.removesuffix("%")) / 100
