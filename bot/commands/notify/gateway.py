"""What a chat platform has to offer to be told things."""

from typing import Protocol

from bot.commands.reply.blocks import Reply
from bot.domain.events import NotificationLevel


class Gateway(Protocol):
    """Draws replies for one platform and sends them; knows its markup and limits, nothing of bots."""

    @property
    def platform(self) -> str:
        """Return the name that destinations carry, for example `console`."""
        ...

    @property
    def can_edit(self) -> bool:
        """Tell whether a message that was sent can be changed."""
        ...

    async def send_message(self, address: str, reply: Reply, *, level: NotificationLevel, reply_to: str = "") -> str:
        """Send a message to a chat, as an answer to another one if an id is given; return its id there.

        Raise DestinationGone when the chat takes no messages from us any more, DeliveryError when it did not arrive
        (`is_doubtful` when it may have).
        """
        ...

    async def edit_message(self, address: str, message_id: str, reply: Reply) -> None:
        """Change a message that was sent, at once or not at all.

        Raise MessageGone for one that is not there any more, DeliveryError when it was not changed (with `retry_after`
        when it can be soon).
        """
        ...


class PlatformGateway(Gateway, Protocol):
    """A gateway with a network behind it, where messages stay and can be pinned."""

    async def pin_message(self, address: str, message_id: str) -> None:
        """Pin a message without a sound; raise DeliveryError, permanent where that is not allowed."""
        ...

    async def unpin_message(self, address: str, message_id: str) -> None:
        """Unpin a message; raise DeliveryError like `pin`."""
        ...

    async def run(self) -> None:
        """Serve people for ever; whatever goes wrong is reported to the board and tried again, never raised."""
        ...
