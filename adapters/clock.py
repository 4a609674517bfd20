"""System clock."""

import asyncio
from datetime import UTC, datetime, timedelta


class SystemClock:
    """`Clock` of production: aware UTC and the event loop's sleep."""

    def now(self) -> datetime:
        return datetime.now(UTC)

    async def sleep(self, duration: timedelta) -> None:
        await asyncio.sleep(duration.total_seconds())
