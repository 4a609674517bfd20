"""Thinning of points: fewer points than pixels, with the extremes kept."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from bot.strategy.candles import Candles, Floats

_LONE_INTERVAL = 60_000
"""Assumed milliseconds of a single candle; decides only where a later mark is drawn."""

Indices = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Bars:
    """Candles joined to `count` slots of equal time; `slot` is each bar's slot, as gaps leave slots empty.

    Slot 0 begins at `start` (Unix milliseconds); each lasts `width` milliseconds, `candles_per_bar` candle
    intervals.
    """

    slot: Indices
    open: Floats
    high: Floats
    low: Floats
    close: Floats
    count: int
    start: int
    width: int
    candles_per_bar: int

    @property
    def end(self) -> int:
        """Return the end of the last slot in Unix milliseconds."""
        return self.start + self.count * self.width


def merge_candles(candles: Candles, capacity: int) -> Bars:
    """Join neighbouring candles to at most `capacity` bars; the newest bar is always a full one."""
    time = candles.time
    interval = int(np.diff(time).min()) if len(time) > 1 else _LONE_INTERVAL
    interval_index = (time - time[0]) // interval
    slots = int(interval_index[-1]) + 1
    merged = -(-slots // capacity)
    count = -(-slots // merged)
    slot = count - 1 - (slots - 1 - interval_index) // merged
    starts = np.flatnonzero(np.diff(slot, prepend=-1))
    ends = np.append(starts[1:], len(slot)) - 1
    return Bars(
        slot=slot[starts],
        open=candles.open[starts],
        high=np.maximum.reduceat(candles.high, starts),
        low=np.minimum.reduceat(candles.low, starts),
        close=candles.close[ends],
        count=count,
        start=int(time[0]) + (slots - count * merged) * interval,
        width=merged * interval,
        candles_per_bar=merged,
    )


def downsampled_rows(values: Floats, buckets: int) -> Indices:
    """Return the rows of a long line to draw: first and last, and the lowest and highest of each bucket."""
    size = len(values)
    if size <= 4 * buckets:
        return np.arange(size, dtype=np.int64)
    starts = range(0, size, -(-size // buckets))
    buckets_of_values = zip(starts, np.split(values, starts[1:]), strict=True)
    extremes = (start + row for start, bucket in buckets_of_values for row in (bucket.argmin(), bucket.argmax()))
    return np.unique([0, *extremes, size - 1])


def drawdown_series(equity: Floats) -> Floats:
    """Return the drawdown at each row as a ratio <= 0."""
    peak = np.maximum.accumulate(equity)
    # A ratio to a peak of zero or less means nothing: no drawdown is shown.
    return np.divide(equity - peak, peak, out=np.zeros_like(equity), where=peak > 0)
