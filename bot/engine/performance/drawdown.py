"""Drawdown and daily growth of a curve, and the points of it that a picture can show, vectorised."""

from itertools import pairwise

import numpy as np

from bot.domain.drawdown import Drawdown
from bot.engine.performance.curve import CurvePoints
from bot.strategy.candles import from_milliseconds

DAY_MILLISECONDS = 86_400_000
SHORTEST_DAY = DAY_MILLISECONDS // 2
"""A first or last day that is shorter is no day of its own for Sharpe and Sortino."""

NOISE = 1e-12
"""Of two rows that differ by less the first counts: sums in another order must name the same peak and trough."""

BUCKETS = 1_000
POINTS_A_BUCKET = 2
"""Of a thinned curve: as many points as a picture can show."""


def deepest_drawdown(points: CurvePoints) -> Drawdown:
    """Return the deepest fall of the growth below its peak; the amount is that of the profit between the same two."""
    growth = points.growth
    peak, trough = fall_rows(points)
    later = np.flatnonzero(growth[trough:] >= growth[peak] * (1 - NOISE))
    times = [from_milliseconds(int(points.time[row])) for row in (peak, trough, -1)]
    return Drawdown(
        relative=float(points.falls[trough]),
        absolute=float(points.profit[peak] - points.profit[trough]),
        peak_at=times[0],
        trough_at=times[1],
        recovered_at=from_milliseconds(int(points.time[trough + int(later[0])])) if len(later) else None,
        ended_at=times[2],
    )


def fall_rows(points: CurvePoints) -> tuple[int, int]:
    """Return the rows of the peak and the trough of the deepest fall, twice the first row if nothing falls."""
    falls = points.falls
    deepest = falls.max()
    if deepest <= NOISE:
        return 0, 0
    trough = int((falls >= deepest - NOISE).argmax())
    before = points.growth[: trough + 1]
    return int((before >= before.max() * (1 - NOISE)).argmax()), trough


def drawdown_now(points: CurvePoints) -> float:
    """Return the fall of the last point below the highest one, as a share of the highest."""
    return float(points.falls[-1])


def daily_growth(points: CurvePoints) -> list[float]:
    """Return the growth of each UTC day; a first or last day cut below half a day is left out, as are days of ruin."""
    begin, end = int(points.time[0]), int(points.time[-1])
    midnights = range(begin // DAY_MILLISECONDS * DAY_MILLISECONDS + DAY_MILLISECONDS, end, DAY_MILLISECONDS)
    bounds = [begin, *midnights, end]
    if len(bounds) > 2 and bounds[1] - begin < SHORTEST_DAY:  # noqa: PLR2004 - a day needs two bounds
        del bounds[0]
    if end - bounds[-2] < SHORTEST_DAY:
        del bounds[-1]
    # The last point counts at the end, also where the last close is of the same time.
    rows = np.searchsorted(points.time, bounds, "right") - 1
    values: list[float] = points.growth[rows].tolist()
    return [after / before - 1 for before, after in pairwise(values) if before > 0]


def thin_points(points: CurvePoints) -> CurvePoints:
    """Return the curve at its ends, at the lowest and highest growth of each stretch, and at its deepest fall."""
    count = len(points.time)
    if count <= BUCKETS * POINTS_A_BUCKET:
        return points
    starts = np.linspace(0, count, BUCKETS + 1).astype(np.int64)
    kept = {0, count - 1, *fall_rows(points)}
    for start, stop in zip(starts[:-1].tolist(), starts[1:].tolist(), strict=True):
        stretch = points.growth[start:stop]
        kept |= {start + int(stretch.argmin()), start + int(stretch.argmax())}
    rows = np.array(sorted(kept), dtype=np.int64)
    return CurvePoints(
        time=points.time[rows], profit=points.profit[rows], equity=points.equity[rows], growth=points.growth[rows]
    )
