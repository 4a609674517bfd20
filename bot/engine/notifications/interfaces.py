"""What the relay and its destination queues work with."""

import asyncio
from dataclasses import dataclass, field
from typing import Protocol

from bot.domain.destination import Destination
from bot.domain.events import NotificationLevel
from bot.engine.notifications.addressing import RecipientDirectory
from bot.engine.notifications.level import LastChats
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


@dataclass(slots=True, kw_only=True)
class RelayContext:
    """What the relay and its queues share: ports, each operator's last chat, and the directory as last read.

    `changed` wakes the relay up to read the directory and new events again.
    """

    reader: RelayReader
    writer: Writer
    clock: Clock
    notifier: Notifier
    last_chats: LastChats
    directory: RecipientDirectory = field(default_factory=RecipientDirectory)
    changed: asyncio.Event = field(default_factory=asyncio.Event)
