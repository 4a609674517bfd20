"""The title of a chart says its days by the calendar of whoever reads it."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from bot.domain.market import Mode
from bot.engine.charts.candle_charts import candle_title
from bot.engine.charts.candle_grouping import Bars
from bot.strategy.candles import Candles, to_milliseconds
from tests.builders import story


def bars(first: str, last: str) -> Bars:
    start, end = (datetime.fromisoformat(text).replace(tzinfo=UTC) for text in (first, last))
    times = np.arange(to_milliseconds(start), to_milliseconds(end) + 1, 3_600_000, dtype=np.int64)
    ones = np.ones(len(times))
    candles = Candles(time=times, open=ones, high=ones, low=ones, close=ones, volume=ones)
    return Bars(candles=candles, length=timedelta(hours=1))


@pytest.mark.parametrize(
    ("mode", "first", "last", "days"),
    [
        (Mode.PAPER, "2024-08-22 10:00", "2024-08-26 09:00", "22-26 Aug CEST"),
        (Mode.PRACTICE, "2024-08-22 10:00", "2024-08-26 09:00", "22-26 Aug 2024 CEST"),
        (Mode.PAPER, "2024-08-30 10:00", "2024-09-02 09:00", "30 Aug - 2 Sep CEST"),
        (Mode.PAPER, "2024-08-08 10:00", "2024-08-08 19:00", "8 Aug CEST"),
        (Mode.PAPER, "2024-08-08 10:00", "2024-08-08 22:00", "8-9 Aug CEST"),
        (Mode.PAPER, "2023-12-30 10:00", "2024-01-02 09:00", "30 Dec 2023 - 2 Jan 2024 CET"),
    ],
)
def test_days_are_those_of_the_readers_calendar(mode: Mode, first: str, last: str, days: str) -> None:
    bot = story.a_bot("alpha", mode=mode)
    title = candle_title(bot, bars(first, last), "Europe/Berlin")
    assert title == f"alpha · {mode} · BTC/USDT 1h · {days}"


def test_the_zone_is_that_of_the_end_when_the_clocks_change_in_between() -> None:
    title = candle_title(story.a_bot("alpha"), bars("2024-03-29 10:00", "2024-04-01 10:00"), "Europe/Berlin")
    assert title.endswith("29 Mar - 1 Apr CEST")
