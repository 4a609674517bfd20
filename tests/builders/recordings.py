"""Small hand-made recordings."""

import random
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import numpy as np

from adapters.data.recording import RECORDED_VENUE, Recording, recording_from_candles
from bot.domain.candle import Candle
from bot.domain.ids import Symbol
from bot.domain.market import Market, Series, Timeframe
from bot.strategy.candles import Candles
from tests.builders.series import candles_from_rows

START = datetime(2024, 7, 8, tzinfo=UTC)
ABC = Market(
    symbol=Symbol("ABC/USDT"),
    base="ABC",
    quote="USDT",
    tick=Decimal("0.01"),
    step=Decimal("0.001"),
    min_quantity=Decimal("0.001"),
    min_notional=Decimal(5),
    fee_rate=Decimal("0.001"),
)
Prices = tuple[float, float, float, float]
"""Open, high, low, close."""


def series_of(timeframe: Timeframe = Timeframe.M5, symbol: str = "ABC/USDT") -> Series:
    return Series(venue=RECORDED_VENUE, symbol=Symbol(symbol), timeframe=timeframe)


def candles(
    rows: Sequence[Prices],
    timeframe: Timeframe = Timeframe.M5,
    *,
    start: datetime = START,
    volume: float = 1000.0,
) -> Candles:
    return candles_from_rows(
        [
            Candle(
                open_time=start + index * timeframe.duration,
                open=row[0],
                high=row[1],
                low=row[2],
                close=row[3],
                volume=volume,
            )
            for index, row in enumerate(rows)
        ]
    )


def flat(count: int, price: float = 100.0) -> list[Prices]:
    return [(price, price, price, price)] * count


def a_recording(rows: Sequence[Prices], *, volume: float = 1000.0, market: Market = ABC) -> Recording:
    """One 5m series; the first candle is history, the replay starts with the open of the second."""
    return recording_from_candles(
        {series_of(): candles(rows, volume=volume)}, markets=(market,), starts_at=START + timedelta(minutes=5)
    )


def a_recording_of(rows: Sequence[tuple[float, float, float, float, float]], *, market: Market = ABC) -> Recording:
    """One 5m series of prices with volumes; the first candle is history."""
    made = candles([row[:4] for row in rows])
    with_volumes = replace(made, volume=np.array([row[4] for row in rows], dtype=np.float64))
    return recording_from_candles(
        {series_of(): with_volumes}, markets=(market,), starts_at=START + timedelta(minutes=5)
    )


def wandering(count: int, seed: int = 7) -> list[Prices]:
    """A seeded random walk around 100 on ticks of 0.01, with wide candles and gaps."""
    dice = random.Random(seed)
    rows: list[Prices] = []
    close = 100.0
    for _ in range(count):
        opened = round(close * (1 + dice.gauss(0, 0.004)), 2)
        close = round(opened * (1 + dice.gauss(0, 0.015)), 2)
        high = round(max(opened, close) * (1 + abs(dice.gauss(0, 0.006))), 2)
        low = round(min(opened, close) * (1 - abs(dice.gauss(0, 0.006))), 2)
        rows.append((opened, high, low, close))
    return rows
