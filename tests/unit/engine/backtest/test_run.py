import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import numpy as np
import pytest

from bot.commands.views.backtest_json import report_json
from bot.commands.views.backtest_report import equity_chart, report_text
from bot.domain.errors import InvalidInput
from bot.domain.trade import ExitReason
from bot.engine.backtest.report import daily_curve
from bot.engine.backtest.result import BacktestOptions, BacktestResult
from bot.engine.backtest.run import run_backtest
from bot.strategy.candles import Candles, from_milliseconds
from tests.builders.backtest_config import STRATEGIES, a_backtest_config, a_market
from tests.builders.refusals import raises_refusal
from tests.builders.series import START, bundled_candles, bundled_market, bundled_timeframe, random_candles

CASH = Decimal(10_000)
REPORT_KEYS = (
    *("strategy", "symbol", "timeframe", "parameters", "candles", "gaps", "start", "end", "cash", "capital", "fee"),
    *("trades", "equity", "metrics", "seconds"),
)
TRADE_KEYS = (*("entry_time", "entry_price", "exit_time", "exit_price", "quantity", "fees", "profit", "exit_reason"),)
GRID = {"lower": "100", "upper": "110", "levels": "3", "quote_amount": "1050"}


def a_result(
    strategy: str = "ema-cross", words: Mapping[str, str] | None = None, options: BacktestOptions | None = None
) -> BacktestResult:
    name = "BTC_USDT-1h"
    market = bundled_market(name)
    config = a_backtest_config(strategy, words, market, bundled_timeframe(name))
    return run_backtest(
        config, STRATEGIES.get_strategy(strategy), bundled_candles(name), market, CASH, options or BacktestOptions()
    )


def candles_of_prices(rows: Sequence[tuple[float, float, float, float]]) -> Candles:
    opened, high, low, close = (np.array(column, dtype=np.float64) for column in zip(*rows, strict=True))
    time = START + np.arange(len(rows), dtype=np.int64) * 60_000
    return Candles(time, opened, high, low, close, np.ones(len(rows)))


def a_grid_run(rows: Sequence[tuple[float, float, float, float]], **words: str) -> BacktestResult:
    # Row 0 is the warm-up; its place is taken by a repeat of the first row.
    market = a_market()
    config = a_backtest_config("grid", GRID | words, market)
    candles = candles_of_prices([rows[0], *rows])
    return run_backtest(config, STRATEGIES.get_strategy("grid"), candles, market, CASH)


def story(result: BacktestResult) -> list[tuple[str, float, int]]:
    return [
        (
            fill.side.value,
            float(fill.price),
            int((fill.moment.market - from_milliseconds(START)) / timedelta(minutes=1)) - 1,
        )
        for fill in result.fills
    ]


def test_a_known_run_has_the_known_figures() -> None:
    metrics = a_result(words={"stake": "1000"}).metrics
    assert (metrics.trades.trades, metrics.trades.wins) == (97, 27)
    assert metrics.closed_profit.quantize(Decimal("0.01")) == Decimal("96.65")
    assert metrics.fees.quantize(Decimal("0.01")) == Decimal("194.23")
    assert metrics.time_in_market == pytest.approx(0.5322, abs=5e-5)
    assert metrics.benchmark == pytest.approx(0.2095, abs=5e-5)
    assert metrics.equity.cagr == pytest.approx(0.0148, abs=5e-5)
    assert metrics.equity.calmar == pytest.approx(0.53, abs=5e-3)
    assert metrics.equity.max_drawdown.relative == pytest.approx(0.0281, abs=5e-5)
    assert metrics.equity.max_drawdown.absolute == pytest.approx(289.22, abs=5e-3)


def test_profits_and_open_profit_add_up_to_the_equity() -> None:
    cases: tuple[dict[str, str], ...] = ({}, {"stop_loss": "2%", "take_profit": "1%"})
    for words in cases:
        result = a_result(words=words)
        total = result.cash + sum(trade.profit for trade in result.trades)
        net = result.metrics.net_profit
        assert result.equity[-1] == pytest.approx(float(result.cash + net))
        # What the open trade has paid in fees is in its open profit, and not in the closed one.
        fees = result.trades[-1].fees if result.trades[-1].closed_at is None else 0
        assert result.metrics.closed_profit == total - result.cash + fees


