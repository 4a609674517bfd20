"""Stored operators, identities, accounts, destinations, codes, shares, audit entries and panic states."""

from operator import attrgetter

from bot.domain.access import AccessCode, Share
from bot.domain.destination import Destination, Subscription
from bot.domain.ids import OperatorId
from bot.domain.people import Account, AuditEntry, Identity, Operator, PanicState
from bot.ports.storage import Page
from storage.read.cached_table import cache_records
from storage.schema import tables
from storage.schema.query import QueryConnection


class StoredPeople:
    """Implements `PeopleReader`; every command looks its sender up first."""

    def __init__(self, database: QueryConnection) -> None:
        self._database = database
        self._cached_operators = cache_records(database, tables.OPERATORS)
        self._cached_identities = cache_records(database, tables.IDENTITIES)
        self._cached_accounts = cache_records(database, tables.ACCOUNTS)

    async def operators(self) -> tuple[Operator, ...]:
        return tuple(sorted((await self._cached_operators.rows()).values(), key=attrgetter("created_at")))

    async def operator(self, operator_id: OperatorId) -> Operator | None:
        return (await self._cached_operators.rows()).get((operator_id,))

    async def identity(self, platform: str, platform_id: str) -> Identity | None:
        return (await self._cached_identities.rows()).get((platform, platform_id))

    async def identities(self) -> tuple[Identity, ...]:
        return tuple(sorted((await self._cached_identities.rows()).values(), key=attrgetter("linked_at")))

    async def accounts(self) -> tuple[Account, ...]:
        return tuple(sorted((await self._cached_accounts.rows()).values(), key=attrgetter("created_at")))

    async def shares(self) -> tuple[Share, ...]:
        return await self._database.fetch_records(tables.SHARES, "sequence")

    async def subscriptions(self) -> tuple[Subscription, ...]:
        return await self._database.fetch_records(tables.SUBSCRIPTIONS, "sequence")

    async def access_codes(self) -> tuple[AccessCode, ...]:
        return await self._database.fetch_records(tables.ACCESS_CODES, "sequence")

    async def destinations(self) -> tuple[Destination, ...]:
        return await self._database.fetch_records(tables.DESTINATIONS, "created_at", "sequence")

    async def audit_entries(self, page: Page) -> tuple[AuditEntry, ...]:
        return await self._database.fetch_records(tables.AUDIT, "-sequence", page=page)

    async def has_audit_entry(self, trace_id: str) -> bool:
        return await self._database.has_record(tables.AUDIT, trace_id=trace_id)

    async def button_command(self, key: str) -> str | None:
        kept = await self._database.fetch_record(tables.BUTTONS, key=key)
        return kept.line if kept else None

    async def panic_states(self) -> tuple[PanicState, ...]:
        return await self._database.fetch_records(tables.PANICS, "at", "sequence")

    async def key_value(self, key: str) -> str | None:
        saved = await self._database.fetch_record(tables.KEY_VALUES, key=key)
        return saved.value if saved else None
