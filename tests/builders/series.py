"""Candle series for tests: the bundled recordings, and random ones from a seed."""

from functools import cache
from pathlib import Path

import numpy as np

import adapters.data
from adapters.data.files import load_candles
from adapters.data.markets import market_for
from bot.domain.candle import Candle
from bot.domain.ids import Symbol
from bot.domain.market import Market, Timeframe
from bot.strategy.candles import Candles, to_milliseconds

RECORDED = Path(adapters.data.__file__).parent / "recorded"
BUNDLED = tuple(sorted(path.stem for path in RECORDED.glob("*.parquet")))
"""Names of the bundled series, such as BTC_USDT-1h."""

START = 1_704_067_200_000


@cache
def bundled_candles(name: str) -> Candles:
    return load_candles(RECORDED / f"{name}.parquet")


def bundled_market(name: str) -> Market:
    return market_for(Symbol(name.partition("-")[0].replace("_", "/")))


def bundled_timeframe(name: str) -> Timeframe:
    return Timeframe(name.partition("-")[2])


def random_candles(
    seed: int = 1,
    count: int = 1000,
    price: float = 30_000.0,
    volatility: float = 0.002,
    decimals: int = 2,
    minutes: int = 1,
) -> Candles:
    """A seeded random walk with gaps between candles now and then."""
    random = np.random.default_rng(seed)
    close = np.round(price * np.exp(np.cumsum(random.normal(0, volatility, count))), decimals)
    gaps = np.where(random.random(count) < 0.2, random.normal(0, volatility * 2, count), 0.0)
    opened = np.round(np.concatenate(([price], close[:-1])) * (1 + gaps), decimals)
    reach = np.abs(random.normal(0, volatility, (2, count)))
    high = np.round(np.maximum(opened, close) * (1 + reach[0]), decimals)
    low = np.round(np.minimum(opened, close) * (1 - reach[1]), decimals)
    time = START + np.arange(count, dtype=np.int64) * 60_000 * minutes
    return Candles(time, opened, high, low, close, np.ones(count))


def hostile_candles(seed: int, count: int, *, tick: float = 1.0, price: int = 100, reach: int = 3) -> Candles:
    """A walk in whole ticks with what is rare in real prices: ties, touches, gaps and candles without a range.

    `price` is the first one, in ticks.
    """
    random = np.random.default_rng(seed)
    rows = []
    last = price
    for _ in range(count):
        gap = int(random.choice([0, 0, 0, -reach, reach, -3 * reach, 3 * reach]))
        opened = max(last + gap, 20)
        last = max(opened + int(random.integers(-reach, reach + 1)), 20)
        high = max(opened, last) + int(random.choice([0, 0, 1, reach]))
        low = max(min(opened, last) - int(random.choice([0, 0, 1, reach])), 10)
        rows.append((opened, high, low, last))
    opens, highs, lows, closes = (np.round(np.array(column) * tick, 8) for column in zip(*rows, strict=True))
    time = START + np.arange(count, dtype=np.int64) * 300_000
    return Candles(time, opens, highs, lows, closes, np.full(count, 1000.0))


def candles_from_rows(rows: list[Candle]) -> Candles:
    return Candles(
        np.array([to_milliseconds(row.open_time) for row in rows], dtype=np.int64),
        np.array([row.open for row in rows], dtype=np.float64),
        np.array([row.high for row in rows], dtype=np.float64),
        np.array([row.low for row in rows], dtype=np.float64),
        np.array([row.close for row in rows], dtype=np.float64),
        np.array([row.volume for row in rows], dtype=np.float64),
    )
