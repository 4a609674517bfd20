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


def candles_from_rows(rows: list[Candle]) -> Candles:
    return Candles(
        np.array([to_milliseconds(row.open_time) for row in rows], dtype=np.int64),
        np.array([row.open for row in rows], dtype=np.float64),
        np.array([row.high for row in rows], dtype=np.float64),
        np.array([row.low for row in rows], dtype=np.float64),
        np.array([row.close for row in rows], dtype=np.float64),
        np.array([row.volume for row in rows], dtype=np.float64),
    )
