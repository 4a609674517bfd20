"""Equity and metrics of a backtest, from its record."""

from datetime import datetime, timedelta

import numpy as np

from bot.domain.drawdown import Drawdown, EquityCurve
from bot.domain.metrics import (
    NOT_APPLICABLE,
    Metrics,
    Ratio,
    average_slippage,
    buy_and_hold_return,
    equity_metrics,
    time_in_market,
    trade_metrics,
    turnover,
)
from bot.domain.money import to_decimal
from bot.engine.backtest.result import BacktestRecord, BacktestRun
from bot.strategy.candles import Floats, Times, from_milliseconds

DAY_MILLISECONDS = 86_400_000
DAY = timedelta(days=1)


def equity_at_closes(run: BacktestRun, record: BacktestRecord) -> Floats:
    """Return the equity in quote at each close from the first row on: cash plus the position at the close."""
    cash, quantity = _states(run, record)
    equity: Floats = cash + quantity * run.candles.close[run.first :]
    return equity


def compute_metrics(run: BacktestRun, record: BacktestRecord, equity: Floats) -> Metrics:
    closed = [trade for trade in record.trades if trade.closed_at is not None]
    closes = run.candles.time[run.first :] + run.duration_milliseconds
    start, end = from_milliseconds(int(run.candles.time[run.first])), from_milliseconds(int(closes[-1]))
    days = (end - start) / DAY
    curve = daily_curve(float(run.cash), start, closes, equity)
    drawdown = max_drawdown_at_closes(float(run.cash), start, closes, equity)
    last = to_decimal(float(run.candles.close[-1]))
    ledger = record.ledger
    spans = [(trade.opened_at.market, trade.closed_at.market if trade.closed_at else end) for trade in record.trades]
    return Metrics(
        trades=trade_metrics([trade.profit for trade in closed]),
        equity=equity_metrics(curve, days, len(closed), drawdown),
        fees=record.ledger.totals.fees,
        closed_profit=ledger.closed_profit,
        open_profit=ledger.open_profit(last),
        time_in_market=time_in_market(spans, start, end),
        average_exposure=_average_exposure(run, record, equity),
        turnover=turnover(record.ledger.totals.notional, float(equity.mean())),
        slippage=_slippage(record),
        benchmark=buy_and_hold_return(float(run.candles.open[run.first]), float(last), float(run.market.fee_rate)),
    )


def daily_curve(cash: float, start: datetime, closes: Times, equity: Floats) -> EquityCurve:
    """Return the start equity, the equity at each 00:00 UTC, and the last one."""
    first = int(closes[0]) // DAY_MILLISECONDS * DAY_MILLISECONDS + DAY_MILLISECONDS
    if int(closes[0]) % DAY_MILLISECONDS == 0:
        first = int(closes[0])
    midnights = np.arange(first, int(closes[-1]) + 1, DAY_MILLISECONDS, dtype=np.int64)
    rows = np.searchsorted(closes, midnights, side="right") - 1
    points = [(start, cash)]
    points += [
        (from_milliseconds(time), value) for time, value in zip(midnights.tolist(), equity[rows].tolist(), strict=True)
    ]
    if not len(midnights) or midnights[-1] != closes[-1]:
        points.append((from_milliseconds(int(closes[-1])), float(equity[-1])))
    return points


def max_drawdown_at_closes(cash: float, start: datetime, closes: Times, equity: Floats) -> Drawdown:
    """Return the deepest relative drawdown over all closes: the rule of `max_drawdown`, vectorised."""
    curve = np.concatenate(([cash], equity))
    peaks = np.maximum.accumulate(curve)
    falls = np.where(peaks > 0, (peaks - curve) / np.where(peaks > 0, peaks, 1.0), 0.0)
    trough = int(falls.argmax())
    peak = int(curve[: trough + 1].argmax()) if falls[trough] > 0 else 0
    trough = trough if falls[trough] > 0 else 0
    later = np.flatnonzero(curve[trough:] >= curve[peak])

    def time_of(index: int) -> datetime:
        return start if index == 0 else from_milliseconds(int(closes[index - 1]))

    return Drawdown(
        relative=float(falls[trough]),
        absolute=float(curve[peak] - curve[trough]),
        peak_at=time_of(peak),
        trough_at=time_of(trough),
        recovered_at=time_of(trough + int(later[0])) if len(later) else None,
        ended_at=time_of(len(curve) - 1),
    )


def _states(run: BacktestRun, record: BacktestRecord) -> tuple[Floats, Floats]:
    rows = np.array(record.rows, dtype=np.int64) - run.first
    done = np.cumsum(np.bincount(rows, minlength=len(run.candles) - run.first))
    cash = np.array([float(run.cash), *record.cash_after], dtype=np.float64)
    quantity = np.array([0.0, *record.quantity_after], dtype=np.float64)
    return cash[done], quantity[done]


def _average_exposure(run: BacktestRun, record: BacktestRecord, equity: Floats) -> Ratio:
    if not len(equity) or equity.min() <= 0:
        return NOT_APPLICABLE
    _, quantity = _states(run, record)
    return float(np.mean(quantity * run.candles.close[run.first :] / equity))


def _slippage(record: BacktestRecord) -> Ratio:
    pairs = zip(record.fills, record.references, strict=True)
    return average_slippage((fill.side, fill.price, reference) for fill, reference in pairs)
