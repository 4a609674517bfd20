"""Where the ticks of an axis are and what they say."""

import math
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from zoneinfo import ZoneInfo

import numpy as np
from matplotlib.dates import MINUTELY, AutoDateLocator, num2date
from matplotlib.ticker import MaxNLocator

LEAST_TICKS = 3
_INTERVALS = 6
ROUND_STEPS = (1, 2, 2.5, 5, 10)
FINE_STEPS = (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10)
_MOST_LABELS = 6
_MOST_TICKS = 8
"""With fewer the locator finds no interval for ranges just below three days, months or years."""


@dataclass(frozen=True, slots=True)
class TimeTick:
    """A moment on the time axis with its text of one or two lines."""

    time: datetime
    text: str


def value_ticks(
    low: float,
    high: float,
    decimals: int | None = None,
    count: int = _INTERVALS,
    steps: tuple[float, ...] = ROUND_STEPS,
) -> tuple[float, ...]:
    """Return a few round values inside the range, none finer than `decimals` allow."""
    if not (math.isfinite(high - low) and high > low):
        return (low,)
    unit = 10.0 ** -(decimals or 0)
    locator = MaxNLocator(count, steps=steps, integer=decimals is not None, min_n_ticks=LEAST_TICKS)
    ticks = np.asarray(locator.tick_values(low / unit, high / unit)) * unit
    if decimals is not None:
        ticks = np.unique(np.round(ticks, decimals))
    noise = (high - low) * 1e-9
    return tuple(tick for tick in ticks.tolist() if low - noise <= tick <= high + noise) or (low,)


def time_ticks(start: datetime, end: datetime, timezone: str) -> tuple[TimeTick, ...]:
    """Return a few ticks at round local times between two aware times, both included."""
    return _located_ticks(start, end, ZoneInfo(timezone), LEAST_TICKS)


def day_ticks(start: datetime, end: datetime, timezone: str) -> tuple[TimeTick, ...]:
    """Return a few ticks at local midnights between two aware times, both included."""
    return _located_ticks(start, end, ZoneInfo(timezone), min(LEAST_TICKS, (end - start).days))


def _located_ticks(start: datetime, end: datetime, zone: ZoneInfo, least: int) -> tuple[TimeTick, ...]:
    locator = AutoDateLocator(zone, minticks=least, maxticks=_MOST_TICKS)  # type: ignore[no-untyped-call]  # matplotlib.dates has no types
    locator.intervald[MINUTELY] = [1, 2, 5, 10, 15, 30]
    numbers = locator.tick_values(start.astimezone(zone), end.astimezone(zone)) if start < end else ()  # type: ignore[no-untyped-call]
    inside = {time.astimezone(zone) for time in map(num2date, numbers) if start <= time <= end}
    local = sorted(inside or {start.astimezone(zone)}, key=datetime.timestamp)
    if len(local) > _MOST_LABELS:
        # Every other one, beginning so that midnight or a whole hour stays.
        roundest = min(local, key=lambda time: (time.minute, time.hour, time.day, time.month))
        local = local[local.index(roundest) % 2 :: 2]
    return tuple(TimeTick(time.astimezone(UTC), text) for time, text in zip(local, _tick_texts(local), strict=True))


def _tick_texts(local: list[datetime]) -> list[str]:
    """Return the ticks' texts, with the date or year below where it changes."""
    if any((time.hour, time.minute) != (0, 0) for time in local):
        texts = [(f"{time:%H:%M}", f"{time.day} {time:%b}") for time in local]
    elif any(time.day != 1 for time in local):
        texts = [(f"{time.day} {time:%b}", f"{time.year}") for time in local]
    else:
        texts = [(f"{time:%b}", f"{time.year}") for time in local]
    changes = [True, *(before != after for (_, before), (_, after) in pairwise(texts))]
    return [f"{text}\n{context}" if is_new else text for (text, context), is_new in zip(texts, changes, strict=True)]
