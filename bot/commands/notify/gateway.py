"""Interface of a chat platform's gateway to notifications and live messages."""

from typing import Protocol

from bot.commands.reply.blocks import Reply
from bot.domain.events import NotificationLevel


class Gateway(Protocol):
    """Renders and sends replies on one platform; knows its markup and limits, nothing of bots."""

    @property
    def platform(self) -> str:
        """Return the platform's name in destinations, for example `console`."""

    @property
    def can_edit(self) -> bool:
        """Return whether a sent message can be changed."""

    async def send_message(self, address: str, reply: Reply, *, level: NotificationLevel, reply_to: str = "") -> str:
        """Send a message, as a reply to another one if its id is given; return its id.

        Raise DestinationGone when the chat takes no messages from us any more, DeliveryError when it did not arrive
        (`is_doubtful` when it may have).
        """

    async def edit_message(self, address: str, message_id: str, reply: Reply) -> None:
        """Change a sent message, at once or not at all.

        Raise MessageGone for a deleted one, DeliveryError when it was not changed (with `retry_after` when it can be
        soon).
        """


class PlatformGateway(Gateway, Protocol):
    """A gateway with a network behind it, where messages stay and can be pinned."""

    async def pin_message(self, address: str, message_id: str) -> None:
        """Pin a message silently; raise DeliveryError, permanent where that is not allowed."""

    async def unpin_message(self, address: str, message_id: str) -> None:
        """Unpin a message; raise DeliveryError like `pin_message`."""

    async def run(self) -> None:
        """Serve the platform for ever; an outage is reported to the platform health and retried, never raised."""
