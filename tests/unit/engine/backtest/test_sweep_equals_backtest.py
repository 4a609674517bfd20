from decimal import Decimal

import pytest

from bot.engine.backtest.run import run_backtest
from bot.engine.backtest.sweep import run_sweep
from bot.strategy.base import SignalStrategy
from bot.strategy.candles import to_milliseconds
from bot.strategy.fields import load_parameters
from tests.builders.backtest_config import STRATEGIES, a_backtest_config
from tests.builders.series import BUNDLED, bundled_candles, bundled_market, bundled_timeframe


@pytest.mark.parametrize(
    "words", [{}, {"stop_loss": "2%", "take_profit": "1%", "stake": "150"}], ids=["plain", "guarded"]
)
@pytest.mark.parametrize("name", BUNDLED)
@pytest.mark.parametrize("strategy_name", ["ema-cross", "rsi-reversion"])
def test_sweep_kernel_does_the_backtests_trades(name: str, strategy_name: str, words: dict[str, str]) -> None:
    market, candles = bundled_market(name), bundled_candles(name)
    config = a_backtest_config(strategy_name, words, market, bundled_timeframe(name))
    strategy = STRATEGIES.get_strategy(strategy_name)
    assert isinstance(strategy, SignalStrategy)
    parameters = load_parameters(strategy, config.parameters)
    exact = run_backtest(config, strategy, candles, market, Decimal(10_000))
    quick = run_sweep(config, market, candles, strategy.signals(parameters, candles), strategy.warm_up(parameters))

    rows = {int(time): row for row, time in enumerate(candles.time)}
    assert [(trade.entry_row, trade.exit_row) for trade in quick] == [
        (
            rows[to_milliseconds(trade.opened_at.market)],
            rows[to_milliseconds(trade.closed_at.market)] if trade.closed_at else -1,
        )
        for trade in exact.trades
    ]
    for mine, theirs in zip(quick, exact.trades, strict=True):
        assert mine.quantity == pytest.approx(float(theirs.entry_quantity), rel=1e-9)
        if theirs.exit_price is not None:
            assert mine.exit_price == float(theirs.exit_price)
            assert mine.profit == pytest.approx(float(theirs.profit), abs=1e-6)
