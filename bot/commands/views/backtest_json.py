"""Backtests as JSON: money as strings, times as ISO 8601 UTC, withheld metrics as null."""

import json
from datetime import datetime, timedelta
from decimal import Decimal

from bot.commands.text.metrics import METRICS, Value
from bot.domain.drawdown import EquityCurve
from bot.domain.metrics import NotAvailable
from bot.domain.trade import Trade
from bot.engine.backtest.report import daily_curve
from bot.engine.backtest.result import BacktestResult
from bot.engine.bots.setting_fields import barrier_values
from bot.strategy.candles import from_milliseconds
from bot.strategy.field_spec import plain_number

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]


def report_json(result: BacktestResult, *, is_full: bool) -> str:
    """Return a result as JSON.

    Equity begins with the start and the cash; each further point is the close of a candle and the equity then: of every
    candle, or of those that close a day at 00:00 UTC and the last one.
    """
    config = result.config
    parameters = dict(config.parameters) | {spec.name: value for spec, value in barrier_values(config.barriers)}
    # The keys are a contract.
    record: dict[str, Json] = {
        "strategy": config.strategy,
        "symbol": str(config.symbol),
        "timeframe": str(config.timeframe),
        "parameters": {
            name: plain_number(value) if isinstance(value, Decimal) else value for name, value in parameters.items()
        },
        "candles": len(result.candles),
        "gaps": [[_time(gap.begins_at), _time(gap.ends_at)] for gap in result.gaps],
        "start": _time(result.started_at),
        "end": _time(result.ended_at),
        "cash": plain_number(result.cash + result.reserve),
        "capital": plain_number(result.cash),
        "fee": plain_number(result.market.fee_rate),
        "trades": [_trade(trade) for trade in result.trades],
        "equity": [[_time(time), _cents(value)] for time, value in _curve(result, is_full=is_full)],
        "metrics": {metric.key: _figure(metric.read(result.metrics)) for metric in METRICS if metric.is_in_json},
        "seconds": result.seconds,
    }
    return json.dumps(record, indent=1, allow_nan=False)


def _figure(value: Value) -> Json:
    """Return shares as numbers, money as text, durations in seconds."""
    match value:
        case NotAvailable():
            return None
        case timedelta():
            return value.total_seconds()
        case Decimal():
            return plain_number(value)
        case _:
            return value


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
    closes = result.close_times
    if not is_full:
        return daily_curve(float(result.cash), result.started_at, closes, result.equity)
    times = map(from_milliseconds, closes.tolist())
    return [(result.started_at, float(result.cash)), *zip(times, result.equity.tolist(), strict=True)]


def _cents(value: float) -> str:
    """Round a float amount to eight decimals, without the noise behind them."""
    return plain_number(Decimal(repr(round(value, 8))))


def _time(time: datetime) -> str:
    return time.isoformat().replace("+00:00", "Z")
