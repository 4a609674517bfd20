"""Chats where notifications go, and which bots a chat follows."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.ids import BotId, OperatorId


class DestinationKind(StrEnum):
    """Whether one person reads a chat or several do; nobody's money is shown to several unless asked for."""

    PRIVATE = "private"
    GROUP = "group"


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """A chat that is told things; `key` is `platform:address`.

    A private one belongs to `operator_id` and hears what concerns them. A group hears of the bots it is subscribed to;
    `operator_id` is who brought the desk there. `blocked` says why the platform does not take messages for it, empty
    while it does.
    """

    key: str
    operator_id: OperatorId
    platform: str
    address: str
    created_at: datetime
    kind: DestinationKind = DestinationKind.PRIVATE
    title: str = ""
    shows_amounts: bool = False
    blocked: str = ""

    @property
    def is_private(self) -> bool:
        """Tell whether one person alone reads it."""
        return self.kind is DestinationKind.PRIVATE


def destination_key(platform: str, address: str) -> str:
    """Make the key of a chat."""
    return f"{platform}:{address}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """A chat follows a bot: it is told of it, and who is in the chat may look at it there."""

    destination: str
    bot_id: BotId
    by: OperatorId
    at: datetime
