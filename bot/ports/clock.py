"""Time as a dependency: nobody calls `datetime.now()` or `asyncio.sleep()` elsewhere."""

from datetime import datetime, timedelta
from typing import Protocol


class Clock(Protocol):
    """The system's time, read by audit, codes, throttles, relay, back-off and scheduler."""

    def now(self) -> datetime:
        """Return the current time, aware UTC."""
        ...

    async def sleep(self, duration: timedelta) -> None:
        """Wait for `duration` of this clock's time."""
        ...


class MarketClock(Protocol):
    """The time of one venue, read by everything that trades."""

    def now(self) -> datetime:
        """Return the venue's current time, aware UTC."""
        ...
