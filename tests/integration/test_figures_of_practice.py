"""Whatever strategy, parameters, stop and target: a bot that practises has every figure of its backtest."""

from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders.stretches import a_stretch
from tests.integration.test_practice_equals_backtest import Ask, assert_equal_at_full_speed


@st.composite
def some_asks(draw: st.DrawFn) -> Ask:
    """Any strategy on signals with any parameters, stops and targets."""
    if draw(st.booleans()):
        fast = draw(st.integers(3, 10))
        words = [("fast", str(fast)), ("slow", str(draw(st.integers(fast + 1, 26))))]
        strategy = "ema-cross"
    else:
        words, strategy = [("length", str(draw(st.integers(4, 14))))], "rsi-reversion"
    for name in ("stop_loss", "take_profit"):
        tenths = draw(st.none() | st.integers(4, 40))
        words += [] if tenths is None else [(name, f"{Decimal(tenths) / 10}%")]
    return Ask(strategy, tuple(words))


async def assert_any_ask_is_equal(ask: Ask, series: tuple[str, str], first: int) -> None:
    recording = a_stretch(*series, first=first, warm_up=330, length=200)
    with TemporaryDirectory() as folder:
        await assert_equal_at_full_speed(Path(folder), recording, ask, least=0)


@settings(max_examples=4, deadline=None)
@given(some_asks(), st.sampled_from([("BTC/USDT", "5m"), ("SOL/USDT", "1h")]), st.integers(400, 5000))
async def test_any_bot_has_the_trades_and_figures_of_its_backtest(
    ask: Ask, series: tuple[str, str], first: int
) -> None:
    await assert_any_ask_is_equal(ask, series, first)


@pytest.mark.fuzz
@settings(max_examples=20, deadline=None)
@given(some_asks(), st.sampled_from([("DOGE/USDT", "5m"), ("ETH/USDT", "1h")]), st.integers(400, 5000))
async def test_very_many_bots_have_the_trades_and_figures_of_their_backtests(
    ask: Ask, series: tuple[str, str], first: int
) -> None:
    await assert_any_ask_is_equal(ask, series, first)
