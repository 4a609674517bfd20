"""Run a strategy over recorded candles with the same step functions as a running bot."""

import gc
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

import numpy as np

from bot.domain.errors import InvalidInput
from bot.domain.instance import BotConfig
from bot.domain.market import Market
from bot.domain.money import Decimal
from bot.engine.backtest.event_driven import run_event_driven
from bot.engine.backtest.report import compute_metrics, equity_at_closes, profit_curve
from bot.engine.backtest.result import BacktestOptions, BacktestRecord, BacktestResult, BacktestRun
from bot.engine.backtest.signal import run_signals
from bot.strategy.base import PlanStrategy, SignalStrategy, StrategyParameters
from bot.strategy.candles import Candles, to_milliseconds
from bot.strategy.fields import load_parameters
from bot.strategy.registry import AnyStrategy

DEFAULT_OPTIONS = BacktestOptions()


def run_backtest(
    config: BotConfig,
    strategy: AnyStrategy,
    candles: Candles,
    market: Market,
    cash: Decimal,
    options: BacktestOptions = DEFAULT_OPTIONS,
) -> BacktestResult:
    """Trade `config` over closed candles, starting with `cash` in quote.

    Decisions begin with the first candle that opens at or after `options.trade_from` and lies behind the strategy's
    warm-up; figures and equity cover the candles from there on. Raise InvalidInput if there are too few candles.
    """
    began = time.perf_counter()
    parameters = load_parameters(strategy, config.parameters)
    first = _first_row(strategy, parameters, candles, options.trade_from)
    run = BacktestRun(config=config, market=market, candles=candles, cash=cash, first=first, options=options)
    with _pause_garbage_collector():
        record = _run_strategy(run, strategy, parameters)
        curve = profit_curve(run, record)
        metrics = compute_metrics(run, record, curve)
    return BacktestResult(
        config=config,
        market=market,
        cash=cash,
        reserve=options.reserve,
        candles=candles,
        first=first,
        trades=tuple(record.trades),
        fills=tuple(record.fills),
        refusals=tuple(record.refusals),
        curve=curve,
        equity=equity_at_closes(run, curve),
        metrics=metrics,
        plan_rounds=record.plan_rounds,
        round_profit=record.round_profit,
        seconds=time.perf_counter() - began,
    )


@contextmanager
def _pause_garbage_collector() -> Iterator[None]:
    """Spare the garbage collector the walk over the many records a run makes and keeps: none of them form cycles."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def _run_strategy(run: BacktestRun, strategy: AnyStrategy, parameters: StrategyParameters) -> BacktestRecord:
    if isinstance(strategy, SignalStrategy) and all(barrier.is_fixed for barrier, _ in run.config.barriers.active):
        return run_signals(run, strategy, parameters)
    if isinstance(strategy, SignalStrategy | PlanStrategy):
        return run_event_driven(run, strategy, parameters)
    raise TypeError(f"strategy {strategy.name} neither signals nor plans")


def _first_row(
    strategy: AnyStrategy, parameters: StrategyParameters, candles: Candles, trade_from: datetime | None
) -> int:
    first = strategy.warm_up(parameters)
    if trade_from is not None:
        first = max(first, int(np.searchsorted(candles.time, to_milliseconds(trade_from))))
    if first >= len(candles):
        raise InvalidInput(
            "candles-too-few",
            count=len(candles),
            strategy=strategy.name,
            warm_up=strategy.warm_up(parameters),
            least=first + 1,
        )
    return first
