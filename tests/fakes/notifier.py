"""The far side of the relay: keeps what it is told to deliver, and fails when a test says so."""

from collections import deque
from dataclasses import dataclass, field

from bot.domain.destination import Destination
from bot.domain.errors import DeliveryError
from bot.domain.events import Level
from bot.ports.storage import NumberedEvent


@dataclass(frozen=True)
class Told:
    """One message."""

    key: str
    events: tuple[str, ...]
    level: Level
    is_repeat: bool


@dataclass
class FakeNotifier:
    """A `Notifier`; `failures` holds, by platform, what the next deliveries raise, `gone` by key what all do.

    `announcing` is what announcements raise.
    """

    platforms: frozenset[str] = frozenset({"console", "telegram", "discord"})
    told: list[Told] = field(default_factory=list)
    failures: dict[str, deque[Exception]] = field(default_factory=dict)
    is_down: set[str] = field(default_factory=set)
    gone: dict[str, Exception] = field(default_factory=dict)
    announced: list[tuple[str, str]] = field(default_factory=list)
    announcing: Exception | None = None
    tries: int = 0

    @property
    def open_platforms(self) -> frozenset[str]:
        return self.platforms

    async def deliver(
        self, chat: Destination, events: tuple[NumberedEvent, ...], *, level: Level, is_repeat: bool
    ) -> str:
        self.tries += 1
        if chat.key in self.gone:
            raise self.gone[chat.key]
        failures = self.failures.get(chat.platform)
        if failures:
            raise failures.popleft()
        if chat.platform in self.is_down:
            raise DeliveryError("down")
        self.told.append(Told(chat.key, tuple(one.event.event_id for one in events), level, is_repeat))
        return f"m{len(self.told)}"

    async def announce(self, chat: Destination, text: str) -> None:
        if self.announcing is not None:
            raise self.announcing
        if chat.platform in self.is_down:
            raise DeliveryError("down")
        self.announced.append((chat.key, text))

    def at(self, key: str) -> list[tuple[str, ...]]:
        """Return the messages at one destination, each with the events it told."""
        return [one.events for one in self.told if one.key == key]
