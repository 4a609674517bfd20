"""Quiet hours in text: `23-7`, `22:30-06:45`."""

import re

from bot.commands.reply.input_text import echo_text
from bot.domain.errors import CommandFix, InvalidInput
from bot.domain.people import QuietHours

_SPAN = re.compile(r"(\d{1,2})(?::(\d{2}))?\s*(?:-|–|to)\s*(\d{1,2})(?::(\d{2}))?", re.ASCII | re.IGNORECASE)
_MINUTES_AN_HOUR, _HOURS_A_DAY = 60, 24
_MINUTES_A_DAY = _HOURS_A_DAY * _MINUTES_AN_HOUR


def parse_quiet_hours(text: str) -> QuietHours:
    """Parse quiet hours; raise InvalidInput for anything else."""
    found = _SPAN.fullmatch(text.strip())
    start, end = (_minute(found[1], found[2]), _minute(found[3], found[4])) if found else (None, None)
    if start is None or end is None or start == end:
        raise InvalidInput("no-hours", CommandFix("quiet", ("23-7",)), typed=echo_text(text))
    return QuietHours(start_minute=start, end_minute=end)


def quiet_hours_text(quiet: QuietHours | None) -> str:
    """Format quiet hours: `23:00 to 07:00`, or `none`."""
    return "none" if quiet is None else f"{_clock(quiet.start_minute)} to {_clock(quiet.end_minute)}"


def _minute(hour: str, minute: str | None) -> int | None:
    """Return the minute of the day, None for an invalid time; midnight may be 0 or 24."""
    total = int(hour) * _MINUTES_AN_HOUR + int(minute or 0)
    is_time = total <= _MINUTES_A_DAY and int(minute or 0) < _MINUTES_AN_HOUR
    return total % _MINUTES_A_DAY if is_time else None


def _clock(minute: int) -> str:
    return f"{minute // _MINUTES_AN_HOUR:02d}:{minute % _MINUTES_AN_HOUR:02d}"
