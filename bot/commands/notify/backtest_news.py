"""Results of backtests for platforms whose messages cannot be changed: they are sent when they are there."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import replace

from bot.commands.notify.gateway import Gateway
from bot.commands.reply.blocks import Reply
from bot.commands.spec.request import Request
from bot.domain.errors import DeliveryError, Unavailable
from bot.domain.events import NotificationLevel
from bot.engine.reports.bot_backtests import BotBacktest

logger = logging.getLogger(__name__)

MAX_FOLLOWED = 32

RefreshReply = Callable[[Request], Awaitable[Reply | None]]


class BacktestNews:
    """Remembers who waits for a backtest; `run` is its task. Elsewhere the progress message becomes the result."""

    def __init__(self) -> None:
        self._followed: asyncio.Queue[tuple[Request, BotBacktest]] = asyncio.Queue(MAX_FOLLOWED)
        self._keys: set[tuple[str, str, int]] = set()

    def follow(self, request: Request, run: BotBacktest) -> None:
        """Send the result to a chat when it is there, once; with too many in line it can still be asked for."""
        key = (request.platform, request.chat, run.number)
        if key not in self._keys:
            with suppress(asyncio.QueueFull):
                self._followed.put_nowait((request, run))
                self._keys.add(key)

    async def run(self, gateways: Mapping[str, Gateway], refresh_reply: RefreshReply) -> None:
        """Send results for ever: one backtest runs at a time, so they end in the order in which they began."""
        while True:
            request, run = await self._followed.get()
            await run.finished.wait()
            self._keys.discard((request.platform, request.chat, run.number))
            gateway = gateways.get(request.platform)
            if gateway is None or gateway.can_edit:
                continue
            line = f"/backtest #{run.bot.bot_id} job={run.number}"
            try:
                reply = await refresh_reply(replace(request, text=line, update_id=None))
                if reply is not None:
                    await gateway.send_message(request.chat, reply, level=NotificationLevel.SILENT)
            except (DeliveryError, Unavailable) as error:
                logger.info("result of a backtest not sent", extra={"error": str(error)})
