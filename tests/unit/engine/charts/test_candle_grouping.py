"""Bars of a chart: as many as there are candles while they can be told apart, else of a round length."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.engine.charts.candle_grouping import ROUND_LENGTHS, bar_label, group_candles
from bot.ports.charts import MAX_BARS
from bot.strategy.candles import from_milliseconds
from tests.builders.series import candles_from_rows, random_candles

FIVE, HOUR = timedelta(minutes=5), timedelta(hours=1)


@pytest.mark.parametrize(
    ("count", "length"), [(10, "5 min"), (121, "5 min"), (240, "10 min"), (480, "30 min"), (1000, "1 h")]
)
def test_a_hundred_and_twenty_candles_are_bars_and_more_are_grouped_in_round_lengths(count: int, length: str) -> None:
    bars = group_candles(random_candles(count=count, minutes=5), FIVE, MAX_BARS)
    assert bar_label(bars.length) == length
    assert len(bars.candles) <= MAX_BARS
    if length == "5 min":
        assert len(bars.candles) == count


def test_a_year_of_days_is_grouped_in_weeks_from_monday() -> None:
    bars = group_candles(random_candles(count=366, minutes=1440), timedelta(days=1), MAX_BARS)
    assert bar_label(bars.length) == "7 d"
    assert {from_milliseconds(time).weekday() for time in bars.candles.time.tolist()} == {0}


@given(st.integers(131, 900), st.sampled_from([1, 5, 15, 60]), st.sets(st.integers(0, 899), max_size=60))
def test_a_bar_is_what_a_loop_over_its_candles_finds(count: int, minutes: int, missing: set[int]) -> None:
    whole = random_candles(count=count, minutes=minutes)
    candles = candles_from_rows([whole.row(row) for row in range(count) if row not in missing])
    bars = group_candles(candles, timedelta(minutes=minutes), MAX_BARS)
    assert bars.length in ROUND_LENGTHS
    rows = [candles.row(row) for row in range(len(candles))]
    for index in range(len(bars.candles)):
        bar = bars.candles.row(index)
        since_midnight = bar.open_time - datetime(2024, 1, 1, tzinfo=UTC)
        assert since_midnight % bars.length == timedelta(0)
        inside = [row for row in rows if bar.open_time <= row.open_time < bar.open_time + bars.length]
        assert (bar.open, bar.close) == (inside[0].open, inside[-1].close)
        assert (bar.high, bar.low) == (max(row.high for row in inside), min(row.low for row in inside))
    # Only candles older than the first whole bar are left out.
    left_out = [row for row in rows if row.open_time < bars.first]
    assert len(left_out) < bars.length / timedelta(minutes=minutes)
    assert (np.diff(bars.candles.time) > 0).all()
