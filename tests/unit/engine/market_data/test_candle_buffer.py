"""The shared window of candles: always the newest, and a view once given out never changes."""

from datetime import timedelta

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.candle import Candle
from bot.engine.market_data.candle_buffer import CandleBuffer
from bot.strategy.candles import to_milliseconds
from tests.builders.recordings import START
from tests.builders.series import candles_from_rows


def some_candles(count: int, first: int = 0) -> list[Candle]:
    return [
        Candle(
            open_time=START + timedelta(minutes=5 * number),
            open=number,
            high=number + 0.5,
            low=number - 0.5,
            close=number + 0.25,
            volume=1.0,
        )
        for number in range(first, first + count)
    ]


@given(history=st.integers(0, 30), window=st.integers(1, 12), appended=st.integers(0, 40))
def test_the_buffer_holds_the_newest_candles(history: int, window: int, appended: int) -> None:
    rows = some_candles(history + appended)
    buffer = CandleBuffer(candles_from_rows(rows[:history]), window)
    for candle in rows[history:]:
        buffer.append_candle(candle)
    expected = rows[max(len(rows) - window, 0) :]
    found = buffer.candles()
    assert [found.row(index) for index in range(len(found))] == expected
    assert buffer.window == window
    assert buffer.last_time == (to_milliseconds(rows[-1].open_time) if rows else None)


@given(window=st.integers(1, 8), appended=st.integers(1, 30))
def test_a_view_is_never_changed_by_what_comes_later(window: int, appended: int) -> None:
    buffer = CandleBuffer(candles_from_rows(some_candles(window)), window)
    views = []
    for candle in some_candles(appended, first=window):
        view = buffer.candles()
        views.append((view, view.close.copy(), view.time.copy()))
        buffer.append_candle(candle)
    for view, close, time in views:
        assert np.array_equal(view.close, close)
        assert np.array_equal(view.time, time)


def test_loading_begins_again_with_another_window() -> None:
    buffer = CandleBuffer(candles_from_rows(some_candles(4)), 3)
    view = buffer.candles()
    buffer.load_history(candles_from_rows(some_candles(10)), 6)
    assert list(buffer.candles().open) == [4, 5, 6, 7, 8, 9]
    assert list(view.open) == [1, 2, 3]
