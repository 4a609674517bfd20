"""The vectorised backtest makes the very fills of a bot that runs through the engine's handlers."""

from dataclasses import replace
from decimal import Decimal

from hypothesis import given, settings
from hypothesis import strategies as st

from bot.domain.fill import Fill
from bot.domain.market import Market
from bot.domain.trade import Trade
from bot.engine.backtest.event_driven import run_event_driven
from bot.engine.backtest.result import BacktestOptions, BacktestRecord, BacktestRun
from bot.engine.backtest.signal import run_signals
from bot.strategy.base import SignalStrategy
from bot.strategy.candles import Candles
from bot.strategy.fields import load_parameters
from tests.builders.backtest_config import STRATEGIES, a_backtest_config, a_market, some_barriers
from tests.builders.series import random_candles


def fill_facts(fill: Fill) -> tuple[object, ...]:
    return fill.side, fill.moment, fill.price, fill.quantity, fill.fee, fill.fee_currency, fill.liquidity


def trade_facts(trade: Trade) -> tuple[object, ...]:
    entry = trade.number, trade.opened_at, trade.entry_quantity, trade.entry_value, trade.fees
    return *entry, trade.closed_at, trade.exit_quantity, trade.exit_value, trade.exit_cost, trade.exit_reason


def facts(record: BacktestRecord) -> tuple[object, ...]:
    return (
        [fill_facts(fill) for fill in record.fills],
        [trade_facts(trade) for trade in record.trades],
        (record.ledger.position, record.ledger.totals),
        (record.cash, record.rows, record.references, record.cash_after, record.quantity_after),
    )


RUNS = st.builds(
    BacktestOptions,
    slippage=st.sampled_from([Decimal(0), Decimal("0.0005")]),
    is_fee_in_base=st.booleans(),
)
MARKETS = st.builds(
    a_market, st.sampled_from(["0.01", "0.5"]), st.sampled_from(["0.00001", "0.003"]), st.sampled_from(["5", "50"])
)
SETTINGS = st.fixed_dictionaries(
    {
        "stop_loss": st.sampled_from(["none", "0.3%", "1%", "10%"]),
        "take_profit": st.sampled_from(["none", "0.3%", "1%", "10%"]),
        "stake": st.sampled_from(["none", "1.02 x minimum", "1.2 x minimum", "9000"]),
    }
)
CANDLES = st.builds(
    random_candles, st.integers(0, 10_000), st.just(250), volatility=st.sampled_from([0.0005, 0.003, 0.03])
)


@settings(max_examples=40, deadline=None)
@given(
    strategy_name=st.sampled_from(["ema-cross", "rsi-reversion"]),
    words=SETTINGS,
    market=MARKETS,
    options=RUNS,
    candles=CANDLES,
)
def test_random_series_fill_alike(
    strategy_name: str, words: dict[str, str], market: Market, options: BacktestOptions, candles: Candles
) -> None:
    quick = {"fast": "2", "slow": "4"} if strategy_name == "ema-cross" else {"length": "3"}
    share, _, is_share = words["stake"].partition(" x ")
    stake = str(Decimal(share) * market.min_notional) if is_share else words["stake"]
    # Set without the checks of a new bot, which refuses stops too small for its venue: prices fall later, too.
    plain = a_backtest_config(strategy_name, {"stake": stake} | quick, market)
    config = replace(plain, barriers=some_barriers(stop_loss=words["stop_loss"], take_profit=words["take_profit"]))
    strategy = STRATEGIES.get_strategy(strategy_name)
    assert isinstance(strategy, SignalStrategy)
    parameters = load_parameters(strategy, config.parameters)
    first = strategy.warm_up(parameters)
    run = BacktestRun(config=config, market=market, candles=candles, cash=Decimal(10_000), first=first, options=options)
    assert facts(run_signals(run, strategy, parameters)) == facts(run_event_driven(run, strategy, parameters))
