"""Candle buffer: a sliding window of closed candles in columns, shared by all bots of a series."""

import numpy as np

from bot.domain.candle import Candle
from bot.strategy.candles import Candles, to_milliseconds

Columns = np.ndarray[tuple[int, int], np.dtype[np.float64]]
"""The six values of candles as rows, with room for twice the window."""


class CandleBuffer:
    """Holds the newest `window` candles; candles that were returned never change."""

    def __init__(self, history: Candles, window: int) -> None:
        self.window = window
        self._columns = _fill_columns(history.tail(window), window)
        self._size = min(len(history), window)

    @property
    def last_time(self) -> int | None:
        """Return the newest candle's open time in Unix milliseconds, None while empty."""
        return int(self._columns[0, self._size - 1]) if self._size else None

    def load_history(self, history: Candles, window: int) -> None:
        """Replace all candles by `history` and set a new window."""
        self.window = window
        self._columns = _fill_columns(history.tail(window), window)
        self._size = min(len(history), window)

    def append_candle(self, candle: Candle) -> None:
        if self._size == self._columns.shape[1]:
            fresh = _empty_columns(self.window)
            fresh[:, : self.window - 1] = self._columns[:, self._size - self.window + 1 : self._size]
            self._columns, self._size = fresh, self.window - 1
        prices = (candle.open, candle.high, candle.low, candle.close)
        self._columns[:, self._size] = (to_milliseconds(candle.open_time), *prices, candle.volume)
        self._size += 1

    def candles(self) -> Candles:
        """Return the newest candles, at most `window`, as views of the price columns."""
        rows = self._columns[:, max(self._size - self.window, 0) : self._size]
        return Candles(rows[0].astype(np.int64), rows[1], rows[2], rows[3], rows[4], rows[5])


def _empty_columns(window: int) -> Columns:
    # Unix milliseconds are exact in a float64 until the year 287396.
    return np.empty((6, window * 2), dtype=np.float64)


def _fill_columns(newest: Candles, window: int) -> Columns:
    columns = _empty_columns(window)
    for row, column in enumerate((newest.time, newest.open, newest.high, newest.low, newest.close, newest.volume)):
        columns[row, : len(newest)] = column
    return columns
