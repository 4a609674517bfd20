"""What a chat platform has to offer to be told things."""

from typing import Protocol

from bot.commands.reply import Reply
from bot.domain.events import Level


class Gateway(Protocol):
    """Draws replies for one platform and sends them; knows its markup and limits, nothing of bots."""

    @property
    def platform(self) -> str:
        """Return the name that destinations carry, for example `console`."""
        ...

    async def send(self, address: str, reply: Reply, *, level: Level) -> str:
        """Send a message to a chat and return its id there; raise DeliveryError when it did not arrive."""
        ...
