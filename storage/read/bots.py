"""Stored bots and their configuration versions."""

from bot.domain.ids import BotId
from bot.domain.instance import Bot, BotStatus, ConfigVersion
from storage.cache.bot_cache import BotCache
from storage.schema.query import Cells, QueryConnection
from storage.schema.tables import BOT_RUNS, BOTS, VERSIONS

BOTS_WITH_RUN = (
    f'SELECT {BOTS.select_columns("b")}, {BOT_RUNS.select_columns("r")} FROM "{BOTS.name}" b '  # noqa: S608 - our names
    f'JOIN "{BOT_RUNS.name}" r ON r."bot_id" = b."bot_id"'
)
NOT_DELETED = f"r.\"status\" <> '{BotStatus.DELETED}'"


def _bot(cells: Cells) -> Bot:
    own, run = cells[: len(BOTS.columns)], cells[len(BOTS.columns) :]
    return BOTS.codec.decode(own, **BOT_RUNS.codec.decode_fields(run))


class StoredBots:
    """Implements `BotReader`."""

    def __init__(self, database: QueryConnection) -> None:
        self._database = database
        self.bot_cache = BotCache(self._load_bots)

    async def bots(self) -> tuple[Bot, ...]:
        return await self.bot_cache.bots()

    async def _load_bots(self) -> tuple[Bot, ...]:
        return await self._fetch_bots(f'WHERE {NOT_DELETED} ORDER BY b."created_at", b."sequence"')

    async def bot(self, bot_id: BotId) -> Bot | None:
        found = await self._fetch_bots('WHERE b."bot_id" = ?', bot_id)
        return found[0] if found else None

    async def bot_by_name(self, name: str) -> Bot | None:
        found = await self._fetch_bots(f'WHERE b."name" = ? AND {NOT_DELETED} ORDER BY b."sequence" LIMIT 1', name)
        return found[0] if found else None

    async def versions(self, bot_id: BotId) -> tuple[ConfigVersion, ...]:
        query = self._database.table_query(VERSIONS).filter(bot_id=bot_id)
        return await self._database.fetch_records(VERSIONS, query.order_by("version"))

    async def _fetch_bots(self, condition: str, *values: str) -> tuple[Bot, ...]:
        rows = await self._database.fetch_sql(f"{BOTS_WITH_RUN} {condition}", values)
        return await self._database.decode_rows(rows, _bot)
