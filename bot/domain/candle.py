"""Candles."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Candle:
    """A closed OHLCV interval: prices in quote, volume in base, `open_time` aware UTC."""

    open_time: datetime
    open: float
    high: float
    low: float
    close: float
    volume: float
