"""Timeline of a replay: close, open and range of every candle, in one order for all series."""

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum
from typing import Literal

import numpy as np

from adapters.data.recording import Recording
from bot.domain.candle import Candle
from bot.domain.errors import Corruption
from bot.domain.market import Series
from bot.strategy.candles import from_milliseconds, to_milliseconds


class ReplayPhase(IntEnum):
    """Phase of a market time, in this order."""

    CLOSE = 0
    """Candles that end here are published."""
    OPEN = 1
    """Orders meet the open of candles that begin here."""
    RANGE = 2
    """Orders meet high and low of candles that begin here."""
    REST = 3
    """Orders of bots whose stop filled in the range meet the rest of it; left out if there are none."""


@dataclass(frozen=True, slots=True, order=True)
class ReplayPosition:
    """A phase of a market time in Unix milliseconds; everything up to and including it has happened."""

    milliseconds: int
    phase: ReplayPhase

    def __str__(self) -> str:
        return f"{self.milliseconds} {self.phase.name}"

    @classmethod
    def from_text(cls, text: str) -> "ReplayPosition":
        """Parse the text of `str`; raise Corruption for anything else."""
        milliseconds, _, phase = text.partition(" ")
        if not milliseconds.isdecimal() or phase not in ReplayPhase.__members__:
            raise Corruption(
                f"The book holds no sensible replay position: expected a time and a phase, found {text!r}."
            )
        return cls(int(milliseconds), ReplayPhase[phase])


class ReplayClock:
    """`MarketClock` of a replay: the time of its position, the recording's start before the first."""

    def __init__(self, starts_at: datetime) -> None:
        self._starts_at = starts_at
        self._now = starts_at
        self._position: ReplayPosition | None = None

    def now(self) -> datetime:
        return self._now

    @property
    def position(self) -> ReplayPosition | None:
        """Return the last phase that happened, None at the start."""
        return self._position

    def set_position(self, position: ReplayPosition | None) -> None:
        self._position = position
        self._now = self._starts_at if position is None else from_milliseconds(position.milliseconds)


class Timeline:
    """The boundaries of all candles of a recording, with the candles at each of them."""

    def __init__(self, recording: Recording) -> None:
        self._recording = recording
        self._start = to_milliseconds(recording.starts_at)
        self._end = to_milliseconds(recording.ends_at)
        self._boundaries: list[int] = []

    def load_boundaries(self) -> None:
        """Load the candles and collect their boundaries; slow, so call it off the event loop."""
        columns = []
        for series in self._recording.series:
            opens = self._recording.candles(series).time
            columns += [opens, opens + _length_milliseconds(series)]
        times = np.unique(np.concatenate(columns))
        self._boundaries = times[(times > self._start) & (times < self._end)].tolist()

    def next_position(self, position: ReplayPosition | None) -> ReplayPosition | None:
        """Return the next phase, None after the last close."""
        if position is None:
            return ReplayPosition(self._start, ReplayPhase.OPEN)
        if position.milliseconds >= self._end:
            return None
        if position.phase < ReplayPhase.RANGE:
            return ReplayPosition(position.milliseconds, ReplayPhase(position.phase + 1))
        index = bisect_right(self._boundaries, position.milliseconds)
        following = self._boundaries[index] if index < len(self._boundaries) else self._end
        return ReplayPosition(following, ReplayPhase.CLOSE)

    def last_position_at(self, milliseconds: int) -> ReplayPosition:
        """Return the last phase of a market time; the recording's end has no opens."""
        return ReplayPosition(milliseconds, ReplayPhase.CLOSE if milliseconds >= self._end else ReplayPhase.RANGE)

    def candle_closing_at(self, series: Series, milliseconds: int) -> Candle | None:
        """Return the candle of a series that closes at this time."""
        return self.candle_opening_at(series, milliseconds - _length_milliseconds(series))

    def candle_opening_at(self, series: Series, milliseconds: int) -> Candle | None:
        """Return the candle of a series that opens at this time."""
        row = self._row(series, milliseconds)
        return None if row is None else self._recording.candles(series).row(row)

    def has_candle(self, series: Series, position: ReplayPosition) -> bool:
        """Return whether a candle closes (phase CLOSE) or opens (other phases) at a position."""
        length = _length_milliseconds(series) if position.phase is ReplayPhase.CLOSE else 0
        return self._row(series, position.milliseconds - length) is not None

    def unfinished_candle(self, series: Series, finer: Sequence[Series], position: ReplayPosition) -> Candle | None:
        """Return the candle that is open at a position, made of its open and of the finer candles closed within it."""
        row = self._opened_row(series, position)
        candles = self._recording.candles(series)
        if row is None or int(candles.time[row]) + _length_milliseconds(series) <= position.milliseconds:
            return None
        opened, first = int(candles.time[row]), float(candles.open[row])
        prices = [first]
        for one in finer:
            columns, length = self._recording.candles(one), _length_milliseconds(one)
            start, stop = columns.time.searchsorted([opened, position.milliseconds - length + 1])
            prices += columns.high[start:stop].tolist() + columns.low[start:stop].tolist()
        newest = [found for one in (*finer, series) if (found := self.newest_price(one, position)) is not None]
        _, last = max(newest, key=lambda found: found[0])  # the first of equal times: the finest
        return Candle(
            open_time=from_milliseconds(opened),
            open=first,
            high=max(*prices, last),
            low=min(*prices, last),
            close=last,
            volume=0.0,
        )

    def newest_price(self, series: Series, position: ReplayPosition) -> tuple[ReplayPosition, float] | None:
        """Return the newest open or close of a series with its position, None before the first."""
        candles = self._recording.candles(series)
        time, length = position.milliseconds, _length_milliseconds(series)
        opened = self._opened_row(series, position)
        if opened is None:
            return None
        open_ms = int(candles.time[opened])
        if open_ms + length <= time:
            return ReplayPosition(open_ms + length, ReplayPhase.CLOSE), float(candles.close[opened])
        return ReplayPosition(open_ms, ReplayPhase.OPEN), float(candles.open[opened])

    def _opened_row(self, series: Series, position: ReplayPosition) -> int | None:
        side: Literal["left", "right"] = "left" if position.phase is ReplayPhase.CLOSE else "right"
        row = int(self._recording.candles(series).time.searchsorted(position.milliseconds, side)) - 1
        return row if row >= 0 else None

    def _row(self, series: Series, milliseconds: int) -> int | None:
        times = self._recording.candles(series).time
        row = int(times.searchsorted(milliseconds))
        return row if row < len(times) and times[row] == milliseconds else None


def _length_milliseconds(series: Series) -> int:
    return int(series.timeframe.duration.total_seconds() * 1000)
