"""Read operators, identities, accounts, destinations, codes, shares, audit, panics and notes."""

from operator import attrgetter

from bot.domain.access import AccessCode, Share
from bot.domain.destination import Destination, Subscription
from bot.domain.ids import OperatorId
from bot.domain.people import Account, AuditEntry, Identity, Operator, PanicState
from bot.ports.storage import Page
from storage.cache.operator_cache import PeopleInMemory
from storage.schema.query import Fetcher
from storage.schema.tables import (
    ACCESS_CODES,
    AUDIT,
    BUTTONS,
    DESTINATIONS,
    NOTES,
    PANICS,
    SHARES,
    SUBSCRIPTIONS,
)


class StoredPeople:
    """Implements bot.ports.storage.PeopleReader."""

    def __init__(self, fetch: Fetcher) -> None:
        self._fetch = fetch
        self.people = PeopleInMemory(fetch)

    async def operators(self) -> tuple[Operator, ...]:
        return tuple(sorted((await self.people.operators()).values(), key=attrgetter("created_at")))

    async def operator(self, operator_id: OperatorId) -> Operator | None:
        return (await self.people.operators()).get(operator_id)

    async def identity(self, platform: str, platform_id: str) -> Identity | None:
        return (await self.people.identities()).get((platform, platform_id))

    async def identities(self) -> tuple[Identity, ...]:
        return tuple(sorted((await self.people.identities()).values(), key=attrgetter("linked_at")))

    async def shares(self) -> tuple[Share, ...]:
        return await self._fetch.records(SHARES, self._fetch.query(SHARES).order_by("sequence"))

    async def subscriptions(self) -> tuple[Subscription, ...]:
        return await self._fetch.records(SUBSCRIPTIONS, self._fetch.query(SUBSCRIPTIONS).order_by("sequence"))

    async def access_codes(self) -> tuple[AccessCode, ...]:
        return await self._fetch.records(ACCESS_CODES, self._fetch.query(ACCESS_CODES).order_by("sequence"))

    async def accounts(self) -> tuple[Account, ...]:
        return tuple(sorted((await self.people.accounts()).values(), key=attrgetter("created_at")))

    async def destinations(self) -> tuple[Destination, ...]:
        query = self._fetch.query(DESTINATIONS).order_by("created_at", "sequence")
        return await self._fetch.records(DESTINATIONS, query)

    async def audit(self, page: Page) -> tuple[AuditEntry, ...]:
        query = self._fetch.query(AUDIT).order_by("-sequence").limit(page.limit).offset(page.offset)
        return await self._fetch.records(AUDIT, query)

    async def was_answered(self, trace_id: str) -> bool:
        query = self._fetch.query(AUDIT).filter(trace_id=trace_id)
        return bool(await self._fetch.cells(query.limit(1), ("sequence",)))

    async def button(self, key: str) -> str | None:
        kept = await self._fetch.record(BUTTONS, self._fetch.query(BUTTONS).filter(key=key))
        return kept.line if kept else None

    async def panics(self) -> tuple[PanicState, ...]:
        return await self._fetch.records(PANICS, self._fetch.query(PANICS).order_by("at", "sequence"))

    async def note(self, key: str) -> str | None:
        saved = await self._fetch.record(NOTES, self._fetch.query(NOTES).filter(key=key))
        return saved.value if saved else None
