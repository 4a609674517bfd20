"""Update offsets: which updates are being handled, and up to which one Telegram may forget them.

Telegram forgets an update when a later one is requested. That is done only once the update is handled: after a crash
unhandled updates come again, and handled ones are recognised by their ids (the pipeline's audit).
"""

import asyncio
from collections import OrderedDict
from datetime import datetime, timedelta

from bot.engine.people.key_values import KeyValueStore
from bot.ports.clock import Clock

LAST_UPDATE_KEY = "last update"
MAX_HELD = 50
"""Unfinished updates that are held back; Telegram gives a hundred at a time, so more would block all others."""
LONGEST_PENDING = timedelta(seconds=20)
MOST_SEEN = 2000
OFFSET_LIFETIME = timedelta(days=1)
"""After a week without updates Telegram counts from elsewhere, so an old number says nothing."""
IDLE_WAIT = timedelta(milliseconds=100)


class UpdateOffsets:
    """Tracks the updates of one bot."""

    def __init__(self, key_value_store: KeyValueStore, clock: Clock) -> None:
        self._key_value_store = key_value_store
        self._clock = clock
        self._pending: OrderedDict[int, datetime] = OrderedDict()
        self._seen: OrderedDict[int, None] = OrderedDict()
        self._highest: int | None = None
        self._loaded_offset = 0
        self._saved_offset = 0
        self._idle = asyncio.Event()
        self._idle.set()

    async def load_offset(self) -> None:
        number, _, moment = (await self._key_value_store.read_value(LAST_UPDATE_KEY)).partition(" ")
        if moment and self._clock.now() - datetime.fromisoformat(moment) < OFFSET_LIFETIME:
            self._loaded_offset = self._saved_offset = int(number)

    @property
    def offset(self) -> int | None:
        """Return the first update to request; Telegram forgets those before it."""
        if self._pending:
            return next(iter(self._pending))
        return None if self._highest is None else self._highest + 1

    @property
    def is_idle(self) -> bool:
        return not self._pending

    def begin_update(self, update_id: int) -> bool:
        """Register a received update; return False for one that came before."""
        self._highest = max(self._highest or 0, update_id)
        if update_id in self._seen or self._loaded_offset - MOST_SEEN < update_id <= self._loaded_offset:
            return False
        self._seen[update_id] = None
        while len(self._seen) > MOST_SEEN:
            self._seen.popitem(last=False)
        self._pending[update_id] = self._clock.now()
        self._idle.clear()
        self._release_overdue()
        return True

    def finish_update(self, update_id: int) -> None:
        self._pending.pop(update_id, None)
        if not self._pending:
            self._idle.set()

    def confirm_offset(self) -> None:
        """Record that Telegram has received the offset: if all is handled, it may count anew from here."""
        if not self._pending:
            self._highest = None

    async def save_when_idle(self) -> None:
        """Wait a moment for received updates to be handled, then save the offset."""
        if self._pending:
            await self._wait_until_idle()
            self._release_overdue()
        if self.is_idle:
            await self.save_offset()

    async def save_offset(self) -> None:
        """Store the last update before which all are handled."""
        done = next(iter(self._pending)) - 1 if self._pending else self._highest
        if done is not None and done != self._saved_offset:
            self._saved_offset = done
            await self._key_value_store.save_value(LAST_UPDATE_KEY, f"{done} {self._clock.now().isoformat()}")

    async def _wait_until_idle(self) -> None:
        idle = asyncio.ensure_future(self._idle.wait())
        sleeping = asyncio.ensure_future(self._clock.sleep(IDLE_WAIT))
        try:
            await asyncio.wait((idle, sleeping), return_when=asyncio.FIRST_COMPLETED)
        finally:
            idle.cancel()
            sleeping.cancel()

    def _release_overdue(self) -> None:
        """Stop holding updates that take long: they must not block the others."""
        start = self._clock.now() - LONGEST_PENDING
        while self._pending and (len(self._pending) > MAX_HELD or next(iter(self._pending.values())) <= start):
            self._pending.popitem(last=False)
        if not self._pending:
            self._idle.set()
