"""Time zones and quiet hours as people type them, such as `Berlin` and `22:30-06:45`."""

import re
from zoneinfo import available_timezones

from bot.commands.reply.input_text import echo_text
from bot.domain.errors import CommandFix, InvalidInput, WordFix
from bot.domain.people import QuietHours
from bot.strategy.field_value import nearest_name

_REGIONS = ("Europe", "America", "Asia", "Africa", "Australia", "Pacific", "Atlantic", "Indian", "Antarctica")
_SPAN = re.compile(r"(\d{1,2})(?::(\d{2}))?\s*(?:-|–|to)\s*(\d{1,2})(?::(\d{2}))?", re.ASCII | re.IGNORECASE)
_MINUTES_AN_HOUR, _HOURS_A_DAY = 60, 24
_MINUTES_A_DAY = _HOURS_A_DAY * _MINUTES_AN_HOUR


def zone_names() -> list[str]:
    """Return the names to choose from: UTC and the zones of places."""
    return ["UTC", *sorted(name for name in available_timezones() if name.split("/")[0] in _REGIONS)]


def parse_zone(text: str) -> str:
    """Return the zone of a name, also of its city alone; raise InvalidInput for an unknown one."""
    names = zone_names()
    by_word = {name.rsplit("/", 1)[-1].casefold(): name for name in reversed(names)}
    by_word |= {name.casefold(): name for name in names}
    wanted = text.strip().replace(" ", "_").casefold()
    if wanted in by_word:
        return by_word[wanted]
    near = nearest_name(wanted, by_word)
    example = by_word[near] if near else "Europe/Berlin"
    raise InvalidInput("no-time-zone", WordFix((("timezone", example),)), typed=echo_text(text))


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
