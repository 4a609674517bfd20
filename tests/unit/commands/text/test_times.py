from datetime import UTC, datetime, timedelta

import pytest

from bot.commands.text.times import TimeFormatter, duration
from bot.domain.market import Mode

NOW = datetime(2024, 8, 26, 14, 0, 2, tzinfo=UTC)
BERLIN = TimeFormatter(NOW, "Europe/Berlin")


@pytest.mark.parametrize(
    ("length", "text"),
    [
        (timedelta(seconds=48), "48 s"),
        (timedelta(minutes=6, seconds=40), "6 min 40 s"),
        (timedelta(days=3, hours=6, minutes=59), "3 d 6 h"),
        (timedelta(hours=3, minutes=12), "3 h 12 min"),
        (timedelta(hours=2), "2 h"),
        (timedelta(0), "0 s"),
        (timedelta(seconds=-5), "0 s"),
    ],
)
def test_durations_show_their_two_largest_units(length: timedelta, text: str) -> None:
    assert duration(length) == text


def test_times_are_shorter_the_nearer_they_are() -> None:
    assert BERLIN.time_text(NOW) == "16:00:02"
    assert BERLIN.time_text(datetime(2024, 8, 23, 1, tzinfo=UTC)) == "23 Aug 03:00"
    assert BERLIN.time_text(datetime(2023, 8, 23, 1, tzinfo=UTC)) == "23 Aug 2023"


def test_a_recording_shows_its_own_clock_with_the_year() -> None:
    assert BERLIN.market_time_text(datetime(2024, 8, 25, 13, tzinfo=UTC), Mode.PRACTICE) == "25 Aug 2024 15:00"
    assert BERLIN.market_time_text(datetime(2024, 8, 23, 1, tzinfo=UTC), Mode.PAPER) == "23 Aug 03:00"


def test_the_zone_is_named_by_its_abbreviation() -> None:
    assert BERLIN.zone_label == "CEST"
    assert BERLIN.zone_label_at(datetime(2024, 1, 5, tzinfo=UTC)) == "CET"


def test_an_unknown_zone_is_utc() -> None:
    assert TimeFormatter(NOW, "Mars/Olympus").time_text(NOW) == "14:00:02"
