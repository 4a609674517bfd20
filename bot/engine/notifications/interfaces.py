"""Dependencies of the relay and its destination queues."""

from dataclasses import dataclass
from typing import Protocol

from bot.domain.destination import Destination
from bot.domain.events import NotificationLevel
from bot.engine.notifications.last_chat import LastChats
from bot.ports.clock import Clock
from bot.ports.storage import NumberedEvent, OutboxReader, PeopleReader, Writer


class Notifier(Protocol):
    """Delivers events to chats as messages."""

    @property
    def open_platforms(self) -> frozenset[str]:
        """Return the platforms this process is connected to."""

    async def deliver_events(
        self, chat: Destination, events: tuple[NumberedEvent, ...], *, level: NotificationLevel, is_repeat: bool
    ) -> str:
        """Send one message for one or several events; return its message id; raise DeliveryError."""

    async def send_announcement(self, chat: Destination, text: str) -> None:
        """Send a sentence that no event is about; raise DeliveryError."""


class RelayReader(OutboxReader, PeopleReader, Protocol):
    """The relay's view of storage."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RelayDependencies:
    """The relay's ports, and each operator's last chat."""

    reader: RelayReader
    writer: Writer
    clock: Clock
    notifier: Notifier
    last_chats: LastChats
