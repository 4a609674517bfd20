"""Operators, their identities on chat platforms, and the accounts they trade on."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from bot.domain.ids import AccountId, OperatorId, VenueId
from bot.domain.market import Mode


class Role(StrEnum):
    """What an operator may do; each role includes the ones after it."""

    OWNER = "owner"
    TRADER = "trader"
    VIEWER = "viewer"

    def covers(self, other: "Role") -> bool:
        """Tell whether this role includes `other`."""
        order = (Role.VIEWER, Role.TRADER, Role.OWNER)
        return order.index(self) >= order.index(other)


@dataclass(frozen=True, slots=True, kw_only=True)
class Operator:
    """A human with a role; `timezone` is an IANA name."""

    operator_id: OperatorId
    name: str
    role: Role
    timezone: str
    created_at: datetime


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
