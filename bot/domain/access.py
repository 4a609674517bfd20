"""One-time codes and shares of bots."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.ids import BotId, OperatorId
from bot.domain.people import Role


class CodeKind(StrEnum):
    """Effect of a code on its sender: makes them an operator, or links their identity to one."""

    INVITE = "invite"
    LINK = "link"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessCode:
    """A one-time code with an expiry; only its salted hash is stored.

    `by` issued it; a link code adds an identity to that operator, an invitation gives the `role`.
    """

    code_id: str
    kind: CodeKind
    digest: str
    role: Role
    by: OperatorId
    created_at: datetime
    expires_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A bot shared with another operator, to look at (viewer) or to command (trader)."""

    bot_id: BotId
    operator_id: OperatorId
    role: Role
    by: OperatorId
    at: datetime
