"""Indicators over NumPy columns (TA-Lib) and their events; rows without enough history are NaN."""

import math

import numpy as np
import talib

from bot.strategy.candles import Bools, Floats

CROSS_TOLERANCE = 1e-10
"""Share of the crossed line: averages that are equal on paper differ by rounding, which is no cross."""


def ema(values: Floats, period: int) -> Floats:
    """Return the exponential average, seeded with the simple one of the first `period` values."""
    return _column(talib.EMA(values, timeperiod=period))


def sma(values: Floats, period: int) -> Floats:
    """Return the simple average of the last `period` values."""
    return _column(talib.SMA(values, timeperiod=period))


def rsi(values: Floats, period: int) -> Floats:
    """Return the relative strength index, 0 to 100, in Wilder's smoothing."""
    return _column(talib.RSI(values, timeperiod=period))


def is_above(line: Floats, other: Floats | float) -> Bools:
    """Return for each row whether `line` is strictly above `other`; False where one of them is NaN."""
    above: Bools = np.asarray(line - other > np.abs(other) * CROSS_TOLERANCE, dtype=np.bool_)
    return above


def cross_above(line: Floats, other: Floats | float) -> Bools:
    """Return for each row whether `line` is strictly above `other` and was not in the row before."""
    above = is_above(line, other)
    known = np.isfinite(line) & np.isfinite(other)
    crossed = np.zeros(len(line), dtype=np.bool_)
    crossed[1:] = above[1:] & ~above[:-1] & known[:-1]
    return crossed


def cross_below(line: Floats, other: Floats | float) -> Bools:
    """Return for each row whether `line` is strictly below `other` and was not in the row before."""
    return cross_above(-line, -other)


def confirm_events(event: Bools, state: Bools, candles: int) -> Bools:
    """Move each event by `candles` rows, keeping those whose state held in every row on the way."""
    held = event.copy()
    for _ in range(candles):
        moved = np.zeros(len(held), dtype=np.bool_)
        moved[1:] = held[:-1]
        held = moved & state
    return held


def drop_warm_up_events(event: Bools, warm_up: int) -> Bools:
    """Return the events without those of the first `warm_up` rows."""
    late = event.copy()
    late[:warm_up] = False
    return late


def price_decimals(price: float) -> int:
    """Return the number of decimals that show a price to about six digits, at least two."""
    if not math.isfinite(price) or price <= 0:
        return 2
    return max(2, 5 - math.floor(math.log10(price)))


def _column(values: object) -> Floats:
    return np.asarray(values, dtype=np.float64)
