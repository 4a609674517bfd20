"""Stored bots and their configuration versions."""

from bot.domain.ids import BotId
from bot.domain.instance import Bot, BotStatus, ConfigVersion
from storage.cache.bot_cache import BotCache
from storage.schema.query import QueryConnection
from storage.schema.tables import BOTS, VERSIONS


class StoredBots:
    """Implements `BotReader`."""

    def __init__(self, database: QueryConnection) -> None:
        self._database = database
        self.bot_cache = BotCache(self._load_bots)

    async def bots(self) -> tuple[Bot, ...]:
        return await self.bot_cache.bots()

    async def _load_bots(self) -> tuple[Bot, ...]:
        query = self._database.table_query(BOTS).exclude(status=BotStatus.DELETED.value)
        return await self._database.fetch_records(BOTS, query.order_by("created_at", "sequence"))

    async def bot(self, bot_id: BotId) -> Bot | None:
        return await self._database.fetch_record(BOTS, self._database.table_query(BOTS).filter(bot_id=bot_id))

    async def bot_by_name(self, name: str) -> Bot | None:
        query = self._database.table_query(BOTS).filter(name=name).exclude(status=BotStatus.DELETED.value)
        return await self._database.fetch_record(BOTS, query.order_by("sequence"))

    async def versions(self, bot_id: BotId) -> tuple[ConfigVersion, ...]:
        query = self._database.table_query(VERSIONS).filter(bot_id=bot_id)
        return await self._database.fetch_records(VERSIONS, query.order_by("version"))
