"""Backtests as JSON: money as strings, times as ISO 8601 UTC, withheld metrics as null."""

import json
from datetime import datetime, timedelta
from decimal import Decimal

from bot.commands.text.metrics import AMOUNT, METRICS, PROFIT, Metric, Value
from bot.domain.drawdown import EquityCurve
from bot.domain.metrics import Metrics, NotAvailable
from bot.domain.trade import Trade
from bot.engine.backtest.report import daily_curve
from bot.engine.backtest.result import BacktestResult
from bot.strategy.candles import from_milliseconds
from bot.strategy.field_spec import plain_number

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]


def report_json(result: BacktestResult, *, is_full: bool) -> str:
    """Return a result as JSON; equity daily at 00:00 UTC, or after each candle with the candle's open time."""
    return json.dumps(report_record(result, is_full=is_full), indent=1, allow_nan=False)


def report_record(result: BacktestResult, *, is_full: bool) -> dict[str, Json]:
    """Return the report in JSON's types; the keys are a contract."""
    return {
        "strategy": result.config.strategy,
        "symbol": str(result.config.symbol),
        "timeframe": str(result.config.timeframe),
        "parameters": _parameters(result),
        "candles": len(result.candles),
        "start": _time(result.started_at),
        "end": _time(result.ended_at),
        "cash": plain_number(result.cash),
        "fee": plain_number(result.market.fee_rate),
        "trades": [_trade(trade) for trade in result.trades],
        "equity": [[_time(time), _cents(value)] for time, value in _curve(result, is_full=is_full)],
        "metrics": metrics_record(result.metrics),
        "seconds": result.seconds,
    }


def metrics_record(metrics: Metrics) -> dict[str, Json]:
    """Return every metric by its key; shares are numbers, money is text, durations are seconds."""
    return {metric.key: _figure(metric, metric.read(metrics)) for metric in METRICS if metric.is_in_json}


def _figure(metric: Metric, value: Value) -> Json:
    match value:
        case NotAvailable():
            return None
        case timedelta():
            return value.total_seconds()
        case Decimal():
            return plain_number(value if metric.format is AMOUNT else round(value, 8))
        case float() if metric.format in (AMOUNT, PROFIT):
            return _cents(value)
        case _:
            return value


def _parameters(result: BacktestResult) -> dict[str, Json]:
    found: dict[str, Json] = {
        name: plain_number(value) if isinstance(value, Decimal) else value for name, value in result.config.parameters
    }
    barriers = {"stop_loss": result.config.barriers.stop_loss, "take_profit": result.config.barriers.take_profit}
    return found | {name: plain_number(value) for name, value in barriers.items() if value is not None}


def _trade(trade: Trade) -> Json:
    exit_price = trade.exit_price if trade.closed_at else None
    return {
        "entry_time": _time(trade.opened_at.market),
        "entry_price": plain_number(trade.entry_price),
        "exit_time": _time(trade.closed_at.market) if trade.closed_at else None,
        "exit_price": None if exit_price is None else plain_number(exit_price),
        "quantity": plain_number(trade.entry_quantity),
        "fees": plain_number(trade.fees),
        "profit": plain_number(trade.profit),
        "exit_reason": None if trade.exit_reason is None else str(trade.exit_reason),
    }


def _curve(result: BacktestResult, *, is_full: bool) -> EquityCurve:
    opens = result.candles.time[result.first :]
    if is_full:
        times = map(from_milliseconds, opens.tolist())
        return list(zip(times, result.equity.tolist(), strict=True))
    closes = opens + round(result.config.timeframe.duration.total_seconds() * 1000)
    return daily_curve(float(result.cash), result.started_at, closes, result.equity)


def _cents(value: float) -> str:
    """Round a float amount to eight decimals, without the noise behind them."""
    return plain_number(Decimal(repr(round(value, 8))))


def _time(time: datetime) -> str:
    return time.isoformat().replace("+00:00", "Z")
