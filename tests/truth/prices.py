"""Recorded prices of one series; part of the independent script."""

from bisect import bisect_left, bisect_right
from datetime import UTC, datetime, timedelta
from pathlib import Path

import polars as pl


class Prices:
    """Closed candles of one series."""

    def __init__(self, path: Path, length: timedelta) -> None:
        table = pl.read_parquet(path)
        opens: list[datetime] = [_utc(value) for value in table["time"].to_list()]
        self.opened: list[datetime] = opens
        self.first: list[float] = table["open"].to_list()
        self.closed: list[datetime] = [opened + length for opened in opens]
        self.close: list[float] = table["close"].to_list()

    def at(self, moment: datetime) -> float:
        """The close of the last candle that was closed then."""
        return self.close[bisect_right(self.closed, moment) - 1]

    def newest(self, now: datetime) -> float:
        """The newest price anybody knows: the open of the candle that begins now, else the last close."""
        index = bisect_left(self.opened, now)
        is_opening = index < len(self.opened) and self.opened[index] == now
        return self.first[index] if is_opening else self.at(now)

    def between(self, after: datetime, until: datetime) -> list[tuple[datetime, float]]:
        """The closes after one time, up to and with another."""
        first, last = bisect_right(self.closed, after), bisect_right(self.closed, until)
        return list(zip(self.closed[first:last], self.close[first:last], strict=True))


def _utc(value: datetime | int) -> datetime:
    if isinstance(value, int):
        return datetime.fromtimestamp(value / 1000, UTC)
    return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
