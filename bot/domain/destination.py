"""Destinations of notifications, and their subscriptions to bots."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.ids import BotId, OperatorId


class DestinationKind(StrEnum):
    """Number of readers of a chat: one operator, or a group, where amounts are hidden unless it was allowed."""

    PRIVATE = "private"
    GROUP = "group"


@dataclass(frozen=True, slots=True, kw_only=True)
class Destination:
    """A chat that receives events; `key` is `platform:address`.

    A private one receives what concerns its operator, a group the events of the bots it is subscribed to; a group's
    `operator_id` is the operator who added us there. `blocked` is the platform's reason for refusing messages, else
    empty.
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
        return self.kind is DestinationKind.PRIVATE


def destination_key(platform: str, address: str) -> str:
    return f"{platform}:{address}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Subscription:
    """A chat's subscription to a bot: it receives the bot's events, and its members may look at the bot there."""

    destination: str
    bot_id: BotId
    by: OperatorId
    at: datetime
