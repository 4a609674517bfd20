"""One-time codes that let people in, and bots shared with others."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from bot.domain.ids import BotId, OperatorId
from bot.domain.people import Role


class CodeKind(StrEnum):
    """What a code does for whoever sends it: makes them an operator, or joins their account to one."""

    INVITE = "invite"
    LINK = "link"


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessCode:
    """A code that works once and until `expires_at`; only its salted hash is kept.

    `by` made it; for a link it is also who the new identity belongs to. `role` is what an invitation gives.
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
    """A bot that somebody beside its owner may look at (viewer) or command (trader)."""

    bot_id: BotId
    operator_id: OperatorId
    role: Role
    by: OperatorId
    at: datetime
