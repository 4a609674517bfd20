"""Facts of a unit of work about who may do what, and of buttons; see `bot.domain.facts`."""

from dataclasses import dataclass
from datetime import datetime

from bot.domain.access import AccessCode, Share
from bot.domain.ids import BotId, OperatorId


@dataclass(frozen=True, slots=True)
class ShareSaved:
    """Insert or replace the share of (bot, operator)."""

    share: Share


@dataclass(frozen=True, slots=True)
class ShareRemoved:
    """Delete a share."""

    bot_id: BotId
    operator_id: OperatorId


@dataclass(frozen=True, slots=True)
class AccessCodeSaved:
    """Insert or replace a one-time code."""

    code: AccessCode


@dataclass(frozen=True, slots=True)
class AccessCodeSpent:
    """Delete a code that was used, withdrawn or has expired."""

    code_id: str


@dataclass(frozen=True, slots=True)
class ButtonSaved:
    """Keep the command line of a button that is too long to be carried by it; a repeat changes nothing."""

    key: str
    line: str
    kept_at: datetime
