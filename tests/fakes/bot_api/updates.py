"""What waits for the bot: handed out by long polling, confirmed by the next offset, and disturbed when a test wants."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass, field

from tests.fakes.bot_api.refusals import Json, Refusal

DEFAULT_KINDS = ("message", "edited_message", "channel_post", "edited_channel_post", "callback_query", "my_chat_member")
CONFLICT = "Conflict: terminated by other getUpdates request; make sure that only one bot instance is running"


@dataclass
class Updates:
    """The queue of one bot; `delivered` are the ids in the order in which they were handed out."""

    pending: list[Json] = field(default_factory=list)
    delivered: list[int] = field(default_factory=list)
    polls: int = 0
    webhook: str = ""
    is_reversed: bool = False
    """Whether a batch is handed out with its last update first."""
    _all: dict[int, Json] = field(default_factory=dict)
    _again: list[Json] = field(default_factory=list)
    _kinds: frozenset[str] = frozenset(DEFAULT_KINDS)
    _last_id: int = 870_000_000
    _changed: asyncio.Event = field(default_factory=asyncio.Event)
    _turn: int = 0
    _releases: int = 0
    _is_closed: bool = False

    def put(self, kind: str, content: Mapping[str, object]) -> int:
        """Queue something that happened; return its id, 0 if the bot does not want to hear of such things."""
        if kind not in self._kinds:
            return 0
        self._last_id += 1
        update = {"update_id": self._last_id, kind: content}
        self._all[self._last_id] = update
        self.pending.append(update)
        self._wake()
        return self._last_id

    def repeat(self, update_id: int) -> None:
        """Hand out an update again, although it was confirmed."""
        self._again.append(self._all[update_id])
        self._wake()

    def release(self) -> None:
        """Let a poll that waits return without anything."""
        self._releases += 1
        self._wake()

    def close(self) -> None:
        """Let no poll wait any more."""
        self._is_closed = True
        self._wake()

    async def poll(self, values: Json) -> list[Json]:
        """Answer getUpdates."""
        if self.webhook:
            raise Refusal(409, "Conflict: can't use getUpdates method while webhook is active")
        allowed = values.get("allowed_updates")
        if isinstance(allowed, list):
            self._kinds = frozenset(map(str, allowed)) or frozenset(DEFAULT_KINDS)
        self._confirm(int(str(values.get("offset", 0))))
        self.polls += 1
        # A poll that comes while another one waits ends that one, as two programs with one token do to each other.
        self._turn += 1
        self._wake()
        if int(str(values.get("timeout", 0))):
            await self._wait(self._turn, self._releases)
        return self._batch(int(str(values.get("limit", 100))))

    async def polled(self, count: int = 1) -> None:
        """Wait until so many polls were begun since the beginning."""
        async with asyncio.timeout(60):
            while self.polls < count:
                await self._changed.wait()

    async def confirmed(self) -> None:
        """Wait until the bot has confirmed everything that was handed out."""
        async with asyncio.timeout(10):
            while self.pending or self._again:
                await self._changed.wait()

    async def _wait(self, turn: int, releases: int) -> None:
        while not (self.pending or self._again or self._is_closed or releases != self._releases):
            await self._changed.wait()
            if turn != self._turn:
                raise Refusal(409, CONFLICT)

    def _confirm(self, offset: int) -> None:
        if offset < 0:
            self.pending = self.pending[offset:]
        elif any(_id(update) < offset for update in self.pending):
            self.pending = [update for update in self.pending if _id(update) >= offset]
            self._wake()

    def _batch(self, limit: int) -> list[Json]:
        batch = [*self._again, *self.pending[:limit]]
        self._again.clear()
        if self.is_reversed:
            batch.reverse()
        self.delivered += [_id(update) for update in batch]
        return batch

    def _wake(self) -> None:
        self._changed.set()
        self._changed = asyncio.Event()


def _id(update: Json) -> int:
    return int(str(update["update_id"]))
