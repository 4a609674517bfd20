"""What a backtest shows adds up, worked by hand on small series and by a naive loop on real ones."""

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest

from bot.commands.views.backtest_json import report_json
from bot.commands.views.backtest_report import report_text
from bot.domain.ids import Symbol
from bot.domain.market import Market, Timeframe
from bot.domain.metrics import NOT_APPLICABLE
from bot.engine.backtest.result import BacktestResult
from bot.engine.backtest.run import run_backtest
from bot.strategy.candles import Candles, from_milliseconds
from tests.builders.backtest_config import STRATEGIES, a_backtest_config, a_market
from tests.builders.series import START, bundled_candles, bundled_market, bundled_timeframe
from tests.reference.naive_figures import NaiveFill, naive_figures

CASH = Decimal(10_000)
QUIET = [100.0] * 30
"""The warm-up of an average over 3: no cross, nothing decided."""
CROSS = {"fast": "2", "slow": "3", "kind": "sma", "stake": "1000"}


def rows_of(closes: Sequence[float], opens: Mapping[int, float] | None = None) -> list[tuple[float, float]]:
    """Open each candle at the close before, but for those that are named."""
    known = opens or {}
    return [(known.get(row, closes[max(row - 1, 0)]), close) for row, close in enumerate(closes)]


def run(
    rows: Sequence[tuple[float, float]],
    market: Market | None = None,
    cash: Decimal = CASH,
    missing: int = 0,
    **words: str,
) -> BacktestResult:
    market = market or a_market()
    opened, close = (np.array(column) for column in zip(*rows, strict=True))
    time = START + np.arange(len(rows), dtype=np.int64) * 3_600_000
    time[10:] += missing * 3_600_000
    candles = Candles(time, opened, np.maximum(opened, close), np.minimum(opened, close), close, np.ones(len(rows)))
    config = a_backtest_config("ema-cross", CROSS | {"capital": str(cash)} | words, market, Timeframe.H1)
    return run_backtest(config, STRATEGIES.get_strategy("ema-cross"), candles, market, cash)


def figures(result: BacktestResult) -> dict[str, str]:
    metrics = json.loads(report_json(result, is_full=False))["metrics"]
    assert isinstance(metrics, dict)
    return metrics


def printed(text: str, label: str) -> Decimal:
    found = re.search(rf"^ *{label} +([+-]?[\d,.]+)", text, re.MULTILINE)
    assert found, f"{label} is not in the report"
    return Decimal(found[1].replace(",", ""))


# Closes 101, 102, 103 after thirty of 100: the average of 2 crosses that of 3 at 101, so 1000 / 101 = 9.90099 coins
# are bought at the next open. At 90 it crosses back: (103 + 90) / 2 = 96.5 is below (102 + 103 + 90) / 3 = 98.33.


def test_fees_that_turn_a_gain_into_a_loss_are_blamed() -> None:
    # Bought at 101.00 for 999.99999, fee 0.99999999. Sold at the open of 101.10 for 1000.990089, fee 1.000990089.
    # Before fees +0.990099, fees 2.000990079... so the net is -1.010891079.
    result = run(rows_of([*QUIET, 101, 102, 103, 90, 90], {34: 101.10}))
    net = Decimal("1000.990089") - Decimal("999.99999") - Decimal("0.99999999") - Decimal("1.000990089")
    assert net == Decimal("-1.010891079")
    found = figures(result)
    assert (found["net_profit"], found["closed_profit"], found["open_profit"]) == (str(net), str(net), "0")
    text = report_text(result)
    assert "Net -1.01 USDT" in text
    assert "Fees ate more than was left: +0.99 USDT before fees, -1.01 USDT after them." in text
    assert "luck" not in text


def test_fees_are_not_blamed_for_a_plain_loss() -> None:
    # Sold at 90: -108.91 before fees of 1.89.
    text = report_text(run(rows_of([*QUIET, 101, 102, 103, 90, 90])))
    assert "Net -110.80 USDT" in text
    assert "Fees ate" not in text
    assert "luck" not in text


def test_fees_are_blamed_with_an_open_loss_too() -> None:
    # Bought for 999.99999 with a fee of 0.99999999, worth 9.90099 x 101.05 = 1000.4950395 at the last close:
    # +0.4950495 before fees, -0.50495049 after them. Nothing was sold, so all of it is open.
    result = run(rows_of([*QUIET, 101, 101.5, 101.05], {31: 101}))
    found = figures(result)
    assert (found["closed_profit"], found["open_profit"]) == ("0", "-0.50495049")
    assert found["net_profit"] == found["open_profit"]
    text = report_text(result)
    assert "Fees ate more than was left: +0.50 USDT before fees, -0.50 USDT after them." in text
    assert "One trade is still open: -0.50 USDT" in text


