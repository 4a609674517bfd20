"""Closed candles as NumPy columns."""

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import numpy as np
import numpy.typing as npt

from bot.domain.candle import Candle

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
Times = npt.NDArray[np.int64]
Entries = npt.NDArray[np.int8]


@dataclass(frozen=True, slots=True)
class Candles:
    """Columns of equal length, oldest first; `time` is the open in Unix milliseconds UTC. Never written to."""

    time: Times
    open: Floats
    high: Floats
    low: Floats
    close: Floats
    volume: Floats

    def __len__(self) -> int:
        return len(self.time)

    def tail(self, count: int) -> "Candles":
        """Return the newest `count` candles without copying."""
        return self.slice_rows(max(len(self) - count, 0), len(self))

    def slice_rows(self, start: int, stop: int) -> "Candles":
        """Return rows start..stop without copying."""
        rows = slice(start, stop)
        return Candles(
            self.time[rows], self.open[rows], self.high[rows], self.low[rows], self.close[rows], self.volume[rows]
        )

    def row(self, index: int) -> Candle:
        return Candle(
            open_time=from_milliseconds(int(self.time[index])),
            open=float(self.open[index]),
            high=float(self.high[index]),
            low=float(self.low[index]),
            close=float(self.close[index]),
            volume=float(self.volume[index]),
        )


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def from_milliseconds(milliseconds: int) -> datetime:
    """Return the aware UTC time of Unix milliseconds."""
    # Positional arguments (days, seconds, microseconds, milliseconds) take half the time of the keyword.
    return _EPOCH + timedelta(0, 0, 0, milliseconds)


def to_milliseconds(time: datetime) -> int:
    """Return Unix milliseconds of an aware time."""
    return (time - _EPOCH) // timedelta(milliseconds=1)


def last_row_before(candles: Candles, time: datetime) -> int:
    """Return the index of the last candle that opened before a time, of the first candle if there is none."""
    return max(int(candles.time.searchsorted(to_milliseconds(time), side="left")) - 1, 0)
