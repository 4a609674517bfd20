"""Stored bots and their configuration versions."""

from bot.domain.facts import Fact, RunStateSaved, Saved
from bot.domain.ids import BotId
from bot.domain.instance import Bot, BotStatus, ConfigVersion
from storage.read.cached_table import CachedTable
from storage.schema.query import Cells, QueryConnection
from storage.schema.tables import BOT_RUNS, BOTS, VERSIONS

BOTS_WITH_RUN = (
    f'SELECT {BOTS.select_columns("b")}, {BOT_RUNS.select_columns("r")} FROM "{BOTS.name}" b '  # noqa: S608 - our names
    f'JOIN "{BOT_RUNS.name}" r ON r."bot_id" = b."bot_id"'
)
NOT_DELETED = f"r.\"status\" <> '{BotStatus.DELETED}'"


def decode_bot(cells: Cells) -> Bot:
    """Return the bot of a row of `BOTS_WITH_RUN`."""
    own, run = cells[: len(BOTS.columns)], cells[len(BOTS.columns) :]
    return BOTS.codec.decode(own, **BOT_RUNS.codec.decode_fields(run))


def apply_bot(bots: dict[BotId, Bot], fact: Fact) -> None:
    """Apply a fact to the bots that are not deleted, oldest first."""
    match fact:
        case Saved(Bot() as bot) | RunStateSaved(bot):
            newest = next(reversed(bots.values()), bot)
            is_out_of_order = bot.bot_id not in bots and bot.created_at < newest.created_at
            bots[bot.bot_id] = bot
            if bot.status is BotStatus.DELETED:
                del bots[bot.bot_id]
            elif is_out_of_order:
                ordered = sorted(bots.items(), key=lambda item: item[1].created_at)
                bots.clear()
                bots.update(ordered)
        case _:
            pass


def apply_deleted_bot(deleted: dict[BotId, Bot], fact: Fact) -> None:
    """Apply a fact to the bots that are deleted, in the order in which they were."""
    match fact:
        case Saved(Bot() as bot) | RunStateSaved(bot) if bot.status is BotStatus.DELETED:
            deleted[bot.bot_id] = bot
        case _:
            pass


class StoredBots:
    """Implements `BotReader`."""

    def __init__(self, database: QueryConnection) -> None:
        self._database = database
        self._cached_bots = CachedTable(self._load_bots, apply_bot)
        self._cached_deleted_bots = CachedTable(self._load_deleted_bots, apply_deleted_bot)

    async def bots(self) -> tuple[Bot, ...]:
        return tuple((await self._cached_bots.rows()).values())

    async def deleted_bots(self) -> tuple[Bot, ...]:
        return tuple((await self._cached_deleted_bots.rows()).values())

    async def bot(self, bot_id: BotId) -> Bot | None:
        found = await self._fetch_bots('WHERE b."bot_id" = ?', bot_id)
        return found[0] if found else None

    async def bot_by_name(self, name: str) -> Bot | None:
        found = await self._fetch_bots(f'WHERE b."name" = ? AND {NOT_DELETED} ORDER BY b."sequence" LIMIT 1', name)
        return found[0] if found else None

    async def versions(self, bot_id: BotId) -> tuple[ConfigVersion, ...]:
        return await self._database.fetch_records(VERSIONS, "version", bot_id=bot_id)

    async def _load_bots(self) -> dict[BotId, Bot]:
        found = await self._fetch_bots(f'WHERE {NOT_DELETED} ORDER BY b."created_at", b."sequence"')
        return {bot.bot_id: bot for bot in found}

    async def _load_deleted_bots(self) -> dict[BotId, Bot]:
        found = await self._fetch_bots(f'WHERE NOT {NOT_DELETED} ORDER BY r."status_changed_wall", b."sequence"')
        return {bot.bot_id: bot for bot in found}

    async def _fetch_bots(self, condition: str, *values: str) -> tuple[Bot, ...]:
        return await self._database.fetch_sql(f"{BOTS_WITH_RUN} {condition}", values, decode_bot)
