"""One rule inside the candle (RISK.md): what fills where, in which order, and who is asked in between."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

import numpy as np

from bot.domain.barrier import Barriers
from bot.domain.trade import ExitReason
from bot.engine.backtest.result import BacktestOptions, BacktestResult
from bot.engine.backtest.run import run_backtest
from bot.engine.bots.configuration import build_config
from tests.builders.backtest_config import a_market
from tests.builders.engine import PRACTICE
from tests.builders.recordings import Prices, candles, series_of
from tests.fakes.one_deal import OneDeal
from tests.fakes.scripted_strategies import ENTER, LEAVE, scripted_and_builtin_strategies
from tests.unit.engine.backtest.test_run import a_result

CALM: Prices = (100.0, 100.0, 100.0, 100.0)
D = Decimal
STRATEGIES = scripted_and_builtin_strategies()
STRATEGIES.register_strategy(OneDeal())


def a_run(
    name: str,
    rows: Sequence[Prices],
    said: Sequence[float] = (),
    barriers: Barriers | None = None,
    slippage: str = "0",
    **words: str,
) -> BacktestResult:
    """Run over rows of prices; `said` is what the volumes tell a scripted strategy."""
    market, strategy = a_market(), STRATEGIES.get_strategy(name)
    config = build_config(strategy, market, series_of().timeframe, PRACTICE.account_id, {"capital": "10000"} | words)
    made = candles(rows)
    if said:
        made = replace(made, volume=np.array([1000 + one for one in said], dtype=np.float64))
    config = replace(config, barriers=barriers or Barriers())
    return run_backtest(config, strategy, made, market, D(10_000), BacktestOptions(slippage=D(slippage)))


def fills(result: BacktestResult) -> list[tuple[str, Decimal, Decimal]]:
    return [(fill.side.value, fill.price, fill.quantity) for fill in result.fills]


def test_buys_below_a_stop_are_not_made_if_the_strategy_wants_them_no_more() -> None:
    # Buys rest at 99, 96 and 93. The first fills; its stop lies at 99 x 0.98 = 97.02, between the others and the price.
    rows = [CALM, CALM, (100, 100, 98.5, 98.5), (98.5, 98.5, 92, 92), (92, 99, 90, 95)]
    result = a_run("one-deal", rows, barriers=Barriers(stop_loss=D("0.02")))
    assert fills(result) == [("buy", D("99.00"), D(1)), ("sell", D("97.02"), D(1))]


def test_a_gap_below_the_stop_asks_the_strategy_before_buys_at_that_open() -> None:
    # The open of 95 is below the stop of 97.02 and below the buy of 96.
    rows = [CALM, CALM, (100, 100, 98.5, 98.5), (95, 95, 92, 92)]
    result = a_run("one-deal", rows, barriers=Barriers(stop_loss=D("0.02")))
    assert fills(result) == [("buy", D("99.00"), D(1)), ("sell", D(95), D(1))]


def test_a_buy_above_the_touched_stop_is_made_before_it_and_guarded_from_the_next_candle() -> None:
    # The stop of the first buy lies at 99 x 0.94 = 93.06, below the buy of 96 and above that of 93. What was bought
    # inside the candle is guarded from the next one on: average 97.5, stop 97.5 x 0.94 = 91.65.
    rows = [CALM, CALM, (100, 100, 98.5, 98.5), (98.5, 98.5, 92, 92), (92, 92, 91, 92)]
    result = a_run("one-deal", rows, barriers=Barriers(stop_loss=D("0.06")))
    bought, stopped = ("buy", D("96.00"), D(1)), ("sell", D("93.06"), D(1))
    assert fills(result) == [("buy", D("99.00"), D(1)), bought, stopped, ("sell", D("91.65"), D(1))]


def test_a_grid_wants_its_buys_below_the_stop_still_and_fills_them_in_the_same_candle() -> None:
    # Levels 90, 95, 100, 105; the buy of 95 is guarded at 95 x 0.98 = 93.10; the fall goes on to the buy of 90.
    rows = [CALM, CALM, (100, 100, 94.5, 94.5), (94.5, 94.5, 89, 91)]
    stop = Barriers(stop_loss=D("0.02"))
    result = a_run("grid", rows, barriers=stop, lower="90", upper="105", levels="4", quote_amount="950")
    assert [(side, price) for side, price, _ in fills(result)] == [("buy", 95), ("sell", D("93.10")), ("buy", 90)]


def test_a_stop_above_the_open_of_its_first_candle_fills_at_that_open() -> None:
    # Slippage of 1 % makes the entry 101; the stop at 101 x 0.995 = 100.49 lies above everything that candle traded
    # after its open of 100: it is sold there, 1 % worse.
    rows = [CALM, CALM, CALM, (100, 100.3, 99.8, 100), CALM]
    stop = Barriers(stop_loss=D("0.005"))
    result = a_run("told", rows, [0, 0, ENTER, 0, 0], stop, slippage="0.01", stake="1000")
    assert [price for _, price, _ in fills(result)] == [D("101.00"), D("99.00")]


def test_what_is_too_small_to_sell_at_its_signal_blocks_no_later_entry() -> None:
    # 6 USDT buy 0.06 at 100; at 80 they are 4.80, the market wants 5.
    fall: Prices = (100, 100, 80, 80)
    low: Prices = (80, 80, 80, 80)
    rows = [CALM, CALM, CALM, CALM, fall, low, low, low]
    result = a_run("told", rows, [0, 0, ENTER, 0, LEAVE, ENTER, 0, 0], stake="6")
    first, second = result.trades
    assert (first.exit_reason, first.exit_price, first.entry_quantity) == (ExitReason.SIGNAL, D(80), D("0.06"))
    # 6 USDT buy 0.075 at 80, beside the 0.06 that stayed.
    assert second.entry_quantity == D("0.135")


def test_a_stop_too_small_to_rest_closes_as_dust_at_the_close_of_the_candle_that_reached_it() -> None:
    # 0.06 at the stop of 80 are 4.80: no venue takes that stop. The candle reaches it and closes at 81: 4.86.
    rows = [CALM, CALM, CALM, CALM, (100, 100, 79, 81), CALM]
    result = a_run("told", rows, [0, 0, ENTER, 0, 0, 0], Barriers(stop_loss=D("0.2")), stake="6")
    (trade,) = result.trades
    assert len(result.fills) == 1
    assert (trade.exit_reason, trade.exit_price) == (ExitReason.STOP_LOSS, D(81))
    assert trade.closed_at is not None
    assert (trade.closed_at.market - result.started_at) / series_of().timeframe.duration == 3


def test_a_stop_too_small_to_rest_is_sold_at_the_next_open_if_the_close_makes_it_big_enough() -> None:
    # At the close of 90 the 0.06 are 5.40 again, and the next candle opens at 88.
    rows = [CALM, CALM, CALM, CALM, (100, 100, 79, 90), (88, 88, 88, 88)]
    result = a_run("told", rows, [0, 0, ENTER, 0, 0, 0], Barriers(stop_loss=D("0.2")), stake="6")
    assert fills(result)[1:] == [("sell", D(88), D("0.06"))]
    assert result.trades[0].exit_reason is ExitReason.STOP_LOSS


def test_a_sell_signal_of_too_little_does_not_cost_the_trades_after_it() -> None:
    # 6 USDT bought 0.00008 BTC on 30 July; at the signal of 8 August (close 57,924.62) they are 4.63 USDT. The
    # reviewers counted five trades lost until they were worth 5 again, on 23 August.
    result = a_result("rsi-reversion", {"stake": "6", "length": "10", "oversold": "40"})
    closed = [(trade.closed_at.market, trade) for trade in result.trades if trade.closed_at]
    first, *others = [
        trade for time, trade in closed if datetime(2024, 8, 8, tzinfo=UTC) <= time < datetime(2024, 8, 24, tzinfo=UTC)
    ]
    assert (first.entry_quantity, first.exit_price, first.exit_reason) == (
        D("0.00008"),
        D("57924.62"),
        ExitReason.SIGNAL,
    )
    assert len(others) == 5
