"""Time zones and quiet hours as people type them: `Berlin`, `CET`, `UTC+2`, and `22:30-06:45`."""

import re
from datetime import datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from bot.commands.reply.input_text import echo_text
from bot.domain.errors import CommandFix, InvalidInput, WordFix
from bot.domain.people import QuietHours
from bot.strategy.field_value import nearest_name

_REGIONS = ("Europe", "America", "Asia", "Africa", "Australia", "Pacific", "Atlantic", "Indian", "Antarctica")
UTC_ZONE = "UTC"
USUAL_ZONES = (
    *("Europe/London", "Europe/Berlin", "Europe/Athens", "Europe/Istanbul", "Asia/Dubai", "Asia/Kolkata"),
    *("Asia/Singapore", "Asia/Tokyo", "Australia/Sydney", "Pacific/Auckland"),
    *("America/Sao_Paulo", "America/New_York", "America/Chicago", "America/Denver", "America/Los_Angeles"),
)
"""Zones that are offered first, from east of Greenwich round the world."""
_ABBREVIATIONS = {
    **dict.fromkeys(("cet", "cest", "met", "mez", "mesz"), "Europe/Berlin"),
    **dict.fromkeys(("bst", "wet"), "Europe/London"),
    **dict.fromkeys(("eet", "eest"), "Europe/Athens"),
    **dict.fromkeys(("est", "edt", "et"), "America/New_York"),
    **dict.fromkeys(("cst", "cdt", "ct"), "America/Chicago"),
    **dict.fromkeys(("mst", "mdt"), "America/Denver"),
    **dict.fromkeys(("pst", "pdt", "pt"), "America/Los_Angeles"),
    **dict.fromkeys(("aest", "aedt"), "Australia/Sydney"),
    **dict.fromkeys(("nzst", "nzdt"), "Pacific/Auckland"),
    **dict.fromkeys(("gmt", "z", "zulu", "utc+0", "gmt+0"), UTC_ZONE),
    **{"msk": "Europe/Moscow", "ist": "Asia/Kolkata", "jst": "Asia/Tokyo", "sgt": "Asia/Singapore"},
}
_OFFSET = re.compile(r"(?:utc|gmt)?\s*([-+−])\s*(\d{1,2})(?::?(\d{2}))?", re.ASCII | re.IGNORECASE)
MAX_OFFERED = 3
MIN_SIMILARITY = 0.7
_SPAN = re.compile(r"(\d{1,2})(?::(\d{2}))?\s*(?:-|–|to)\s*(\d{1,2})(?::(\d{2}))?", re.ASCII | re.IGNORECASE)
_MINUTES_AN_HOUR, _HOURS_A_DAY = 60, 24
_MINUTES_A_DAY = _HOURS_A_DAY * _MINUTES_AN_HOUR


@cache
def zone_names() -> tuple[str, ...]:
    """Return the names to choose from: UTC and the zones of places."""
    return (UTC_ZONE, *sorted(name for name in available_timezones() if name.split("/")[0] in _REGIONS))


def parse_zone(text: str, now: datetime, field: str = "timezone", *, is_named: bool = True) -> str:
    """Return the zone of a name, also of its city alone; raise InvalidInput with the zones that were probably meant.

    `field` is the argument to answer, which stands in the line as `field=` if it `is_named`.
    """
    by_word = _zones_by_word()
    wanted = text.strip().replace(" ", "_").casefold()
    if wanted in by_word:
        return by_word[wanted]
    meant = _probable_zones(text.strip(), now)
    fix = WordFix(
        ((field, (*meant, "Europe/Berlin")[0]),),
        alternatives=meant if len(meant) > 1 else (),
        typed="" if is_named else text,
        is_certain=bool(meant),
    )
    raise InvalidInput("no-time-zone", fix, typed=echo_text(text))


@cache
def _zones_by_word() -> dict[str, str]:
    names = zone_names()
    by_city = {name.rsplit("/", 1)[-1].casefold(): name for name in reversed(names)}
    return by_city | {name.casefold(): name for name in names}


def _probable_zones(text: str, now: datetime) -> tuple[str, ...]:
    """Return the zones of an abbreviation, an offset from UTC at this time, or a misspelt place."""
    if zone := _ABBREVIATIONS.get(text.casefold()):
        return (zone,)
    if match := _OFFSET.fullmatch(text):
        length = timedelta(hours=int(match[2]), minutes=int(match[3] or 0))
        return _zones_at(length if match[1] == "+" else -length, now)
    by_word = _zones_by_word()
    near = nearest_name(text.replace(" ", "_"), by_word, cutoff=MIN_SIMILARITY)
    return (by_word[near],) if near else ()


def _zones_at(offset: timedelta, now: datetime) -> tuple[str, ...]:
    """Return zones with an offset from UTC, the usual ones if there are some."""
    if not offset:
        return (UTC_ZONE,)
    for names in (USUAL_ZONES, zone_names()):
        if found := tuple(name for name in names if now.astimezone(ZoneInfo(name)).utcoffset() == offset):
            return found[:MAX_OFFERED]
    return ()


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
