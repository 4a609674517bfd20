"""The bar that has not closed, made of the prices known so far: those of the feed, and those of fills."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta

import numpy as np

from bot.domain.candle import Candle
from bot.strategy.candles import Candles, from_milliseconds, to_milliseconds


def unfinished_bar(
    known: Candle | None, opened: datetime, prices: Sequence[float], last: float | None = None
) -> Candle | None:
    """Return the bar that began at `opened`, None while no price of it is known.

    `known` is what the feed says of it, `prices` are those of fills in it; it closes for now at `last`, the newest
    price, else at the last fill.
    """
    if known is None and not prices:
        return None
    first = prices[0] if known is None else known.open
    bar = known or Candle(open_time=opened, open=first, high=first, low=first, close=first, volume=0.0)
    close = last if last is not None else (bar.close, *prices)[-1]
    return replace(bar, high=max(bar.high, close, *prices), low=min(bar.low, close, *prices), close=close)


def bar_open(time: datetime, length: timedelta) -> datetime:
    """Return when the bar began that a time is in."""
    milliseconds = length // timedelta(milliseconds=1)
    return from_milliseconds(to_milliseconds(time) // milliseconds * milliseconds)


def append_bar(candles: Candles, bar: Candle) -> Candles:
    return Candles(
        time=np.append(candles.time, to_milliseconds(bar.open_time)),
        open=np.append(candles.open, bar.open),
        high=np.append(candles.high, bar.high),
        low=np.append(candles.low, bar.low),
        close=np.append(candles.close, bar.close),
        volume=np.append(candles.volume, bar.volume),
    )
