"""Grouping of candles to bars of a round length, aligned to the clock as exchanges do it."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np

from bot.strategy.candles import Candles, Times, from_milliseconds

_MINUTE, _DAY = timedelta(minutes=1), timedelta(days=1)
ROUND_LENGTHS = (
    *(minutes * _MINUTE for minutes in (1, 5, 10, 15, 30, 60, 120, 240, 360, 720)),
    *(days * _DAY for days in (1, 2, 7, 14, 28)),
)
_FIRST_MONDAY = 4 * _DAY // timedelta(milliseconds=1)
"""Weeks begin on Mondays; shorter lengths are counted from midnight UTC all the same."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bars:
    """Candles of one length, which is that of the market's candles or a round multiple."""

    candles: Candles
    length: timedelta

    @property
    def first(self) -> datetime:
        """Return the time at which the first bar begins."""
        return from_milliseconds(int(self.candles.time[0]))

    @property
    def last(self) -> datetime:
        """Return when the last bar begins."""
        return from_milliseconds(int(self.candles.time[-1]))

    @property
    def end(self) -> datetime:
        """Return when the last bar ends."""
        return self.last + self.length


def group_candles(candles: Candles, length: timedelta, most: int) -> Bars:
    """Join candles of a length to at most `most` bars, gaps counted; an oldest bar that is not whole is left out."""
    multiples = (round_length for round_length in ROUND_LENGTHS if round_length > length and not round_length % length)
    lengths = (length, *multiples)
    wanted = next((one for one in lengths if _bar_count(candles, one) <= most), lengths[-1])
    if wanted == length:
        return Bars(candles=candles, length=length)
    grouped = _joined(candles, _opens(candles, wanted))
    is_whole = len(grouped) == 1 or int(grouped.time[0]) == int(candles.time[0])
    return Bars(candles=grouped if is_whole else grouped.slice_rows(1, len(grouped)), length=wanted)


def bar_label(length: timedelta) -> str:
    """Name a length in minutes, hours or days: `15 min`, `4 h`, `1 d`."""
    minutes = length // _MINUTE
    for unit, size in (("d", 1440), ("h", 60)):
        if minutes % size == 0:
            return f"{minutes // size} {unit}"
    return f"{minutes} min"


def _opens(candles: Candles, length: timedelta) -> Times:
    """Return when each candle's bar begins."""
    milliseconds = length // timedelta(milliseconds=1)
    return (candles.time - _FIRST_MONDAY) // milliseconds * milliseconds + _FIRST_MONDAY


def _bar_count(candles: Candles, length: timedelta) -> int:
    opens = _opens(candles, length)[[0, -1]]
    return int(np.diff(opens)[0]) // (length // timedelta(milliseconds=1)) + 1


def _joined(candles: Candles, opens: Times) -> Candles:
    starts = np.flatnonzero(np.diff(opens, prepend=-1))
    ends = np.append(starts[1:], len(opens)) - 1
    return Candles(
        time=opens[starts],
        open=candles.open[starts],
        high=np.maximum.reduceat(candles.high, starts),
        low=np.minimum.reduceat(candles.low, starts),
        close=candles.close[ends],
        volume=np.add.reduceat(candles.volume, starts),
    )
