"""Where the ticks of an axis are and what they say."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

MAX_TICKS = 4
_NICE = (1.0, 2.0, 2.5, 5.0, 10.0)
_MINUTES = (1, 2, 5, 10, 15, 30, 60, 120, 180, 240, 360, 720)
_DAYS = (1, 2, 3, 5, 7, 10, 14, 20)
_MONTHS = (1, 2, 3, 6, 12, 24, 60, 120, 240, 600, 1200)
_MINUTES_A_DAY = 1440
_MONTHS_A_YEAR = 12


@dataclass(frozen=True, slots=True)
class TimeTick:
    """A moment on the time axis with its text of one or two lines."""

    time: datetime
    text: str


def value_ticks(low: float, high: float, decimals: int | None = None, count: int = MAX_TICKS) -> tuple[float, ...]:
    """Return up to `count` round values inside the range, none finer than `decimals` allow."""
    span = high - low
    if not (math.isfinite(span) and span > 0):
        return (low,)
    exponent = math.floor(math.log10(span / count)) - 1
    steps = (nice * 10.0**power for power in range(exponent, exponent + 4) for nice in _NICE)
    finest = 0.0 if decimals is None else 10.0**-decimals
    for step in steps:
        # The tolerance keeps 2.5 away from two decimals where it would be rounded, and 1e-8 from its own noise.
        if step < finest * (1 - 1e-9) or (decimals is not None and not _is_multiple(step, finest)):
            continue
        first = math.ceil(low / step - 1e-9)
        last = math.floor(high / step + 1e-9)
        if last - first < count:
            return tuple(index * step for index in range(first, last + 1)) or (low,)
    return (low,)


def _is_multiple(step: float, finest: float) -> bool:
    ratio = step / finest
    return abs(ratio - round(ratio)) < 1e-6 * max(ratio, 1.0)


def time_ticks(start: datetime, end: datetime, timezone: str, count: int = MAX_TICKS) -> tuple[TimeTick, ...]:
    """Return up to `count` ticks at round local times between two aware times, both included."""
    zone = ZoneInfo(timezone)
    first, last = start.astimezone(zone), end.astimezone(zone)
    for minutes in _MINUTES:
        if (end - start) / timedelta(minutes=minutes) <= count:
            times = tuple(_times_between(_wall_times(first, last, minutes), start, end))
            if _is_usable_count(times, count):
                return _clock_texts(times, zone)
    return day_ticks(start, end, timezone, count)


def day_ticks(start: datetime, end: datetime, timezone: str, count: int = MAX_TICKS) -> tuple[TimeTick, ...]:
    """Return up to `count` ticks at local midnights between two aware times, both included."""
    zone = ZoneInfo(timezone)
    first, last = start.astimezone(zone), end.astimezone(zone)
    for days in _DAYS:
        times = tuple(_times_between(_dates(first, last, days), start, end))
        if _is_usable_count(times, count):
            return _date_texts(times, zone)
    for months in _MONTHS:
        times = tuple(_times_between(_month_starts(first, last, months), start, end))
        if _is_usable_count(times, count):
            return _month_texts(times, zone)
    return _clock_texts((start.astimezone(UTC),), zone)


def _is_usable_count(times: tuple[datetime, ...], count: int) -> bool:
    return 0 < len(times) <= count


def _times_between(times: Iterator[datetime], start: datetime, end: datetime) -> Iterator[datetime]:
    # Two local times of a night when the clock changes can be one moment: each moment once.
    newest: datetime | None = None
    for time in times:
        moment = time.astimezone(UTC)
        if start <= moment <= end and (newest is None or moment > newest):
            newest = moment
            yield moment


def _wall_times(first: datetime, last: datetime, minutes: int) -> Iterator[datetime]:
    midnight = first.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    skipped = (first.hour * 60 + first.minute) // minutes
    time = midnight + skipped * timedelta(minutes=minutes)
    while time <= last + timedelta(hours=2):
        yield time
        time += timedelta(minutes=minutes)


def _dates(first: datetime, last: datetime, days: int) -> Iterator[datetime]:
    time = first.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    time -= timedelta(days=time.toordinal() % days)
    while time <= last:
        yield time
        time += timedelta(days=days)


def _month_starts(first: datetime, last: datetime, months: int) -> Iterator[datetime]:
    number = (first.year * _MONTHS_A_YEAR + first.month - 1) // months * months
    while number <= last.year * _MONTHS_A_YEAR + last.month - 1:
        year, month = divmod(number, _MONTHS_A_YEAR)
        if year > 0:
            yield first.replace(year=year, month=month + 1, day=1, hour=0, minute=0, second=0, microsecond=0, fold=0)
        number += months


def _clock_texts(times: tuple[datetime, ...], zone: ZoneInfo) -> tuple[TimeTick, ...]:
    """Write the time, and below it the date where it changes."""
    local = [time.astimezone(zone) for time in times]
    changes = [True] + [before.date() != after.date() for before, after in pairwise(local)]
    return tuple(
        TimeTick(time, f"{here:%H:%M}\n{here.day} {here:%b}" if is_new else f"{here:%H:%M}")
        for time, here, is_new in zip(times, local, changes, strict=True)
    )


def _date_texts(times: tuple[datetime, ...], zone: ZoneInfo) -> tuple[TimeTick, ...]:
    """Write day and month, and below it the year where it changes."""
    local = [time.astimezone(zone) for time in times]
    changes = [True] + [before.year != after.year for before, after in pairwise(local)]
    return tuple(
        TimeTick(time, f"{here.day} {here:%b}" + (f"\n{here.year}" if is_new else ""))
        for time, here, is_new in zip(times, local, changes, strict=True)
    )


def _month_texts(times: tuple[datetime, ...], zone: ZoneInfo) -> tuple[TimeTick, ...]:
    """Write the month, and below it the year where it changes."""
    local = [time.astimezone(zone) for time in times]
    changes = [True] + [before.year != after.year for before, after in pairwise(local)]
    return tuple(
        TimeTick(time, f"{here:%b}" + (f"\n{here.year}" if is_new else ""))
        for time, here, is_new in zip(times, local, changes, strict=True)
    )