def test_trading_starts_where_it_is_told_to() -> None:
    start = datetime(2024, 6, 1, tzinfo=UTC)
    result = a_result(options=BacktestOptions(trade_from=start))
    assert result.started_at == start
    assert min(trade.opened_at.market for trade in result.trades) > start
    assert len(result.equity) == len(result.candles) - result.first


def test_too_few_candles_are_refused() -> None:
    market = a_market()
    with raises_refusal(InvalidInput, match="260"):
        run_backtest(a_backtest_config(), STRATEGIES.get_strategy("ema-cross"), random_candles(1, 260), market, CASH)


def test_fees_in_base_leave_dust_that_blocks_nothing() -> None:
    result = a_result(options=BacktestOptions(is_fee_in_base=True))
    plain = a_result()
    assert len(result.trades) == len(plain.trades)
    assert all(trade.closed_at for trade in result.trades[:-1])
    assert result.fills[0].fee_currency == "BTC"
    assert result.equity[-1] == pytest.approx(plain.equity[-1], rel=1e-3)


def test_an_open_position_stays_an_open_trade() -> None:
    result = a_result("rsi-reversion", {"overbought": "99"})
    assert result.trades[-1].closed_at is None
    record = json.loads(report_json(result, is_full=False))
    assert record["trades"][-1]["exit_time"] is None
    assert record["trades"][-1]["exit_price"] is None


def test_daily_equity_is_that_of_midnight() -> None:
    closes = START + np.arange(1, 61, dtype=np.int64) * 3_600_000
    equity = np.arange(1, 61, dtype=np.float64)
    curve = daily_curve(0.5, from_milliseconds(START), closes, equity)
    assert [value for _, value in curve] == [0.5, 24, 48, 60]
    assert [time.hour for time, _ in curve] == [0, 0, 0, 12]


def test_json_keeps_its_contract() -> None:
    result = a_result(words={"stop_loss": "5%"})
    record = json.loads(report_json(result, is_full=True))
    assert tuple(record) == REPORT_KEYS
    assert tuple(record["trades"][0]) == TRADE_KEYS
    assert record["parameters"] == {"confirm": 0, "fast": 12, "kind": "ema", "slow": 26, "stop_loss": "0.05"}
    assert len(record["equity"]) == len(result.equity) + 1
    assert datetime.fromisoformat(record["start"]) == result.started_at
    assert record["equity"][0] == [record["start"], "10000"]
    assert isinstance(record["equity"][1][1], str)
    profits = [Decimal(trade["profit"]) for trade in record["trades"]]
    assert sum(profits) == sum(trade.profit for trade in result.trades)


def test_report_fits_eighty_columns() -> None:
    cases: tuple[tuple[str, dict[str, str]], ...] = (
        ("ema-cross", {}),
        ("grid", {"lower": "50000", "upper": "70000"}),
    )
    for strategy, words in cases:
        lines = report_text(a_result(strategy, words)).splitlines()
        assert max(map(len, lines)) <= 80
        assert any(line.startswith("Trades, won") for line in lines)


def test_chart_shows_equity_beside_buy_and_hold() -> None:
    chart = equity_chart(a_result())
    assert chart.title.endswith(" UTC")
    assert len(chart.times) == len(chart.equity) == len(chart.benchmark) <= 2002


def test_grid_buys_below_and_sells_one_level_above() -> None:
    flat = (107.0, 107.5, 106.0, 107.0)
    dip = (107.0, 107.0, 104.0, 104.5)
    rise = (104.5, 110.5, 104.5, 108.0)
    result = a_grid_run([flat, flat, dip, rise, flat, dip])
    assert story(result) == [("buy", 105, 2), ("sell", 110, 3), ("buy", 105, 5)]
    assert result.trades[0].profit == Decimal("10.00") * 5 - Decimal("10.00") * Decimal("215") / 1000
    assert result.trades[1].closed_at is None


