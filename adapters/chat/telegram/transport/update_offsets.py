"""Which updates are being handled, and up to which Telegram may forget them.

Telegram forgets an update when a later one is asked for. So it is asked to only once the update is done: after a crash
what was not done comes again, and what was done is known by its id (the pipeline's audit).
"""

import asyncio
from collections import OrderedDict
from datetime import datetime, timedelta

from bot.engine.people.key_values import KeyValueStore
from bot.ports.clock import Clock

LAST = "last update"
MAX_HELD = 50
"""Telegram gives a hundred updates at a time; of a hundred that are held nobody else would be heard."""
LONGEST_HELD = timedelta(seconds=20)
REMEMBERED = 2000
FRESH = timedelta(days=1)
"""After a week without updates Telegram counts from elsewhere, so an old number says nothing."""
SLICE = timedelta(milliseconds=100)


class Inbox:
    """The updates of one bot."""

    def __init__(self, notes: KeyValueStore, clock: Clock) -> None:
        self._notes = notes
        self._clock = clock
        self._held: OrderedDict[int, datetime] = OrderedDict()
        self._seen: OrderedDict[int, None] = OrderedDict()
        self._highest: int | None = None
        self._known = 0
        self._kept = 0
        self._idle = asyncio.Event()
        self._idle.set()

    async def load(self) -> None:
        """Remember what was done before the process started."""
        number, _, moment = (await self._notes.read_value(LAST)).partition(" ")
        if moment and self._clock.now() - datetime.fromisoformat(moment) < FRESH:
            self._known = self._kept = int(number)

    @property
    def offset(self) -> int | None:
        """Return the first update to ask for; Telegram forgets those before it."""
        if self._held:
            return next(iter(self._held))
        return None if self._highest is None else self._highest + 1

    @property
    def is_idle(self) -> bool:
        """Tell whether everything that came is done."""
        return not self._held

    def begin(self, update_id: int) -> bool:
        """Take an update in; tell whether it is a new one."""
        if update_id in self._seen or self._known - REMEMBERED < update_id <= self._known:
            self._highest = max(self._highest or 0, update_id)
            return False
        self._seen[update_id] = None
        while len(self._seen) > REMEMBERED:
            self._seen.popitem(last=False)
        self._highest = max(self._highest or 0, update_id)
        self._held[update_id] = self._clock.now()
        self._idle.clear()
        self._let_go()
        return True

    def done(self, update_id: int) -> None:
        """Note that an update was handled."""
        self._held.pop(update_id, None)
        if not self._held:
            self._idle.set()

    def forgotten(self) -> None:
        """Note that Telegram has heard up to where everything is done: from here on it may count as it likes."""
        if not self._held:
            self._highest = None

    async def settle(self) -> None:
        """Wait a moment for what came to be done, then keep how far that is."""
        if self._held:
            await self._wait()
            self._let_go()
        if self.is_idle:
            await self.keep()

    async def keep(self) -> None:
        """Keep durably up to where everything is done."""
        done = next(iter(self._held)) - 1 if self._held else self._highest
        if done is not None and done != self._kept:
            self._kept = done
            await self._notes.save_value(LAST, f"{done} {self._clock.now().isoformat()}")

    async def _wait(self) -> None:
        idle = asyncio.ensure_future(self._idle.wait())
        sleeping = asyncio.ensure_future(self._clock.sleep(SLICE))
        try:
            await asyncio.wait((idle, sleeping), return_when=asyncio.FIRST_COMPLETED)
        finally:
            idle.cancel()
            sleeping.cancel()

    def _let_go(self) -> None:
        """Hold no update for ever: one that takes long must not keep others from being heard."""
        start = self._clock.now() - LONGEST_HELD
        while self._held and (len(self._held) > MAX_HELD or next(iter(self._held.values())) <= start):
            self._held.popitem(last=False)
        if not self._held:
            self._idle.set()