def test_a_gain_without_proof_could_be_luck() -> None:
    gain = report_text(run(rows_of([*QUIET, 101, 102, 103, 90, 90], {34: 120})))
    assert "Could be luck: 1 closed trade is no proof." in gain
    # Two rounds, +188.1 and +0.1 after fees: a t-test of two trades so unlike proves nothing.
    twice = [*QUIET, 101, 102, 103, 90, 90, 90, 90, 91, 92, 93, 80, 80]
    lucky = report_text(run(rows_of(twice, {34: 120, 41: 91.2})))
    assert re.search(r"Could be luck \(p = 0\.\d\d\)\.", lucky)


def test_a_jumped_stop_is_slippage_and_a_target_is_none() -> None:
    # Decided at 101.00 and bought at 101.00: no slippage. The stop is 5 % below, at 95.95; the next candle opens at
    # 90.00, which is where it fills: (95.95 - 90) / 95.95 = 6.2012 % worse. The mean of both fills is 3.1006 %.
    stopped = run(rows_of([*QUIET, 101, 101, 90, 90], {32: 90}), stop_loss="5%")
    assert [float(fill.price) for fill in stopped.fills] == [101, 90]
    assert stopped.metrics.slippage == pytest.approx((95.95 - 90) / 95.95 / 2)
    assert "+3.1006%" in report_text(stopped)
    # A target that is jumped pays more than it asked for: no slippage, good or bad.
    paid = run(rows_of([*QUIET, 101, 101, 120, 120], {32: 120}), take_profit="5%")
    assert [float(fill.price) for fill in paid.fills] == [101, 120]
    assert paid.metrics.slippage == 0
    assert "0.0000%" in report_text(paid)
    assert "-0.0000%" not in report_text(paid)


def test_what_is_quoted_in_bitcoin_has_eight_digits() -> None:
    # 0.05 BTC buy 0.95238 ETH at 0.0525 (0.04999995, fee 0.00004999995). Sold at 0.0520 for 0.04952376, fee
    # 0.00004952376: -0.00047619 - 0.00009952371 = -0.00057571371.
    market = replace(a_market("0.000001", "0.0001", "0.0001"), symbol=Symbol("ETH/BTC"), base="ETH", quote="BTC")
    closes = [0.05] * 30 + [0.0525, 0.053, 0.0535, 0.045, 0.045]
    result = run(rows_of(closes, {31: 0.0525, 34: 0.052}), market, Decimal(1), stake="0.05")
    quantity = Decimal("0.9523")
    paid, got = quantity * Decimal("0.0525"), quantity * Decimal("0.052")
    net = got - paid - (got + paid) / 1000
    text = report_text(result)
    assert f"Net {net:.8f} BTC" in text
    assert printed(text, "Fees in it") == round((got + paid) / 1000, 8)
    assert "0.00 BTC" not in text.replace("1.00 BTC", "").replace("open 0.00 BTC", "").replace("  0.00 BTC", "")


@pytest.mark.parametrize("quote", ["USDT", "USD1", "PYUSD", "EUR"])
def test_money_of_a_currency_with_cents_has_two_digits(quote: str) -> None:
    market = replace(a_market(), symbol=Symbol(f"BTC/{quote}"), quote=quote)
    assert f"Net -110.80 {quote}" in report_text(run(rows_of([*QUIET, 101, 102, 103, 90, 90]), market))


def test_a_run_without_a_trade_shows_no_figure_of_trades() -> None:
    text = report_text(run(rows_of([*QUIET, 100, 100])))
    assert "Trades, won 0, 0" in re.sub(" +", " ", text)
    assert "Best, worst n/a" in re.sub(" +", " ", text)
    assert "Slippage n/a" in re.sub(" +", " ", text)
    for wrong in ("-0.00", "+0.00", "0 d "):
        assert wrong not in text


def test_holes_in_the_candles_are_named() -> None:
    result = run(rows_of([*QUIET, 100, 100]), missing=41)
    # Row 9 opens at 9:00 and closes at 10:00 on 1 January 2024; 41 candles of an hour are missing after it.
    assert "The data have a gap: 1 d 17 h from 1 Jan 2024 10:00 UTC." in report_text(result)
    assert json.loads(report_json(result, is_full=False))["gaps"] == [["2024-01-01T10:00:00Z", "2024-01-03T03:00:00Z"]]
    whole = run(rows_of([*QUIET, 100, 100]))
    assert "gap" not in report_text(whole)
    assert json.loads(report_json(whole, is_full=False))["gaps"] == []


def test_full_and_daily_equity_say_when_each_value_was_true() -> None:
    result = run(rows_of([*QUIET, 101, 102, 103, 110, 111, *[112.0] * 20]))
    full, daily = (json.loads(report_json(result, is_full=is_full))["equity"] for is_full in (True, False))
    assert full[0] == daily[0] == ["2024-01-02T06:00:00Z", "10000"]
    known = dict(map(tuple, full))
    assert len(known) == len(full) == 1 + len(result.equity)
    assert [known[time] for time, _ in daily] == [value for _, value in daily]
    # The candle of 7:00 closes at 8:00: bought 9.90099 at 101, worth 102 then, less the fee.
    assert known["2024-01-02T08:00:00Z"] == str(round(Decimal(10_000) + Decimal("9.90099") - Decimal("0.99999999"), 8))


