"""Operators with identities and preferences, accounts, audit entries and panic states."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, time
from decimal import Decimal
from enum import StrEnum

from bot.domain.events import NotificationKind
from bot.domain.ids import AccountId, OperatorId, VenueId
from bot.domain.market import Mode


class Role(StrEnum):
    """Role of an operator; each role includes the ones after it."""

    OWNER = "owner"
    TRADER = "trader"
    VIEWER = "viewer"

    def is_at_least(self, other: "Role") -> bool:
        order = (Role.VIEWER, Role.TRADER, Role.OWNER)
        return order.index(self) >= order.index(other)


class NotificationSetting(StrEnum):
    """An operator's setting for a kind of events."""

    ON = "on"
    SILENT = "silent"
    OFF = "off"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietHours:
    """Daily hours without loud notifications, in minutes after midnight of the operator's time zone.

    If `start_minute` is later than `end_minute` they last over midnight.
    """

    start_minute: int
    end_minute: int

    def is_quiet_at(self, local: time) -> bool:
        """Return whether a local time of day lies within the quiet hours."""
        minute = local.hour * 60 + local.minute
        if self.start_minute <= self.end_minute:
            return self.start_minute <= minute < self.end_minute
        return minute >= self.start_minute or minute < self.end_minute


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """An operator's preferences; a kind that is not in `notify` keeps its default setting.

    `charts` is dark or light; `prefers` is the platform that is notified first (empty: the one linked first); after
    `failover_minutes` out of reach another chat of the operator takes over.
    """

    charts: str = "dark"
    language: str = "en"
    quiet: QuietHours | None = None
    notify: tuple[tuple[NotificationKind, NotificationSetting], ...] = ()
    prefers: str = ""
    failover_minutes: int = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Operator:
    """A human with a role; `timezone` is an IANA name; a removed operator is kept for audit and ledgers."""

    operator_id: OperatorId
    name: str
    role: Role
    timezone: str
    created_at: datetime
    preferences: Preferences = Preferences()
    removed_at: datetime | None = None


def active_owners(operators: Iterable[Operator]) -> list[Operator]:
    return [one for one in operators if one.role is Role.OWNER and one.removed_at is None]


def first_owner(operators: Iterable[Operator]) -> Operator | None:
    """Return the first active owner, to whom an event about the whole desk belongs; None before anybody claimed it."""
    return next(iter(active_owners(operators)), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """An operator's account on a platform, by the platform's own permanent id, never by user name."""

    platform: str
    platform_id: str
    operator_id: OperatorId
    linked_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """An operator's place to trade; `deposit` is its first money, in the quote `currency`."""

    account_id: AccountId
    owner: OperatorId
    label: str
    venue: VenueId
    mode: Mode
    currency: str
    deposit: Decimal
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEntry:
    """One command or refusal with its sender; secrets are already removed from `arguments`."""

    audit_id: str
    platform: str
    platform_id: str
    operator_id: OperatorId | None
    chat: str
    command: str
    arguments: str
    result: str
    duration_ms: int
    trace_id: str
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class PanicState:
    """An engaged kill switch; `scope` is `all`, an operator id or an account id; only an owner lifts it."""

    scope: str
    by: OperatorId
    at: datetime
    policy: str
