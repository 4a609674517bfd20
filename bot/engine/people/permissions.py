"""Who may look at which bot, and who may command it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from bot.domain.access import Share
from bot.domain.destination import Subscription
from bot.domain.ids import BotId
from bot.domain.instance import Bot
from bot.domain.people import Operator, Role
from bot.ports.storage import PeopleReader


@dataclass(frozen=True, slots=True, kw_only=True)
class Requester:
    """Somebody who asks: `needs` is the role that what they ask for takes, `place` the chat (its key) they ask in."""

    operator: Operator
    required_role: Role = Role.VIEWER
    chat_key: str = ""

    @property
    def is_owner(self) -> bool:
        """Tell whether everything on the desk is theirs to see and command."""
        return self.operator.role is Role.OWNER

    def as_viewer(self) -> "Requester":
        """Return the same person asking only to look."""
        return replace(self, required_role=Role.VIEWER)


class Permissions:
    """Decides by ownership, shares and what a chat follows."""

    def __init__(self, reader: PeopleReader) -> None:
        self._reader = reader

    async def permitted_bots(self, requester: Requester, bots: Iterable[Bot]) -> tuple[Bot, ...]:
        """Return those of the bots that the person may use for what they ask: owners all, others their own, those
        shared with them, and to look at those that the chat follows.
        """
        if requester.is_owner:
            return tuple(bots)
        person = requester.operator.operator_id
        lent = _shared_bot_ids(requester, await self._reader.shares()) | _subscribed_bot_ids(
            requester, await self._reader.subscriptions()
        )
        return tuple(bot for bot in bots if bot.owner == person or bot.bot_id in lent)


def _shared_bot_ids(requester: Requester, shares: Iterable[Share]) -> set[BotId]:
    own = (share for share in shares if share.operator_id == requester.operator.operator_id)
    return {share.bot_id for share in own if share.role.is_at_least(requester.required_role)}


def _subscribed_bot_ids(requester: Requester, subscriptions: Iterable[Subscription]) -> set[BotId]:
    if requester.required_role is not Role.VIEWER or not requester.chat_key:
        return set()
    return {one.bot_id for one in subscriptions if one.destination == requester.chat_key}