@pytest.mark.parametrize(
    ("strategy", "name", "words"),
    [
        ("rsi-reversion", "BTC_USDT-1h", {"stake": "100"}),
        ("ema-cross", "DOGE_USDT-1h", {"stop_loss": "2%", "take_profit": "3%"}),
        ("grid", "BTC_USDT-1h", {"lower": "52000", "upper": "68000", "levels": "8"}),
        ("grid", "DOGE_USDT-1h", {"lower": "0.1", "upper": "0.2", "levels": "12", "quote_amount": "100"}),
    ],
    ids=str,
)
def test_a_real_run_has_the_figures_of_a_naive_loop(strategy: str, name: str, words: dict[str, str]) -> None:
    market, candles = bundled_market(name), bundled_candles(name)
    config = a_backtest_config(strategy, words, market, bundled_timeframe(name))
    result = run_backtest(config, STRATEGIES.get_strategy(strategy), candles, market, CASH)
    rows = {from_milliseconds(int(time)): row for row, time in enumerate(candles.time[result.first :].tolist())}
    fills = [
        NaiveFill(rows[one.moment.market], one.side.sign, one.price, one.quantity, one.fee) for one in result.fills
    ]
    closes = [Decimal(repr(close)) for close in candles.close[result.first :].tolist()]
    naive, metrics = naive_figures(CASH, fills, closes), result.metrics
    opened = naive.open_profit(closes[-1])
    assert len(fills) > 10
    assert metrics.closed_profit == pytest.approx(naive.closed, abs=Decimal("1e-9"))
    assert metrics.open_profit == pytest.approx(opened, abs=Decimal("1e-9"))
    assert metrics.net_profit == pytest.approx(naive.equity[-1] - CASH, abs=Decimal("1e-9"))
    assert metrics.fees == pytest.approx(naive.fees, abs=Decimal("1e-9"))
    assert result.equity == pytest.approx([float(value) for value in naive.equity])
    deepest, now = naive.deepest_fall(CASH)
    assert metrics.equity.current_drawdown == pytest.approx(float(now))
    assert metrics.equity.max_drawdown.relative == pytest.approx(float(deepest))
    assert metrics.equity.total_return == pytest.approx(float(naive.equity[-1] / CASH - 1))
    text, found = report_text(result), figures(result)
    assert Decimal(found["net_profit"]) == Decimal(found["closed_profit"]) + Decimal(found["open_profit"])
    assert printed(text, "closed") + printed(text, "open") == printed(text, "Net")
    assert printed(text, "Net") == round(naive.equity[-1] - CASH, 2)
    if strategy == "grid":
        assert printed(text, "Grid profit") + printed(text, "Holding") == printed(text, "Net")
        assert metrics.slippage == NOT_APPLICABLE
    else:
        assert "Grid profit" not in text


def test_the_win_rate_of_a_grid_is_qualified() -> None:
    # Bought at 105 and sold at 110 once; then bought at 105 again: 100 % won, while the second purchase is open.
    flat, dip, rise = (107.0, 107.0), (107.0, 104.0), (104.0, 111.0)
    rows = [flat, flat, flat, dip, rise, (111.0, 107.0), (107.0, 101.0)]
    market = a_market()
    opened, close = (np.array(column) for column in zip(*rows, strict=True))
    time = START + np.arange(len(rows), dtype=np.int64) * 60_000
    candles = Candles(time, opened, np.maximum(opened, close), np.minimum(opened, close), close, np.ones(len(rows)))
    words = {"lower": "100", "upper": "110", "levels": "3", "quote_amount": "1050"}
    config = a_backtest_config("grid", words, market)
    text = report_text(run_backtest(config, STRATEGIES.get_strategy("grid"), candles, market, CASH))
    assert "1, 1 (100%)" in text
    # 10.00 coins at 105.00 are worth 101.00: -40.00, and the fee of 1.05: 0.41 % of 10,000.
    told = "grid closes trades only when flat; loss of 0.41% of the capital is open, 41.05 USDT."
    assert f"Won and p-value say little: {told}" in " ".join(text.split())
    assert "luck" not in text


def test_a_stake_of_all_the_cash_is_shown_as_what_is_bought_for() -> None:
    # 0.1 % fee and 0.5 % reserve are kept back: 10,000 x 0.994.
    text = report_text(run(rows_of([*QUIET, 101, 102, 103, 90, 90]), stake="10000"))
    assert "of 10,000, stake 9,940 of 10,000)" in text
    assert "of 10,000, stake 1,000)" in report_text(run(rows_of([*QUIET, 101, 102, 103, 90, 90])))
