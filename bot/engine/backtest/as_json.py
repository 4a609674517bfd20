"""A backtest as JSON: money as strings, times as ISO 8601 UTC, figures that are withheld as null."""

import json
from datetime import datetime
from decimal import Decimal

from bot.domain.drawdown import EquityCurve
from bot.domain.metrics import NotAvailable
from bot.domain.trade import Trade
from bot.engine.backtest.report import daily_curve
from bot.engine.backtest.result import BacktestResult
from bot.strategy.candles import from_milliseconds
from bot.strategy.field_spec import plain_number

Json = None | bool | int | float | str | list["Json"] | dict[str, "Json"]


def report_json(result: BacktestResult, *, is_full: bool) -> str:
    """Write a result as JSON; equity daily at 00:00 UTC, or after each candle with the candle's open time."""
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
        "metrics": metrics_record(result),
        "seconds": result.seconds,
    }


def metrics_record(result: BacktestResult) -> dict[str, Json]:
    """Return every figure by its name in snake_case; shares are numbers, money is text, durations are seconds."""
    trades, equity, drawdown = result.metrics.trades, result.metrics.equity, result.metrics.equity.max_drawdown
    return {
        "trades": trades.trades,
        "wins": trades.wins,
        "losses": trades.losses,
        "net_profit": plain_number(trades.net_profit),
        "win_rate": _figure(trades.win_rate),
        "profit_factor": _figure(trades.profit_factor),
        "expectancy": _figure(trades.expectancy),
        "expectancy_ratio": _figure(trades.expectancy_ratio),
        "payoff_ratio": _figure(trades.payoff_ratio),
        "sqn": _figure(trades.sqn),
        "p_value": _figure(trades.p_value),
        "total_return": _figure(equity.total_return),
        "cagr": _figure(equity.cagr),
        "sharpe": _figure(equity.sharpe),
        "sortino": _figure(equity.sortino),
        "calmar": _figure(equity.calmar),
        "max_drawdown": drawdown.relative,
        "max_drawdown_absolute": _cents(drawdown.absolute),
        "drawdown_duration": drawdown.duration.total_seconds(),
        "drawdown_is_open": drawdown.is_open and drawdown.absolute > 0,
        "time_to_trough": drawdown.time_to_trough.total_seconds(),
        "current_drawdown": equity.current_drawdown,
        "exposure": result.metrics.time_in_market,
        "average_exposure": _figure(result.metrics.average_exposure),
        "turnover": _figure(result.metrics.turnover),
        "slippage": _figure(result.metrics.slippage),
        "fees": plain_number(result.metrics.fees),
        "open_profit": _cents(result.metrics.open_profit),
        "benchmark": _figure(result.metrics.benchmark),
    }


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


def _figure(value: float | Decimal | NotAvailable) -> Json:
    if isinstance(value, NotAvailable):
        return None
    return plain_number(round(value, 8)) if isinstance(value, Decimal) else value


def _cents(value: float) -> str:
    """Write a float amount without the noise behind its eighth decimal."""
    return plain_number(Decimal(repr(round(value, 8))))


def _time(time: datetime) -> str:
    return time.isoformat().replace("+00:00", "Z")
