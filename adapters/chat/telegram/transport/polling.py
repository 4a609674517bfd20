"""Polling of updates for ever, whatever happens to the connection."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from telegram import Bot, Update
from telegram.error import Conflict, InvalidToken, RetryAfter

from adapters.chat.telegram.transport.errors import BLOCKED_BY_PROXY, LIBRARY_ERRORS, is_proxy_page, retry_delay
from adapters.chat.telegram.transport.fetch_times import FetchTimes
from adapters.chat.telegram.transport.request_mapping import PLATFORM
from adapters.chat.telegram.transport.update_offsets import UpdateOffsets
from bot.commands.dispatch.gateway_context import GatewayContext
from bot.engine.concurrency.backoff import Backoff

logger = logging.getLogger(__name__)

ALLOWED_UPDATES = ("message", "channel_post", "callback_query", "my_chat_member")
POLL_TIMEOUT = timedelta(seconds=25)
WATCHDOG = timedelta(seconds=45)
"""A poll that neither answers nor fails for so long is given up: its connection is dead."""
MAX = 100
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=1), timedelta(seconds=60)
CONFLICT_PAUSE = timedelta(seconds=10)
REFUSED_PAUSE = timedelta(minutes=10)

HandleUpdate = Callable[[Update, datetime, Callable[[], None]], None]
"""Starts to handle an update that may have waited since a time; calls the given function once it is done."""


@dataclass(frozen=True, slots=True)
class PollingProblem:
    """Reason of an outage in a sentence, with the pause; `is_final` when only a person can fix it."""

    text: str
    pause: timedelta | None = None
    is_final: bool = False


class Polling:
    """Polls for updates and reports to the platform health."""

    def __init__(
        self,
        bot: Bot,
        context: GatewayContext,
        on_connected: Callable[[], Awaitable[None]],
        handle_update: HandleUpdate,
    ) -> None:
        self._bot = bot
        self._context = context
        self._on_connected = on_connected
        self._handle_update = handle_update
        self._update_offsets = UpdateOffsets(context.key_value_store(PLATFORM), context.clock)
        self._fetch_times = FetchTimes(context.key_value_store(PLATFORM), context.clock)
        self._is_connected = False
        self._is_receiving = False

    async def run(self) -> None:
        await self._update_offsets.load_offset()
        await self._fetch_times.load_time()
        backoff = Backoff(first=FIRST_PAUSE, longest=LONGEST_PAUSE)
        while True:
            try:
                await self._poll_once()
            except Exception as error:
                if not isinstance(error, LIBRARY_ERRORS):
                    logger.exception("updates not heard")
                self._is_receiving = False
                problem = await self._explain_error(error)
                logger.warning("telegram is out of reach", extra={"reason": problem.text})
                self._context.platform_health.mark_down(PLATFORM, problem.text, is_final=problem.is_final)
                pause = backoff.next_pause()
                await self._context.clock.sleep(problem.pause or pause)
            else:
                backoff.reset()

    async def save_offset(self) -> None:
        await self._update_offsets.save_offset()
        await self._save_fetch_time()

    async def _save_fetch_time(self) -> None:
        if self._update_offsets.is_idle:
            await self._fetch_times.save_time()

    async def _poll_once(self) -> None:
        async with asyncio.timeout(WATCHDOG.total_seconds()):
            if not self._is_connected:
                await self._bot.get_me()
                await self._on_connected()
                self._is_connected = True
                self._context.platform_health.mark_up(PLATFORM)
                return
            # The first poll after an outage returns at once, so that its end is reported soon.
            timeout = POLL_TIMEOUT if self._is_receiving and self._update_offsets.is_idle else timedelta()
            answered_by = self._context.clock.now() + timeout
            updates = await self._bot.get_updates(
                offset=self._update_offsets.offset, limit=MAX, timeout=timeout, allowed_updates=ALLOWED_UPDATES
            )
        self._context.platform_health.mark_up(PLATFORM)
        self._is_receiving = True
        self._update_offsets.confirm_offset()
        waiting_since = self._fetch_times.waiting_since
        for update in updates:
            number = update.update_id
            if self._update_offsets.begin_update(number):
                self._handle_update(update, waiting_since, partial(self._update_offsets.finish_update, number))
        if len(updates) < MAX:
            self._fetch_times.record_fetch(answered_by)
        await self._update_offsets.save_when_idle()
        await self._save_fetch_time()

    async def _explain_error(self, error: Exception) -> PollingProblem:
        match error:
            case _ if is_proxy_page(error):
                return PollingProblem(BLOCKED_BY_PROXY)
            case InvalidToken():
                return PollingProblem(
                    "Telegram does not accept the token; set TELEGRAM_TOKEN to the one @BotFather shows",
                    pause=REFUSED_PAUSE,
                    is_final=True,
                )
            case Conflict():
                return PollingProblem(await self._conflict_text(), pause=CONFLICT_PAUSE)
            case RetryAfter():
                return PollingProblem("Telegram asks to wait", pause=retry_delay(error))
            case _ if isinstance(error, LIBRARY_ERRORS):
                return PollingProblem(f"Telegram cannot be reached ({type(error).__name__})")
            case _:
                return PollingProblem(f"hearing messages failed ({type(error).__name__}); see the log")

    async def _conflict_text(self) -> str:
        """Say which other program receives this bot's messages."""
        with suppress(*LIBRARY_ERRORS):
            if (await self._bot.get_webhook_info()).url:
                return "another program takes this bot's messages by a webhook; delete it or use another token (409)"
        return "another program with the same token takes this bot's messages; stop one of the two (409)"
