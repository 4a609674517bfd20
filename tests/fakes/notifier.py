"""The far side of the relay: keeps what it is told to deliver, and fails when a test says so."""

from collections import deque
from dataclasses import dataclass, field

from bot.domain.destination import Destination
from bot.domain.errors import DeliveryError
from bot.domain.events import NotificationLevel
from bot.ports.storage import NumberedEvent


@dataclass(frozen=True)
class DeliveredMessage:
    """One message."""

    key: str
    events: tuple[str, ...]
    level: NotificationLevel
    is_repeat: bool


@dataclass
class FakeNotifier:
    """A `ChatNotifier`; `failures` holds, by platform, what the next deliveries raise, `gone` by key what all do.

    `announcing` is what announcements raise.
    """

    platforms: frozenset[str] = frozenset({"console", "telegram", "discord"})
    delivered: list[DeliveredMessage] = field(default_factory=list)
    failures: dict[str, deque[Exception]] = field(default_factory=dict)
    is_down: set[str] = field(default_factory=set)
    gone: dict[str, Exception] = field(default_factory=dict)
    announced: list[tuple[str, str]] = field(default_factory=list)
    announcing: Exception | None = None
    tries: int = 0

    @property
    def open_platforms(self) -> frozenset[str]:
        return self.platforms

    async def deliver_events(
        self, chat: Destination, events: tuple[NumberedEvent, ...], *, level: NotificationLevel, is_repeat: bool
    ) -> str:
        self.tries += 1
        if chat.key in self.gone:
            raise self.gone[chat.key]
        failures = self.failures.get(chat.platform)
        if failures:
            raise failures.popleft()
        if chat.platform in self.is_down:
            raise DeliveryError("down")
        self.delivered.append(DeliveredMessage(chat.key, tuple(one.event.event_id for one in events), level, is_repeat))
        return f"m{len(self.delivered)}"

    async def send_announcement(self, chat: Destination, text: str) -> None:
        if self.announcing is not None:
            raise self.announcing
        if chat.platform in self.is_down:
            raise DeliveryError("down")
        self.announced.append((chat.key, text))

    def at(self, key: str) -> list[tuple[str, ...]]:
        """Return the messages at one destination, each with the events it told."""
        return [one.events for one in self.delivered if one.key == key]
