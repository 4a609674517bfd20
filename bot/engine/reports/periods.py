"""Calendar periods in the reader's time zone."""

from datetime import UTC, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo


class Period(StrEnum):
    """A calendar period; ALL is since the beginning."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"
    ALL = "all"


def period_start(period: Period, moment: datetime, timezone: ZoneInfo) -> datetime | None:
    """Return the start of the period that contains `moment`, as UTC; None for ALL."""
    if period is Period.ALL:
        return None
    local = moment.astimezone(timezone)
    first = local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    if period is Period.WEEK:
        first -= timedelta(days=first.weekday())  # wall time: whole days of the calendar, whatever the clocks do
    elif period is Period.MONTH:
        first = first.replace(day=1)
    return first.astimezone(UTC)


def previous_start(period: Period, start: datetime, timezone: ZoneInfo) -> datetime:
    """Return the start of the period before the one that starts at `start`, as UTC."""
    before = period_start(period, start - timedelta(hours=1), timezone)
    return start if before is None else before


def period_starts(period: Period, moment: datetime, timezone: ZoneInfo, count: int) -> tuple[datetime, ...]:
    """Return the starts of the last `count` periods, oldest first, the present one last; none for ALL."""
    start = period_start(period, moment, timezone)
    starts: list[datetime] = []
    while start is not None and len(starts) < count:
        starts.append(start)
        start = previous_start(period, start, timezone)
    return tuple(reversed(starts))


def periods_since(began: datetime, moment: datetime, timezone: ZoneInfo, most: int) -> tuple[Period, int]:
    """Return how many days reach from `began` to `moment`, else weeks, else months, the newest `most` of them."""
    for period in (Period.DAY, Period.WEEK):
        starts, first = period_starts(period, moment, timezone, most), period_start(period, began, timezone)
        if first in starts:
            return period, len(starts) - starts.index(first)
    months = period_starts(Period.MONTH, moment, timezone, most)
    return Period.MONTH, min(sum(start > began for start in months) + 1, most)
