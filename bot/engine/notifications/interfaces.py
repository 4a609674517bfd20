"""What the relay and its lines work with."""

from dataclasses import dataclass
from typing import Protocol

from bot.domain.destination import Destination
from bot.domain.events import NotificationLevel
from bot.engine.notifications.last_chat import LastChats
from bot.ports.clock import Clock
from bot.ports.storage import NumberedEvent, OutboxReader, PeopleReader, Writer


class Notifier(Protocol):
    """Turns events into one message at a destination."""

    @property
    def open_platforms(self) -> frozenset[str]:
        """Return the platforms this process talks to."""
        ...

    async def deliver_events(
        self, chat: Destination, events: tuple[NumberedEvent, ...], *, level: NotificationLevel, is_repeat: bool
    ) -> str:
        """Send one message for one or many events; return its id there; raise DeliveryError."""
        ...

    async def send_announcement(self, chat: Destination, text: str) -> None:
        """Say one sentence at a destination that no event is about; raise DeliveryError."""
        ...


class RelayReader(OutboxReader, PeopleReader, Protocol):
    """What the relay reads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RelayDependencies:
    """The relay's ports, and where people are."""

    reader: RelayReader
    writer: Writer
    clock: Clock
    notifier: Notifier
    last_chats: LastChats
