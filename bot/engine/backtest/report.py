"""Equity and metrics of a backtest, from its record."""

from datetime import datetime

import numpy as np

from bot.domain.drawdown import EquityCurve
from bot.domain.growth import capital_spans
from bot.domain.metrics import Metrics, Ratio, average_slippage
from bot.domain.money import to_decimal
from bot.engine.backtest.result import BacktestRecord, BacktestRun
from bot.engine.performance.curve import FillColumns, ProfitCurve
from bot.engine.performance.drawdown import DAY_MILLISECONDS
from bot.engine.performance.measure import TradingRecord, measure
from bot.strategy.candles import Floats, Times, from_milliseconds


def equity_at_closes(run: BacktestRun, curve: ProfitCurve) -> Floats:
    """Return the equity in quote at each close from the first row on: cash plus the position at the close."""
    equity: Floats = float(run.cash) + curve.held_at_closes[0]
    return equity


def compute_metrics(run: BacktestRun, record: BacktestRecord, curve: ProfitCurve) -> Metrics:
    """Compute the metrics of a backtest as those of a bot."""
    ledger = record.ledger
    return measure(
        TradingRecord(
            curve=curve,
            trades=record.trades,
            fees=ledger.totals.fees,
            notional=ledger.totals.notional,
            slippage=_slippage(record),
            closed_profit=ledger.closed_profit,
            open_profit=ledger.open_profit(to_decimal(float(run.candles.close[-1]))),
            fee_rate=run.market.fee_rate,
        )
    )


def profit_curve(run: BacktestRun, record: BacktestRecord) -> ProfitCurve:
    """Return the curve of what was traded, from the open of the first row that may decide."""
    last = float(run.candles.close[-1])
    fills = FillColumns(
        time=run.candles.time[record.rows],
        price=np.array([float(fill.price) for fill in record.fills], dtype=np.float64),
        cash=np.array(record.cash_after, dtype=np.float64) - float(run.cash),
        quantity=np.array(record.quantity_after, dtype=np.float64),
    )
    held = record.ledger.position.quantity
    return ProfitCurve(
        begin=run.open_time(run.first),
        end=run.close_time(len(run.candles) - 1),
        fills=fills,
        candles=run.candles,
        candle_milliseconds=run.duration_milliseconds,
        capital=capital_spans((), run.cash),
        end_profit=float(record.cash - run.cash + held * to_decimal(last)),
        end_price=last,
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


def _slippage(record: BacktestRecord) -> Ratio:
    pairs = zip(record.fills, record.references, strict=True)
    return average_slippage((fill.side, fill.price, reference) for fill, reference in pairs)
