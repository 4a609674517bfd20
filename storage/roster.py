"""The bots in memory: read once, then changed by every commit, since everything a person asks begins with them.

The file belongs to one process and has one writer, so nothing can change a row behind its back.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from bot.domain.facts import BotSaved, UnitOfWork
from bot.domain.ids import BotId
from bot.domain.instance import Bot, BotStatus


class BotRoster:
    """All bots that are not deleted, oldest first; `on_commit` must see every commit."""

    def __init__(self, load: Callable[[], Awaitable[tuple[Bot, ...]]]) -> None:
        self._load = load
        self._loading = asyncio.Lock()
        self._is_loaded = False
        self._is_sorted = True
        self._bots: dict[BotId, Bot] = {}

    async def all(self) -> tuple[Bot, ...]:
        """Return the bots, reading them the first time."""
        if not self._is_loaded:
            async with self._loading:
                await self._fill()
        if not self._is_sorted:
            self._bots = {bot.bot_id: bot for bot in sorted(self._bots.values(), key=lambda bot: bot.created_at)}
            self._is_sorted = True
        return tuple(self._bots.values())

    def on_commit(self, units: Sequence[UnitOfWork]) -> None:
        """Take over the bots that were stored."""
        if not self._is_loaded and not self._loading.locked():
            return
        for unit in units:
            for fact in unit:
                if isinstance(fact, BotSaved):
                    self._take(fact.bot)

    async def _fill(self) -> None:
        if self._is_loaded:
            return
        self._bots = {}
        read = await self._load()
        # What was committed meanwhile is at least as new as what was read.
        changed, self._bots = self._bots, {bot.bot_id: bot for bot in read}
        self._is_loaded = True
        for bot in changed.values():
            self._take(bot)

    def _take(self, bot: Bot) -> None:
        if self._is_loaded and bot.status is BotStatus.DELETED:
            self._bots.pop(bot.bot_id, None)
            return
        if bot.bot_id not in self._bots:
            self._is_sorted = False
        self._bots[bot.bot_id] = bot
