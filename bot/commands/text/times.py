"""How times and durations are written (UX.md, section 2), in the reader's zone."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.commands.reply.inline_time import InlineTime, TimeStyle
from bot.domain.market import Mode

UTC_ZONE = "UTC"
_UNITS = (("d", 86_400), ("h", 3_600), ("min", 60), ("s", 1))


def duration(length: timedelta) -> str:
    """Write a duration with its two largest units: `48 s`, `6 min 40 s`, `3 d 6 h`."""
    left = max(int(length.total_seconds()), 0)
    counts: list[str] = []
    for unit, size in _UNITS:
        count, left = divmod(left, size)
        if count or counts:
            counts.append(f"{count} {unit}" if count else "")
    return " ".join(counts[:2]).rstrip() or "0 s"


def zone_info(name: str) -> ZoneInfo:
    """Return a time zone by its IANA name, UTC for a name nobody knows."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return ZoneInfo(UTC_ZONE)


@dataclass(frozen=True, slots=True)
class TimeFormatter:
    """Writes times for one reader: `now` decides what today is."""

    now: datetime
    timezone: str = UTC_ZONE

    @property
    def zone_label(self) -> str:
        """Return the short name of the zone now, for example CEST."""
        return self.zone_label_at(self.now)

    def zone_label_at(self, moment: datetime) -> str:
        """Return the short name of the zone at a time: CET in winter, CEST in summer."""
        return self._local(moment).tzname() or self.timezone

    def time_text(self, moment: datetime) -> str:
        """Write a time: today `16:00:02`, this year `23 Aug 03:00`, else `23 Aug 2023`."""
        return self.inline_time(moment).text

    def inline_time(self, moment: datetime) -> InlineTime:
        """Write a time like `prose`, for a sentence: on each reader's own clock where a platform can show that."""
        local, today = self._local(moment), self._local(self.now)
        if local.date() == today.date():
            return InlineTime(moment, f"{local:%H:%M:%S}", TimeStyle.SECONDS)
        if local.year == today.year:
            return InlineTime(moment, f"{local.day} {local:%b %H:%M}", TimeStyle.DAY_AND_TIME)
        return InlineTime(moment, f"{local.day} {local:%b %Y}", TimeStyle.DAY)

    def state_time(self, moment: datetime) -> InlineTime:
        """Write when a state began or ends: today `14:12`, else with its day."""
        is_today = self._local(moment).date() == self._local(self.now).date()
        return self._time_of_day(moment) if is_today else self.inline_time(moment)

    def time_of_day(self, moment: datetime, mode: Mode) -> str | InlineTime:
        """Write the time of a day that is clear from what stands around it: `03:00`."""
        time = self._time_of_day(moment)
        return time.text if mode is Mode.PRACTICE else time

    def recording_time(self, moment: datetime) -> str:
        """Write a time of a recording's clock, with its year."""
        local = self._local(moment)
        return f"{local.day} {local:%b %Y %H:%M}"

    def market_time(self, moment: datetime, mode: Mode) -> str | InlineTime:
        """Write a market time for a sentence: the recording's clock, which is nobody's own, or the reader's."""
        return self.recording_time(moment) if mode is Mode.PRACTICE else self.inline_time(moment)

    def market_time_text(self, moment: datetime, mode: Mode) -> str:
        """Write a market time: with its year in PRACTICE."""
        return self.recording_time(moment) if mode is Mode.PRACTICE else self.time_text(moment)

    def table_time(self, moment: datetime) -> str:
        """Write a time for a table: `26 Aug 09:00`."""
        local = self._local(moment)
        return f"{local:%d %b %H:%M}"

    def clock_time(self, moment: datetime) -> str:
        """Write the time of day with milliseconds, for chains of events."""
        local = self._local(moment)
        return f"{local:%H:%M:%S}.{local.microsecond // 1000:03d}"

    def day_text(self, moment: datetime) -> str:
        """Write a day with its weekday: `Mon 26 Aug`."""
        local = self._local(moment)
        return f"{local:%a} {local.day} {local:%b}"

    def _time_of_day(self, moment: datetime) -> InlineTime:
        return InlineTime(moment, f"{self._local(moment):%H:%M}", TimeStyle.TIME)

    def _local(self, moment: datetime) -> datetime:
        return moment.astimezone(zone_info(self.timezone))
