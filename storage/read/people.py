"""Stored operators, identities, accounts, destinations, codes, shares, audit entries and panic states."""

from operator import attrgetter

from bot.domain.access import AccessCode, Share
from bot.domain.destination import Destination, Subscription
from bot.domain.ids import OperatorId
from bot.domain.people import Account, AuditEntry, Identity, Operator, PanicState
from bot.ports.storage import Page
from storage.cache.operator_cache import OperatorCache
from storage.schema.query import QueryConnection
from storage.schema.tables import (
    ACCESS_CODES,
    AUDIT,
    BUTTONS,
    DESTINATIONS,
    KEY_VALUES,
    PANICS,
    SHARES,
    SUBSCRIPTIONS,
)


class StoredPeople:
    """Implements `PeopleReader`."""

    def __init__(self, database: QueryConnection) -> None:
        self._database = database
        self.operator_cache = OperatorCache(database)

    async def operators(self) -> tuple[Operator, ...]:
        return tuple(sorted((await self.operator_cache.operators()).values(), key=attrgetter("created_at")))

    async def operator(self, operator_id: OperatorId) -> Operator | None:
        return (await self.operator_cache.operators()).get(operator_id)

    async def identity(self, platform: str, platform_id: str) -> Identity | None:
        return (await self.operator_cache.identities()).get((platform, platform_id))

    async def identities(self) -> tuple[Identity, ...]:
        return tuple(sorted((await self.operator_cache.identities()).values(), key=attrgetter("linked_at")))

    async def shares(self) -> tuple[Share, ...]:
        return await self._database.fetch_records(SHARES, self._database.table_query(SHARES).order_by("sequence"))

    async def subscriptions(self) -> tuple[Subscription, ...]:
        return await self._database.fetch_records(
            SUBSCRIPTIONS, self._database.table_query(SUBSCRIPTIONS).order_by("sequence")
        )

    async def access_codes(self) -> tuple[AccessCode, ...]:
        return await self._database.fetch_records(
            ACCESS_CODES, self._database.table_query(ACCESS_CODES).order_by("sequence")
        )

    async def accounts(self) -> tuple[Account, ...]:
        return tuple(sorted((await self.operator_cache.accounts()).values(), key=attrgetter("created_at")))

    async def destinations(self) -> tuple[Destination, ...]:
        query = self._database.table_query(DESTINATIONS).order_by("created_at", "sequence")
        return await self._database.fetch_records(DESTINATIONS, query)

    async def audit_entries(self, page: Page) -> tuple[AuditEntry, ...]:
        query = self._database.table_query(AUDIT).order_by("-sequence").limit(page.limit).offset(page.offset)
        return await self._database.fetch_records(AUDIT, query)

    async def has_audit_entry(self, trace_id: str) -> bool:
        query = self._database.table_query(AUDIT).filter(trace_id=trace_id)
        return bool(await self._database.fetch_cells(query.limit(1), ("sequence",)))

    async def button_command(self, key: str) -> str | None:
        kept = await self._database.fetch_record(BUTTONS, self._database.table_query(BUTTONS).filter(key=key))
        return kept.line if kept else None

    async def panic_states(self) -> tuple[PanicState, ...]:
        return await self._database.fetch_records(PANICS, self._database.table_query(PANICS).order_by("at", "sequence"))

    async def key_value(self, key: str) -> str | None:
        saved = await self._database.fetch_record(KEY_VALUES, self._database.table_query(KEY_VALUES).filter(key=key))
        return saved.value if saved else None
