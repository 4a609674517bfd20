"""From what was traded to every figure: the one function for practice, paper, live and backtests."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

import numpy as np

from bot.domain.growth import total_growth
from bot.domain.metrics import (
    NOT_APPLICABLE,
    Metrics,
    Ratio,
    buy_and_hold_return,
    equity_metrics,
    time_in_market,
    trade_metrics,
    turnover,
)
from bot.domain.money import to_decimal
from bot.domain.trade import Trade
from bot.engine.performance.curve import ProfitCurve
from bot.engine.performance.drawdown import daily_growth, deepest_drawdown, drawdown_now
from bot.strategy.candles import Floats, Times, to_milliseconds

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class TradingRecord:
    """What a bot or a backtest traded: its curve, its trades (the last may be open), and sums over its fills.

    What partial exits of the open trade earned is closed profit.
    """

    curve: ProfitCurve
    trades: Sequence[Trade]
    fees: Decimal
    notional: Decimal
    slippage: Ratio
    closed_profit: Decimal
    open_profit: Decimal
    fee_rate: Decimal


def measure(record: TradingRecord) -> Metrics:
    """Compute the metrics of METRICS.md."""
    curve, points = record.curve, record.curve.points
    closed = [trade for trade in record.trades if trade.closed_at is not None]
    growth = total_growth(curve.capital, to_decimal(curve.end_profit))
    return Metrics(
        trades=trade_metrics([trade.profit for trade in closed]),
        equity=equity_metrics(
            NOT_APPLICABLE if growth is None else float(growth),
            daily_growth(points),
            days=(curve.end - curve.begin) / DAY,
            trades=len(closed),
            deepest=deepest_drawdown(points),
            current=drawdown_now(points),
        ),
        fees=record.fees,
        closed_profit=record.closed_profit,
        open_profit=record.open_profit,
        time_in_market=_time_in_market(record),
        average_exposure=_average_exposure(curve),
        turnover=turnover(record.notional, _average_equity(curve)),
        slippage=record.slippage,
        benchmark=benchmark_return(curve, record.fee_rate),
    )


def benchmark_return(curve: ProfitCurve, fee_rate: Decimal) -> Ratio:
    """Return the growth of buying at the begin of a curve and selling at its end, both fees paid."""
    if curve.end_price is None:
        return NOT_APPLICABLE
    return buy_and_hold_return(_first_price(curve), curve.end_price, float(fee_rate))


def benchmark_equity(curve: ProfitCurve, times: Times, fee_rate: Decimal) -> Floats | None:
    """Return what buying and holding with a bot's capital is worth at times if it is sold; None without prices."""
    if curve.end_price is None or not _first_price(curve):
        return None
    fee, bought = float(fee_rate), np.zeros(len(times))
    before = 0.0
    for span in curve.capital:
        at = to_milliseconds(curve.begin if span.start is None else span.start)
        price = float(curve.price_at(np.array([at]))[0])
        bought += np.where(times >= at, (float(span.capital) - before) / (price * (1 + fee)), 0.0)
        before = float(span.capital)
    prices = np.where(times >= to_milliseconds(curve.end), curve.end_price, curve.price_at(times))
    worth: Floats = bought * prices * (1 - fee)
    return worth


def _first_price(curve: ProfitCurve) -> float:
    return float(curve.price_at(np.array([to_milliseconds(curve.begin)]))[0])


def _time_in_market(record: TradingRecord) -> Ratio:
    begin, end = record.curve.begin, record.curve.end

    def inside(time: datetime) -> datetime:
        return min(max(time, begin), end)

    spans = [
        (inside(trade.opened_at.market), inside(trade.closed_at.market if trade.closed_at else end))
        for trade in record.trades
    ]
    return time_in_market(spans, begin, end) if end > begin else NOT_APPLICABLE


def _average_equity(curve: ProfitCurve) -> float:
    equity = curve.capital_at(curve.closes) + curve.held_at_closes[0]
    return float(equity.mean()) if len(equity) else float(curve.points.equity[-1])


def _average_exposure(curve: ProfitCurve) -> Ratio:
    equity = curve.capital_at(curve.closes) + curve.held_at_closes[0]
    if not len(equity) or equity.min() <= 0:
        return NOT_APPLICABLE
    return float(np.mean(curve.held_at_closes[1] / equity))
