"""Curves of plain points, and their figures."""

import numpy as np

from bot.domain.drawdown import EquityCurve
from bot.domain.metrics import EquityMetrics, equity_metrics
from bot.engine.performance.curve import CurvePoints
from bot.engine.performance.drawdown import daily_growth, deepest_drawdown, drawdown_now
from bot.strategy.candles import to_milliseconds


def points_of(curve: EquityCurve) -> CurvePoints:
    """Return times with equity as a curve whose first point is the capital."""
    equity = np.array([value for _, value in curve], dtype=np.float64)
    return CurvePoints(
        time=np.array([to_milliseconds(time) for time, _ in curve], dtype=np.int64),
        profit=equity - equity[0],
        equity=equity,
        growth=equity / equity[0],
    )


def figures_of(curve: EquityCurve, days: float, trades: int) -> EquityMetrics:
    """Return the figures of a curve that lasted some days."""
    points = points_of(curve)
    return equity_metrics(
        float(points.growth[-1]) - 1,
        daily_growth(points),
        days=days,
        trades=trades,
        deepest=deepest_drawdown(points),
        current=drawdown_now(points),
    )
