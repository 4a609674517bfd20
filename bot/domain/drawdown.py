"""Drawdown: fall of equity below its last peak, and its duration."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import accumulate

EquityCurve = Sequence[tuple[datetime, float]]
"""Times with equity in quote, oldest first; the first point is the start equity."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawdown:
    """The deepest drawdown: as share of the peak, as amount, and its times.

    `recovered_at` is None while the peak was not reached again; `ended_at` is the last time known.
    """

    relative: float
    absolute: float
    peak_at: datetime
    trough_at: datetime
    recovered_at: datetime | None
    ended_at: datetime

    @property
    def is_open(self) -> bool:
        """Return whether the peak was not reached again."""
        return self.recovered_at is None

    @property
    def duration(self) -> timedelta:
        """Return the time from peak to recovery, or to the end while it is open."""
        return (self.recovered_at or self.ended_at) - self.peak_at

    @property
    def time_to_trough(self) -> timedelta:
        return self.trough_at - self.peak_at


def max_drawdown(curve: EquityCurve) -> Drawdown:
    """Return the deepest relative drawdown; the first point is the first peak; raise ValueError without points."""
    if not curve:
        raise ValueError("a drawdown needs at least the start equity")
    best = peak = trough = 0
    deepest = 0.0
    for index, (_, equity) in enumerate(curve):
        if equity > curve[peak][1]:
            peak = index
        fall = relative_drawdown(curve[peak][1], equity)
        if fall > deepest:
            deepest, best, trough = fall, peak, index
    top = curve[best][1]
    recovered_at = next((time for time, equity in curve[trough:] if equity >= top), None)
    return Drawdown(
        relative=deepest,
        absolute=top - curve[trough][1],
        peak_at=curve[best][0],
        trough_at=curve[trough][0],
        recovered_at=recovered_at,
        ended_at=curve[-1][0],
    )


def drawdown_ratios(values: Sequence[float]) -> list[float]:
    """Return how far each value is below the highest so far: ratios of at most 0."""
    return [-relative_drawdown(peak, value) for peak, value in zip(accumulate(values, max), values, strict=True)]


def relative_drawdown(peak: float, equity: float) -> float:
    """Return the fall from a peak as a share of it, 0 if the peak is not positive."""
    return (peak - equity) / peak if peak > 0 else 0.0
