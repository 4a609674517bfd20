"""The candle that has not closed: of what happened until then, and of nothing that came later."""

from datetime import datetime, timedelta

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from adapters.data.recording import recording_from_candles
from adapters.venue.recorded.timeline import ReplayPhase, ReplayPosition, Timeline
from bot.domain.market import Timeframe
from bot.strategy.candles import Candles, to_milliseconds
from tests.builders.recordings import ABC, START, candles, series_of, wandering

ROWS = wandering(60)
FIVE = timedelta(minutes=5)


def hours_of(fine: Candles) -> Candles:
    groups = [range(start, start + 12) for start in range(0, len(fine), 12)]
    return candles(
        [
            (
                float(fine.open[group[0]]),
                float(fine.high[group].max()),
                float(fine.low[group].min()),
                float(fine.close[group[-1]]),
            )
            for group in groups
        ],
        Timeframe.H1,
    )


FINE = candles(ROWS)
RECORDING = recording_from_candles(
    {series_of(): FINE, series_of(Timeframe.H1): hours_of(FINE)}, markets=(ABC,), starts_at=START + timedelta(hours=1)
)


def known_prices(time: datetime, phase: ReplayPhase, opened: datetime) -> list[float]:
    """Return the prices between two times in the order they were known, by a loop over the five minutes."""
    prices = []
    for row, (first, high, low, last) in enumerate(ROWS):
        begins = START + row * FIVE
        if begins < opened:
            continue
        if begins < time or (begins == time and phase is not ReplayPhase.CLOSE):
            prices.append(first)
        if begins + FIVE <= time:
            prices += [high, low, last]
    return prices


@given(st.integers(12, 59), st.sampled_from(ReplayPhase))
def test_an_hour_is_made_of_the_five_minutes_that_have_passed_in_it(row: int, phase: ReplayPhase) -> None:
    time = START + row * FIVE
    hour = START + timedelta(hours=row * 5 // 60)
    candle = Timeline(RECORDING).unfinished_candle(
        series_of(Timeframe.H1), [series_of()], ReplayPosition(to_milliseconds(time), phase)
    )
    prices = known_prices(time, phase, hour)
    if not prices:
        # The hour that closes here is over, the next has not begun.
        assert candle is None
        return
    assert candle is not None
    assert candle.open_time == hour
    assert (candle.open, candle.high, candle.low, candle.close) == (prices[0], max(prices), min(prices), prices[-1])


@given(st.integers(12, 58), st.sampled_from(ReplayPhase))
def test_what_comes_later_changes_nothing(row: int, phase: ReplayPhase) -> None:
    position = ReplayPosition(to_milliseconds(START + row * FIVE), phase)
    other = np.where(np.arange(len(ROWS)) > row, 2.0, 1.0)
    changed = Candles(
        FINE.time, FINE.open * other, FINE.high * other, FINE.low * other, FINE.close * other, FINE.volume
    )
    recording = recording_from_candles(
        {series_of(): changed, series_of(Timeframe.H1): hours_of(FINE)},
        markets=(ABC,),
        starts_at=START + timedelta(hours=1),
    )
    for series, finer in ((series_of(), []), (series_of(Timeframe.H1), [series_of()])):
        before = Timeline(RECORDING).unfinished_candle(series, finer, position)
        assert Timeline(recording).unfinished_candle(series, finer, position) == before
