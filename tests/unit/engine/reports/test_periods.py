"""Days, weeks and months begin where the reader's calendar says, also when its clocks change."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.engine.reports.periods import Period, period_start, period_starts, periods_since, previous_start

BERLIN, NEW_YORK, KOLKATA = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York"), ZoneInfo("Asia/Kolkata")
CHATHAM, UTC_ZONE = ZoneInfo("Pacific/Chatham"), ZoneInfo("UTC")
ZONES = st.sampled_from([BERLIN, NEW_YORK, KOLKATA, CHATHAM, UTC_ZONE])
MOMENTS = st.datetimes(datetime(2020, 1, 1), datetime(2030, 1, 1), timezones=st.just(UTC))  # noqa: DTZ001 - hypothesis adds the zone
CALENDAR = st.sampled_from([Period.DAY, Period.WEEK, Period.MONTH])


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).astimezone(UTC)


@pytest.mark.parametrize(
    ("period", "zone", "moment", "start"),
    [
        (Period.DAY, UTC_ZONE, "2024-07-08T00:00+00:00", "2024-07-08T00:00+00:00"),
        (Period.DAY, BERLIN, "2024-07-07T21:59+00:00", "2024-07-06T22:00+00:00"),
        (Period.DAY, BERLIN, "2024-07-07T22:00+00:00", "2024-07-07T22:00+00:00"),
        (Period.DAY, NEW_YORK, "2024-07-08T03:59+00:00", "2024-07-07T04:00+00:00"),
        (Period.DAY, KOLKATA, "2024-07-07T18:30+00:00", "2024-07-07T18:30+00:00"),
        (Period.WEEK, BERLIN, "2024-07-14T21:59+00:00", "2024-07-07T22:00+00:00"),
        (Period.WEEK, BERLIN, "2024-07-14T22:00+00:00", "2024-07-14T22:00+00:00"),
        (Period.MONTH, BERLIN, "2024-06-30T22:00+00:00", "2024-06-30T22:00+00:00"),
        (Period.MONTH, NEW_YORK, "2024-07-01T03:59+00:00", "2024-06-01T04:00+00:00"),
        # The clocks go forward on 31 March and back on 27 October 2024 in Berlin.
        (Period.DAY, BERLIN, "2024-03-31T12:00+00:00", "2024-03-30T23:00+00:00"),
        (Period.DAY, BERLIN, "2024-04-01T00:00+00:00", "2024-03-31T22:00+00:00"),
        (Period.DAY, BERLIN, "2024-10-27T12:00+00:00", "2024-10-26T22:00+00:00"),
        (Period.DAY, BERLIN, "2024-10-27T23:00+00:00", "2024-10-27T23:00+00:00"),
        (Period.WEEK, BERLIN, "2024-04-03T12:00+00:00", "2024-03-31T22:00+00:00"),
        (Period.WEEK, BERLIN, "2024-03-31T21:59+00:00", "2024-03-24T23:00+00:00"),
        (Period.MONTH, BERLIN, "2024-04-15T12:00+00:00", "2024-03-31T22:00+00:00"),
        (Period.MONTH, BERLIN, "2024-11-02T12:00+00:00", "2024-10-31T23:00+00:00"),
    ],
)
def test_a_period_begins_at_the_readers_midnight(period: Period, zone: ZoneInfo, moment: str, start: str) -> None:
    assert period_start(period, at(moment), zone) == at(start)


@pytest.mark.parametrize(("day", "hours"), [("2024-03-31", 23), ("2024-10-27", 25), ("2024-07-08", 24)])
def test_a_day_has_the_hours_its_calendar_gives_it(day: str, hours: int) -> None:
    noon = at(f"{day}T12:00+00:00")
    first, second = period_starts(Period.DAY, noon + timedelta(days=1), BERLIN, 2)
    assert second - first == timedelta(hours=hours)


def test_since_the_beginning_has_no_start() -> None:
    now = at("2024-07-08T12:00+00:00")
    assert period_start(Period.ALL, now, BERLIN) is None
    assert period_starts(Period.ALL, now, BERLIN, 5) == ()
    assert previous_start(Period.ALL, now, BERLIN) == now


@given(period=CALENDAR, moment=MOMENTS, zone=ZONES)
def test_a_moment_lies_in_its_period_whose_start_is_its_own(period: Period, moment: datetime, zone: ZoneInfo) -> None:
    start = period_start(period, moment, zone)
    assert start is not None
    assert start.tzinfo is UTC
    assert start <= moment
    assert period_start(period, start, zone) == start
    local = start.astimezone(zone)
    assert (local.hour, local.minute, local.second) == (0, 0, 0)
    longest = {Period.DAY: 1, Period.WEEK: 7, Period.MONTH: 31}[period]
    assert moment - start < timedelta(days=longest, hours=1)
    assert period is not Period.WEEK or local.weekday() == 0
    assert period is not Period.MONTH or local.day == 1


@given(period=CALENDAR, moment=MOMENTS, zone=ZONES, count=st.integers(1, 14))
def test_periods_follow_each_other_without_gap(period: Period, moment: datetime, zone: ZoneInfo, count: int) -> None:
    starts = period_starts(period, moment, zone, count)
    assert len(starts) == count
    assert starts[-1] == period_start(period, moment, zone)
    for before, after in pairwise(starts):
        assert previous_start(period, after, zone) == before < after
        assert period_start(period, after - timedelta(seconds=1), zone) == before


@given(MOMENTS, st.integers(0, 60 * 24 * 900), ZONES)
def test_the_periods_of_a_life_begin_with_its_first_and_end_with_the_present_one(
    began: datetime, minutes: int, zone: ZoneInfo
) -> None:
    now = began + timedelta(minutes=minutes)
    period, count = periods_since(began, now, zone, 60)
    starts = period_starts(period, now, zone, count)
    assert 1 <= count <= 60
    assert starts[0] <= began <= now
    if count > 1:
        assert starts[1] > began
    days = (now.astimezone(zone).date() - began.astimezone(zone).date()).days + 1
    assert (period is Period.DAY) == (days <= 60)
