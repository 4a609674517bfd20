"""Fetch times: until when everything that waited at Telegram was fetched, also by the process before this one.

A press has no date. It came after the last fetch that left nothing behind.
"""

from datetime import datetime, timedelta

from bot.engine.people.key_values import KeyValueStore
from bot.ports.clock import Clock

LAST_FETCH_KEY = "last fetch"
SAVE_INTERVAL = timedelta(seconds=5)
LONGEST_WAIT = timedelta(hours=24)
"""Telegram keeps what it could not deliver for a day."""


class FetchTimes:
    """Tracks the last fetch of one bot, stored every few seconds at most."""

    def __init__(self, key_value_store: KeyValueStore, clock: Clock) -> None:
        self._key_value_store = key_value_store
        self._clock = clock
        self._last: datetime | None = None
        self._saved: datetime | None = None

    async def load_time(self) -> None:
        """Load the last fetch of an earlier process."""
        stored = await self._key_value_store.read_value(LAST_FETCH_KEY)
        self._last = self._saved = datetime.fromisoformat(stored) if stored else None

    @property
    def waiting_since(self) -> datetime:
        """Return the time since which an update may have waited, that is fetched now."""
        oldest = self._clock.now() - LONGEST_WAIT
        return oldest if self._last is None else max(self._last, oldest)

    def record_fetch(self, answered_by: datetime) -> None:
        """Record a fetch that left nothing behind; Telegram answers by a time, whenever the answer comes here."""
        self._last = min(self._clock.now(), answered_by)

    async def save_time(self) -> None:
        """Store the last fetch, once all of it is handled: before that it would come again after a crash."""
        if self._last is not None and (self._saved is None or self._last - self._saved >= SAVE_INTERVAL):
            self._saved = self._last
            await self._key_value_store.save_value(LAST_FETCH_KEY, self._last.isoformat())
