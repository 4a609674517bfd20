"""Hearing updates for ever, whatever happens to the connection."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from telegram import Bot, Update
from telegram.error import Conflict, InvalidToken, RetryAfter

from adapters.chat.telegram.transport.errors import BLOCKED, FOREIGN, is_page, pause_of
from adapters.chat.telegram.transport.request_mapping import PLATFORM
from adapters.chat.telegram.transport.update_offsets import Inbox
from bot.commands.dispatch.gateway_context import GatewayContext

logger = logging.getLogger(__name__)

ALLOWED = ("message", "channel_post", "callback_query", "my_chat_member")
LISTEN = timedelta(seconds=25)
WATCHDOG = timedelta(seconds=45)
"""A poll that neither answers nor fails for so long is given up: its connection is dead."""
MAX = 100
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=1), timedelta(seconds=60)
CONFLICT_PAUSE = timedelta(seconds=10)
REFUSED_PAUSE = timedelta(minutes=10)

Take = Callable[[Update, Callable[[], None]], None]
"""Handle an update soon, and call what was given once that is done."""


@dataclass(frozen=True, slots=True)
class Trouble:
    """What keeps us from hearing: in a sentence, how long to wait, and whether only a person can mend it."""

    text: str
    pause: timedelta | None = None
    is_final: bool = False


class Polling:
    """Connects and listens; reports to the board how that goes."""

    def __init__(
        self, bot: Bot, gateway_context: GatewayContext, on_connected: Callable[[], Awaitable[None]], take: Take
    ) -> None:
        self._bot = bot
        self._gateway_context = gateway_context
        self._on_connected = on_connected
        self._take = take
        self._inbox = Inbox(gateway_context.key_value_store, gateway_context.clock)
        self._is_connected = False
        self._is_hearing = False

    async def run(self) -> None:
        """Listen for ever."""
        await self._inbox.load()
        pause = FIRST_PAUSE
        while True:
            try:
                await self._step()
            except FOREIGN as error:
                self._is_hearing = False
                trouble = await self._trouble(error)
                logger.warning("telegram is out of reach", extra={"reason": trouble.text})
                self._gateway_context.platform_health.mark_down(PLATFORM, trouble.text, is_final=trouble.is_final)
                await self._gateway_context.clock.sleep(trouble.pause or pause)
                pause = min(pause * 2, LONGEST_PAUSE)
            except Exception as error:
                self._is_hearing = False
                logger.exception("updates not heard")
                self._gateway_context.platform_health.mark_down(
                    PLATFORM, f"hearing messages failed ({type(error).__name__}); see the log"
                )
                await self._gateway_context.clock.sleep(pause)
                pause = min(pause * 2, LONGEST_PAUSE)
            else:
                pause = FIRST_PAUSE

    async def keep(self) -> None:
        """Note at the end which updates are done."""
        await self._inbox.keep()

    async def _step(self) -> None:
        async with asyncio.timeout(WATCHDOG.total_seconds()):
            if not self._is_connected:
                await self._bot.get_me()
                await self._on_connected()
                self._is_connected = True
                self._gateway_context.platform_health.mark_up(PLATFORM)
                return
            updates = await self._bot.get_updates(
                offset=self._inbox.offset,
                limit=MAX,
                # The first poll after trouble does not wait for news, so that the board soon knows that it is over.
                timeout=LISTEN if self._is_hearing and self._inbox.is_idle else timedelta(),
                allowed_updates=ALLOWED,
            )
        self._gateway_context.platform_health.mark_up(PLATFORM)
        self._is_hearing = True
        self._inbox.forgotten()
        for update in updates:
            number = update.update_id
            if self._inbox.begin(number):
                self._take(update, partial(self._inbox.done, number))
        await self._inbox.settle()

    async def _trouble(self, error: Exception) -> Trouble:
        match error:
            case _ if is_page(error):
                return Trouble(BLOCKED)
            case InvalidToken():
                return Trouble(
                    "Telegram does not accept the token; set TELEGRAM_TOKEN to the one @BotFather shows",
                    pause=REFUSED_PAUSE,
                    is_final=True,
                )
            case Conflict():
                return Trouble(await self._rival(), pause=CONFLICT_PAUSE)
            case RetryAfter():
                return Trouble("Telegram asks to wait", pause=pause_of(error))
            case _:
                return Trouble(f"Telegram cannot be reached ({type(error).__name__})")

    async def _rival(self) -> str:
        """Say who else takes this bot's messages."""
        try:
            webhook = await self._bot.get_webhook_info()
        except FOREIGN:
            webhook = None
        if webhook is not None and webhook.url:
            return "another program takes this bot's messages by a webhook; delete it or use another token (409)"
        return "another program with the same token takes this bot's messages; stop one of the two (409)"
