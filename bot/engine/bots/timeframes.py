"""Candle lengths as people type them: `1h`, `60m`, `1 hour`."""

import re
from collections.abc import Sequence
from datetime import timedelta

from bot.domain.errors import InvalidInput, NameFix
from bot.domain.market import Timeframe
from bot.strategy.field_value import clip_text

_LENGTH = re.compile(r"([0-9]{1,4}) ?(m|h|d|w)[a-z]*")
_UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}


def parse_timeframe(text: str, offered: Sequence[Timeframe] = tuple(Timeframe)) -> Timeframe:
    """Parse a timeframe; raise InvalidInput naming those that are offered, for example the nearest of them."""
    word = text.strip().lower()
    length = _length(word)
    for timeframe in Timeframe:
        if timeframe in offered and (timeframe == word or timeframe.duration == length):
            return timeframe
    near = min(offered, key=lambda one: _distance(one.duration, length)) if offered else Timeframe.H1
    raise InvalidInput("no-timeframe", NameFix(near), typed=clip_text(text), known=tuple(offered))


def _length(word: str) -> timedelta | None:
    match = _LENGTH.fullmatch(word)
    return int(match[1]) * _UNITS[match[2]] if match and int(match[1]) else None


def _distance(offered: timedelta, wanted: timedelta | None) -> float:
    """Return by which factor two lengths differ; without a wanted one an hour is meant."""
    wanted = wanted or Timeframe.H1.duration
    return max(offered / wanted, wanted / offered)
