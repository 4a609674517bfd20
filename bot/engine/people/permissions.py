"""Permissions: which operator may look at a bot, and who may command it."""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from bot.domain.instance import Bot
from bot.domain.people import Operator, Role
from bot.ports.storage import PeopleReader


@dataclass(frozen=True, slots=True, kw_only=True)
class Requester:
    """An operator with a request: the role it requires, and the key of the chat it came from."""

    operator: Operator
    required_role: Role = Role.VIEWER
    chat_key: str = ""

    @property
    def is_owner(self) -> bool:
        return self.operator.role is Role.OWNER

    def as_viewer(self) -> "Requester":
        """Return the same operator with a request that only reads."""
        return replace(self, required_role=Role.VIEWER)


async def permitted_bots(reader: PeopleReader, requester: Requester, bots: Iterable[Bot]) -> tuple[Bot, ...]:
    """Return the bots that a request may use, by ownership, shares and the chat's subscriptions.

    Owners may use all; others their own and, as far as the share's role goes, those shared with them; for reading also
    those that the chat is subscribed to.
    """
    if requester.is_owner:
        return tuple(bots)
    operator_id = requester.operator.operator_id
    shares = (share for share in await reader.shares() if share.operator_id == operator_id)
    allowed = {share.bot_id for share in shares if share.role.is_at_least(requester.required_role)}
    if requester.required_role is Role.VIEWER and requester.chat_key:
        subscriptions = await reader.subscriptions()
        allowed |= {one.bot_id for one in subscriptions if one.destination == requester.chat_key}
    return tuple(bot for bot in bots if bot.owner == operator_id or bot.bot_id in allowed)
