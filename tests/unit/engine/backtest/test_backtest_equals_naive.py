"""The backtest that visits event candles only does the same trades as a walk over every candle."""

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.instance import BotConfig
from bot.domain.market import Market
from bot.engine.backtest.result import BacktestOptions, BacktestResult
from bot.engine.backtest.run import run_backtest
from bot.strategy.base import SignalStrategy
from bot.strategy.candles import Candles, to_milliseconds
from bot.strategy.fields import load_parameters
from tests.builders.backtest_config import STRATEGIES, a_backtest_config, a_market, some_barriers
from tests.builders.series import (
    BUNDLED,
    bundled_candles,
    bundled_market,
    bundled_timeframe,
    random_candles,
)
from tests.reference.naive_backtest import NaiveBacktest, NaiveRules

CASH = Decimal(10_000)
BARRIERS: tuple[dict[str, str], ...] = (
    {},
    {"stop_loss": "5%", "take_profit": "3%"},
    {"stop_loss": "0.4%"},
    {"take_profit": "0.3%", "stake": "100"},
)


def naive(config: BotConfig, market: Market, candles: Candles, slippage: Decimal) -> NaiveBacktest:
    strategy = STRATEGIES.get_strategy(config.strategy)
    assert isinstance(strategy, SignalStrategy)
    parameters = load_parameters(strategy, config.parameters)
    table = strategy.signals(parameters, candles)
    rules = NaiveRules(
        tick=market.tick,
        step=market.step,
        min_notional=market.min_notional,
        fee=market.fee_rate,
        cash=CASH,
        capital=config.capital,
        stake=config.stake,
        stop_loss=config.barriers.stop_loss,
        take_profit=config.barriers.take_profit,
        slippage=slippage,
    )
    run = NaiveBacktest(rules)
    run.run(candles, table.entry.tolist(), table.exit.tolist(), strategy.warm_up(parameters))
    return run


def trades_of(result: BacktestResult) -> list[tuple[object, ...]]:
    rows = {int(time): row for row, time in enumerate(result.candles.time)}
    # What is dust is so at a close, which is the next open.
    rows[int(result.candles.time[-1]) + round(result.config.timeframe.duration.total_seconds() * 1000)] = len(rows)
    return [
        (
            rows[to_milliseconds(trade.opened_at.market)],
            trade.entry_price,
            trade.entry_quantity,
            rows[to_milliseconds(trade.closed_at.market)] if trade.closed_at else None,
            trade.exit_price,
            trade.fees,
            trade.profit if trade.closed_at else None,
            str(trade.exit_reason or ""),
        )
        for trade in result.trades
    ]


def assert_same(config: BotConfig, market: Market, candles: Candles, slippage: str = "0") -> int:
    options = BacktestOptions(slippage=Decimal(slippage))
    result = run_backtest(config, STRATEGIES.get_strategy(config.strategy), candles, market, CASH, options)
    expected = naive(config, market, candles, Decimal(slippage))
    assert trades_of(result) == [
        (
            trade.entry_row,
            trade.entry_price,
            trade.quantity,
            trade.exit_row,
            trade.exit_price,
            trade.fees,
            trade.profit if trade.exit_row is not None else None,
            trade.reason,
        )
        for trade in expected.trades
    ]
    assert np.allclose(result.equity, [float(value) for value in expected.equity], rtol=0, atol=1e-6)
    return len(expected.trades)


@pytest.mark.parametrize("barriers", BARRIERS, ids=lambda words: "-".join(words) or "none")
@pytest.mark.parametrize("strategy", ["ema-cross", "rsi-reversion"])
@pytest.mark.parametrize("name", BUNDLED)
def test_bundled_series_trade_alike(name: str, strategy: str, barriers: dict[str, str]) -> None:
    market = bundled_market(name)
    config = a_backtest_config(strategy, barriers, market, bundled_timeframe(name))
    assert assert_same(config, market, bundled_candles(name)) > 5


@settings(max_examples=60, deadline=None)
@given(
    seed=st.integers(0, 10_000),
    strategy=st.sampled_from(["ema-cross", "rsi-reversion"]),
    words=st.fixed_dictionaries(
        {
            "stop_loss": st.sampled_from(["none", "0.3%", "1%", "10%"]),
            "take_profit": st.sampled_from(["none", "0.3%", "1%", "10%"]),
            "stake": st.sampled_from(["none", "5.1", "6", "9000"]),
        }
    ),
    slippage=st.sampled_from(["0", "0.0005"]),
    volatility=st.sampled_from([0.0005, 0.003, 0.03]),
)
def test_random_series_trade_alike(
    seed: int, strategy: str, words: dict[str, str], slippage: str, volatility: float
) -> None:
    quick = {"fast": "2", "slow": "4"} if strategy == "ema-cross" else {"length": "3"}
    market = a_market()
    # Set without the checks of a new bot, which refuses stops too small for its venue: prices fall later, too.
    barriers = {name: words[name] for name in ("stop_loss", "take_profit")}
    plain = a_backtest_config(strategy, {"stake": words["stake"]} | quick, market)
    config = replace(plain, barriers=some_barriers(**barriers))
    assert_same(config, market, random_candles(seed, count=400, volatility=volatility), slippage)
