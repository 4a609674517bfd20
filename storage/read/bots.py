"""Read bots and their configuration versions."""

from bot.domain.ids import BotId
from bot.domain.instance import Bot, BotStatus, ConfigVersion
from storage.cache.bot_cache import BotRoster
from storage.schema.query import Fetcher
from storage.schema.tables import BOTS, VERSIONS


class StoredBots:
    """Implements bot.ports.storage.BotReader."""

    def __init__(self, fetch: Fetcher) -> None:
        self._fetch = fetch
        self.roster = BotRoster(self._stored)

    async def bots(self) -> tuple[Bot, ...]:
        return await self.roster.all()

    async def _stored(self) -> tuple[Bot, ...]:
        query = self._fetch.query(BOTS).exclude(status=BotStatus.DELETED.value)
        return await self._fetch.records(BOTS, query.order_by("created_at", "sequence"))

    async def bot(self, bot_id: BotId) -> Bot | None:
        return await self._fetch.record(BOTS, self._fetch.query(BOTS).filter(bot_id=bot_id))

    async def bot_named(self, name: str) -> Bot | None:
        query = self._fetch.query(BOTS).filter(name=name).exclude(status=BotStatus.DELETED.value)
        return await self._fetch.record(BOTS, query.order_by("sequence"))

    async def versions(self, bot_id: BotId) -> tuple[ConfigVersion, ...]:
        query = self._fetch.query(VERSIONS).filter(bot_id=bot_id)
        return await self._fetch.records(VERSIONS, query.order_by("version"))
