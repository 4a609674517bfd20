"""Operators, their identities on chat platforms, and the accounts they trade on."""

from dataclasses import dataclass
from datetime import datetime, time
from decimal import Decimal
from enum import StrEnum

from bot.domain.events import NotificationKind
from bot.domain.ids import AccountId, OperatorId, VenueId
from bot.domain.market import Mode


class Role(StrEnum):
    """What an operator may do; each role includes the ones after it."""

    OWNER = "owner"
    TRADER = "trader"
    VIEWER = "viewer"

    def is_at_least(self, other: "Role") -> bool:
        """Tell whether this role includes `other`."""
        order = (Role.VIEWER, Role.TRADER, Role.OWNER)
        return order.index(self) >= order.index(other)


class NotificationSetting(StrEnum):
    """How loudly a person wants to be told of a topic."""

    ON = "on"
    SILENT = "silent"
    OFF = "off"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietHours:
    """Hours of every day in which nothing rings, in minutes after midnight of a person's time zone.

    `start_minute` may be later than `end_minute`: then they last over midnight.
    """

    start_minute: int
    end_minute: int

    def is_quiet_at(self, local: time) -> bool:
        """Tell whether a local time of day lies within them."""
        minute = local.hour * 60 + local.minute
        if self.start_minute <= self.end_minute:
            return self.start_minute <= minute < self.end_minute
        return minute >= self.start_minute or minute < self.end_minute


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """What a person chose for themselves; a topic that is not in `notify` keeps its usual loudness.

    `charts` is dark or light, `prefers` the platform that is told first (empty: the one linked first);
    after `failover_minutes` out of reach another chat of theirs takes over.
    """

    charts: str = "dark"
    language: str = "en"
    quiet: QuietHours | None = None
    notify: tuple[tuple[NotificationKind, NotificationSetting], ...] = ()
    prefers: str = ""
    failover_minutes: int = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Operator:
    """A human with a role; `timezone` is an IANA name; one who was removed is kept for the books alone."""

    operator_id: OperatorId
    name: str
    role: Role
    timezone: str
    created_at: datetime
    preferences: Preferences = Preferences()
    removed_at: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """One platform account of an operator, by the platform's own permanent id, never by user name."""

    platform: str
    platform_id: str
    operator_id: OperatorId
    linked_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """An operator's place to trade; `currency` is the quote money it started with, `deposit` how much."""

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
    """Who did what: one row per command or refusal, secrets already removed from `arguments`."""

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
    """The kill switch of one scope: `all`, an operator id or an account id; lifted only by an owner."""

    scope: str
    by: OperatorId
    at: datetime
    policy: str