def test_grid_orders_fill_at_the_better_open_only_when_passed() -> None:
    flat = (107.0, 107.5, 106.0, 107.0)
    touched = (107.0, 107.0, 105.0, 106.0)
    gap = (103.0, 103.5, 102.0, 103.0)
    assert story(a_grid_run([flat, touched, gap])) == [("buy", 103, 2)]


def test_grid_never_sells_what_it_bought_inside_the_same_candle() -> None:
    wild = (107.0, 112.0, 99.0, 107.0)
    result = a_grid_run([(107.0, 107.5, 106.0, 107.0), wild, wild])
    # The sell at the open makes room for a new buy, which the rest of that candle may fill.
    first, second = [("buy", 105, 1), ("buy", 100, 1)], [("sell", 107, 2), ("buy", 100, 2), ("sell", 110, 2)]
    assert story(result) == [*first, *second]


def test_stop_low_sells_at_market_and_waits_for_a_new_run() -> None:
    flat = (107.0, 107.5, 106.0, 107.0)
    crash = (107.0, 107.0, 94.0, 94.5)
    low = (94.0, 95.0, 93.0, 94.0)
    result = a_grid_run([flat, crash, low, flat, (107.0, 107.0, 99.0, 104.0)], stop_low="95")
    assert story(result) == [("buy", 105, 1), ("buy", 100, 1), ("sell", 94, 2)]
    assert result.trades[0].exit_reason is ExitReason.PLAN


def test_a_stop_loss_guards_a_grid_and_takes_its_sells_away() -> None:
    flat = (107.0, 107.5, 106.0, 107.0)
    dip = (107.0, 107.0, 104.0, 106.0)
    wild = (106.0, 111.0, 101.0, 106.0)
    result = a_grid_run([flat, dip, wild], stop_loss="2%")
    assert story(result) == [("buy", 105, 1), ("sell", 102.9, 2)]
    assert result.trades[0].exit_reason is ExitReason.STOP_LOSS


def test_grid_on_recorded_candles_keeps_money_and_coins_straight() -> None:
    result = a_result("grid", {"lower": "50000", "upper": "70000", "levels": "30"})
    held = Decimal(0)
    cash = result.cash
    for fill in result.fills:
        held += fill.side.sign * fill.quantity
        cash -= fill.side.sign * fill.quantity * fill.price + fill.fee
        assert held >= 0
        assert cash >= 0
    assert len(result.fills) > 100
    assert result.equity[-1] == pytest.approx(float(cash + held * Decimal(str(result.candles.close[-1]))))


def test_a_plan_backtest_has_no_look_ahead() -> None:
    name = "BTC_USDT-1h"
    market, candles = bundled_market(name), bundled_candles(name)
    words = {"lower": "50000", "upper": "70000"}
    config = a_backtest_config("grid", words, market, bundled_timeframe(name))
    whole = run_backtest(config, STRATEGIES.get_strategy("grid"), candles, market, CASH)
    part = run_backtest(config, STRATEGIES.get_strategy("grid"), candles.slice_rows(0, 2500), market, CASH)
    assert part.fills == whole.fills[: len(part.fills)]
    assert np.array_equal(part.equity, whole.equity[: len(part.equity)])


def test_orders_a_minute_are_limited_like_in_a_running_bot() -> None:
    market = a_market()
    config = a_backtest_config(
        "grid", {"lower": "100", "upper": "200", "levels": "11", "max_orders_per_minute": "3"}, market
    )
    flat = (300.0, 300.0, 300.0, 300.0)
    candles = candles_of_prices([flat, flat, (300.0, 300.0, 50.0, 50.0)])
    result = run_backtest(config, STRATEGIES.get_strategy("grid"), candles, market, CASH)
    # Three are placed at the start, three more a minute later at the first close; then the price falls through all.
    assert len(result.fills) == 6
    assert "orders within a minute" in result.refusals[0]
