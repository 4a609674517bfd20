"""Days of a chart in the reader's calendar."""

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.domain.market import Mode


def format_days(start: datetime, end: datetime, mode: Mode, timezone: str) -> str:
    """Format the days of a chart in the reader's calendar, with the year for recordings."""
    zone = ZoneInfo(timezone)
    first, last = start.astimezone(zone), end.astimezone(zone)
    year = f" {last.year}" if mode is Mode.PRACTICE or first.year != last.year else ""
    if first.date() == last.date():
        days = f"{last.day} {last:%b}"
    elif (first.year, first.month) == (last.year, last.month):
        days = f"{first.day}-{last.day} {last:%b}"
    elif first.year == last.year:
        days = f"{first.day} {first:%b} - {last.day} {last:%b}"
    else:
        days = f"{first.day} {first:%b %Y} - {last.day} {last:%b}"
    return f"{days}{year} {last.tzname()}"
