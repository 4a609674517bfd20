"""Backtests of signal strategies, on a seeded random walk."""

from decimal import Decimal

import numpy as np

from adapters.data.markets import market_for
from benchmarks.figure import Figure, below
from bot.domain.ids import AccountId, Symbol
from bot.domain.instance import BotConfig
from bot.domain.market import Timeframe
from bot.domain.money import use_money_context
from bot.engine.backtest.run import run_backtest
from bot.engine.bots.configuration import build_config
from bot.strategy.candles import Candles
from strategies.builtin import builtin_strategies

NAME = "backtest"
BUDGET = "1,000,000 candles < 0.5 s without loading and writing"
ROUNDS = 3
FULL = 1_000_000
PART = 100_000
CASH = Decimal(1_000_000)
START = 1_577_836_800_000
CASES: tuple[tuple[str, dict[str, str]], ...] = (
    ("ema-cross", {}),
    ("rsi-reversion", {"stop_loss": "5%", "take_profit": "3%"}),
)


def run() -> tuple[Figure, ...]:
    """Measure the best of some rounds per case and size."""
    use_money_context()
    candles = random_walk(FULL)
    figures: list[Figure] = []
    for name, words in CASES:
        config = _config(name, words)
        for count, limit in ((PART, 0.1), (FULL, 0.5)):
            figures.append(_backtest(config, candles.slice_rows(0, count), limit))
    return tuple(figures)


def random_walk(count: int) -> Candles:
    """Make candles of one minute with crossings about as often as on a market."""
    random = np.random.default_rng(7)
    close = np.round(30_000 * np.exp(np.cumsum(random.normal(0, 0.001, count))), 2)
    opened = np.concatenate(([30_000.0], close[:-1]))
    reach = np.abs(random.normal(0, 0.0003, (2, count)))
    high = np.round(np.maximum(opened, close) * (1 + reach[0]), 2)
    low = np.round(np.minimum(opened, close) * (1 - reach[1]), 2)
    time = START + np.arange(count, dtype=np.int64) * 60_000
    return Candles(time, opened, high, low, close, np.ones(count))


def _config(name: str, words: dict[str, str]) -> BotConfig:
    strategy, market = builtin_strategies().get_strategy(name), market_for(Symbol("BTC/USDT"))
    setting_texts = {"capital": str(CASH), "stake": "100", **words}
    return build_config(strategy, market, Timeframe.M1, AccountId("benchmark"), setting_texts)


def _backtest(config: BotConfig, candles: Candles, limit: float) -> Figure:
    strategy = builtin_strategies().get_strategy(config.strategy)
    market = market_for(config.symbol)
    results = [run_backtest(config, strategy, candles, market, CASH) for _ in range(ROUNDS)]
    trades = len(results[0].trades)
    assert trades > len(candles) / 1000
    label = f"{config.strategy}, {len(candles):,} candles, {trades:,} trades"
    return below(label, min(result.seconds for result in results), "s", limit)
