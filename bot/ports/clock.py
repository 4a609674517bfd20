"""Ports to time: nobody else calls `datetime.now()` or `asyncio.sleep()`."""

from datetime import datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """Wall time, read by audit, codes, throttles, relay, back-off and scheduler."""

    def now(self) -> datetime:
        """Return the current time, aware UTC."""

    async def sleep(self, duration: timedelta) -> None: ...


class MarketClock(Protocol):
    """Market time of one venue, read by everything that trades."""

    def now(self) -> datetime:
        """Return the venue's current time, aware UTC."""
