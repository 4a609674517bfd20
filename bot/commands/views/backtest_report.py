"""Backtests as text of at most 80 columns, and as a chart."""

from datetime import timedelta
from decimal import Decimal
from itertools import zip_longest

import numpy as np

from bot.commands.text.metrics import (
    REPORT_EQUITY_ROWS,
    REPORT_RETURN_ROWS,
    REPORT_TRADE_ROWS,
    Keys,
    report_row,
    shortage_text,
)
from bot.domain.instance import ParameterValue
from bot.domain.metrics import NotAvailable
from bot.engine.backtest.result import BacktestResult
from bot.engine.bots.setting_fields import barrier_values
from bot.ports.charts import EquityChart
from bot.strategy.candles import Times, from_milliseconds
from bot.strategy.field_spec import FieldSpec, plain_number

WIDTH = 78
GAP = 4
CHART_POINTS = 2000
SIGNIFICANCE_LEVEL = 0.05

Lines = list[tuple[str, str]]


def report_text(result: BacktestResult) -> str:
    """Return the report: configuration, result, metrics in two columns, and remarks."""
    lines = [_title(result), _net(result), ""]
    column = (WIDTH - GAP) // 2
    for left, right in zip_longest(_left(result), _right(result), fillvalue=("", "")):
        lines.append(f"{_cell(left, column)}{' ' * GAP}{_cell(right, column)}".rstrip())
    lines += ["", *_remarks(result)]
    return "\n".join(lines) + "\n"


def equity_chart(result: BacktestResult) -> EquityChart:
    """Return the chart of equity beside buy and hold of the same money."""
    closes = result.candles.close[result.first :]
    rows = np.linspace(0, len(closes) - 1, min(CHART_POINTS, len(closes))).astype(np.int64)
    # The points of the deepest drawdown stay, so that picture and metrics agree.
    rows = np.unique(np.concatenate((rows, _drawdown_rows(result))))
    length = round(result.config.timeframe.duration.total_seconds() * 1000)
    times = result.candles.time[result.first :][rows] + length
    held = float(result.cash) * closes[rows] / float(result.candles.open[result.first])
    return EquityChart(
        title=f"Backtest · {result.config.strategy} · {result.config.symbol} {result.config.timeframe}",
        times=[from_milliseconds(time) for time in times.tolist()],
        equity=result.equity[rows].tolist(),
        benchmark=(held * (1 - float(result.market.fee_rate))).tolist(),
        currency=result.market.quote,
        timezone="UTC",
    )


def _drawdown_rows(result: BacktestResult) -> Times:
    peaks = np.maximum.accumulate(np.concatenate(([float(result.cash)], result.equity)))[1:]
    trough = int(((peaks - result.equity) / peaks).argmax()) if peaks.min() > 0 else 0
    return np.array([int(result.equity[: trough + 1].argmax()), trough], dtype=np.int64)


def _title(result: BacktestResult) -> str:
    config = result.config
    start, end = (f"{time:%d %b %Y}" for time in (result.started_at, result.ended_at))
    return f"Backtest · {config.strategy} · {config.symbol} {config.timeframe} · {start} to {end}"


def _net(result: BacktestResult) -> str:
    profit = Decimal(str(float(result.equity[-1]))) - result.cash
    quote = result.market.quote
    stake = "" if result.config.stake is None else f", stake {plain_number(result.config.stake)}"
    share = f"{profit / result.cash:+.2%} of {result.cash:,f}{stake}"
    _, benchmark = report_row(("benchmark",), result.metrics, quote)
    return f"Net {profit:+,.2f} {quote} ({share}); buy and hold {benchmark}"


def _left(result: BacktestResult) -> Lines:
    trades = result.metrics.trades
    rate = "" if isinstance(trades.win_rate, NotAvailable) else f" ({trades.win_rate:.0%})"
    return [
        ("Trades, won", f"{trades.trades}, {trades.wins}{rate}"),
        *_rows(result, REPORT_TRADE_ROWS),
        *_parameters(result),
    ]


def _right(result: BacktestResult) -> Lines:
    drawdown = result.metrics.equity.max_drawdown
    return [
        *_rows(result, REPORT_RETURN_ROWS),
        ("Max drawdown", f"{drawdown.absolute:,.2f}  {drawdown.relative:.2%}"),
        ("  to the trough", _days(drawdown.time_to_trough)),
        ("  to recovery", f"{_days(drawdown.duration)}{', open' if drawdown.is_open else ''}"),
        *_rows(result, REPORT_EQUITY_ROWS),
        ("Candles", f"{len(result.candles):,}, warm-up {result.first:,}"),
        ("Run time", f"{result.seconds:.2f} s"),
    ]


def _rows(result: BacktestResult, rows: tuple[Keys, ...]) -> Lines:
    return [report_row(keys, result.metrics, result.market.quote) for keys in rows]


def _parameters(result: BacktestResult) -> Lines:
    return [
        *((name, _value(value)) for name, value in result.config.parameters),
        *((spec.name, _barrier_value(spec, value)) for spec, value in barrier_values(result.config.barriers)),
    ]


def _remarks(result: BacktestResult) -> list[str]:
    trades, shortage = result.metrics.trades, shortage_text(result.metrics)
    remarks = [shortage] if shortage else []
    if not isinstance(trades.p_value, NotAvailable) and trades.p_value > SIGNIFICANCE_LEVEL:
        remarks.append(f"Could be luck (p = {trades.p_value:.2f}).")
    if result.metrics.fees > max(trades.net_profit, Decimal(0)) and trades.trades:
        remarks.append("Fees ate more than was left.")
    if result.trades and result.trades[-1].closed_at is None:
        remarks.append(f"One trade is still open: {result.metrics.open_profit:+,.2f} {result.market.quote}.")
    if result.refusals:
        remarks.append(f"{len(result.refusals)} orders were not sent, the last: {result.refusals[-1]}"[:WIDTH])
    return remarks


def _cell(line: tuple[str, str], width: int) -> str:
    label, value = line
    return f"{label}{value.rjust(max(width - len(label), 1))}"


def _value(value: ParameterValue) -> str:
    if isinstance(value, bool):
        return "on" if value else "off"
    return plain_number(value) if isinstance(value, Decimal) else str(value)


def _barrier_value(spec: FieldSpec, value: Decimal) -> str:
    return f"{plain_number(value * 100)}%" if spec.is_fraction else plain_number(value)


def _days(duration: timedelta) -> str:
    hours = round(duration.total_seconds() / 3600)
    return f"{hours // 24} d {hours % 24} h"
