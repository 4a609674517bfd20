"""Cache of bots."""

from collections.abc import Awaitable, Callable

from bot.domain.facts import Fact, RunStateSaved, Saved
from bot.domain.ids import BotId
from bot.domain.instance import Bot, BotStatus
from storage.cache.cached_table import CachedTable

Bots = dict[BotId, Bot]


class BotCache:
    """All bots that are not deleted, oldest first."""

    def __init__(self, load: Callable[[], Awaitable[tuple[Bot, ...]]]) -> None:
        async def loaded() -> Bots:
            return {bot.bot_id: bot for bot in await load()}

        self.cached_table: CachedTable[BotId, Bot] = CachedTable(loaded, _apply)

    async def bots(self) -> tuple[Bot, ...]:
        return tuple((await self.cached_table.rows()).values())


def _apply(bots: Bots, fact: Fact) -> None:
    match fact:
        case Saved(Bot() as bot) | RunStateSaved(bot):
            _apply_bot(bots, bot)
        case _:
            pass


def _apply_bot(bots: Bots, bot: Bot) -> None:
    if bot.status is BotStatus.DELETED:
        bots.pop(bot.bot_id, None)
        return
    newest = next(reversed(bots.values()), bot)
    is_out_of_order = bot.bot_id not in bots and bot.created_at < newest.created_at
    bots[bot.bot_id] = bot
    if is_out_of_order:
        ordered = sorted(bots.values(), key=lambda one: one.created_at)
        bots.clear()
        bots.update((one.bot_id, one) for one in ordered)
