"""Activity log for `/logs` and `/audit`: events and audit entries."""

import re

from bot.domain.events import BotFailed, OrderRejected
from bot.domain.instance import Bot
from bot.domain.people import AuditEntry, Operator
from bot.engine.people.permissions import Requester
from bot.engine.reports.queries import Queries
from bot.ports.storage import NumberedEvent, Page, Reader

FAILURE_PREFIX = "E-"
MAX_SEARCHED = 2000
MAX_FAILURES = 5


class ActivityLog:
    """Reads events and audit entries."""

    def __init__(self, reader: Reader, queries: Queries) -> None:
        self._reader = reader
        self._queries = queries

    async def events(self, requester: Requester, bot: Bot | None, limit: int) -> tuple[NumberedEvent, ...]:
        """Return the newest events of a bot, or of all bots that the operator may see."""
        if bot is not None:
            return await self._reader.recent_events(bot.bot_id, Page(limit=limit))
        found = await self._reader.recent_events(None, Page(limit=limit if requester.is_owner else MAX_SEARCHED))
        return (await self._visible_events(requester, found))[:limit]

    async def events_by_reference(self, requester: Requester, reference: str) -> tuple[NumberedEvent, ...]:
        found = await self._reader.recent_events(None, Page(limit=MAX_SEARCHED))
        return await self._visible_events(requester, tuple(item for item in found if _reference(item) == reference))

    async def _visible_events(
        self, requester: Requester, found: tuple[NumberedEvent, ...]
    ) -> tuple[NumberedEvent, ...]:
        if requester.is_owner:
            return found
        bots = {bot.bot_id for bot in await self._queries.visible_bots(requester.as_viewer())}
        return tuple(
            item
            for item in found
            if item.event.operator_id == requester.operator.operator_id
            or (item.event.bot is not None and item.event.bot.bot_id in bots)
        )

    async def audit_entries(self, page: Page) -> tuple[AuditEntry, ...]:
        return await self._reader.audit_entries(page)

    async def audit_entries_by_reference(self, reference: str) -> tuple[AuditEntry, ...]:
        """Return the audit entries whose result contains a reference."""
        found = await self._reader.audit_entries(Page(limit=MAX_SEARCHED))
        # As a whole word: it may be the beginning of other references.
        whole = re.compile(rf"(?<![\w-]){re.escape(reference)}(?![\w-])")
        return tuple(entry for entry in found if whole.search(entry.result))

    async def failed_commands(self, by: Operator) -> tuple[AuditEntry, ...]:
        """Return an operator's newest failed commands."""
        found = await self._reader.audit_entries(Page(limit=200))
        own = (entry for entry in found if entry.operator_id == by.operator_id)
        return tuple(entry for entry in own if entry.result.startswith("Failed:"))[:MAX_FAILURES]

    async def operator_names(self) -> dict[str, str]:
        return {item.operator_id: item.name for item in await self._reader.operators()}


def _reference(item: NumberedEvent) -> str:
    payload = item.event.payload
    return payload.reference.upper() if isinstance(payload, BotFailed | OrderRejected) else ""
