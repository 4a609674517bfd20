"""How fast Telegram takes messages, by the clock of the test: as buckets that refill."""

import math
from dataclasses import dataclass, field
from datetime import datetime

from bot.ports.clock import Clock
from tests.fakes.bot_api.refusals import too_many_requests


@dataclass(slots=True)
class Bucket:
    """Holds `size` permits at most and gains `per_second`."""

    size: float
    per_second: float
    left: float
    at: datetime

    def fill(self, now: datetime) -> None:
        """Gain what came in since the last look."""
        self.left = min(self.size, self.left + (now - self.at).total_seconds() * self.per_second)
        self.at = now

    @property
    def wait(self) -> float:
        """Return for how many seconds nothing can be taken."""
        return max(0.0, (1 - self.left) / self.per_second)


@dataclass(slots=True)
class RateLimit:
    """Counts sending and editing: 1 a second and chat with a burst, 20 a minute and group, 30 a second in all.

    Telegram tells no figures beyond these; that edits count is the careful reading.
    """

    clock: Clock
    burst: float = 5.0
    refused: int = 0
    _all: Bucket | None = None
    _chats: dict[int, Bucket] = field(default_factory=dict)

    def take(self, chat_id: int, *, is_group: bool) -> None:
        """Count one message; refuse it if it comes too fast."""
        now = self.clock.now()
        size, per_second = (20.0, 20 / 60) if is_group else (self.burst, 1.0)
        chat = self._chats.setdefault(chat_id, Bucket(size, per_second, size, now))
        whole = self._all = self._all or Bucket(30.0, 30.0, 30.0, now)
        for bucket in (chat, whole):
            bucket.fill(now)
        wait = max(chat.wait, whole.wait)
        if wait > 0:
            self.refused += 1
            raise too_many_requests(math.ceil(wait))
        chat.left -= 1
        whole.left -= 1
