"""Typing indicator for replies that take a moment."""

import logging
from datetime import timedelta

from telegram import Bot
from telegram.constants import ChatAction

from adapters.chat.telegram.render.address import parse_address
from adapters.chat.telegram.transport.errors import LIBRARY_ERRORS
from adapters.chat.telegram.transport.request_mapping import PLATFORM, RequestOrigin
from bot.engine.people.claim import Ownership
from bot.ports.clock import Clock

logger = logging.getLogger(__name__)

TYPING_DELAY = timedelta(milliseconds=150)
"""Delay before the indicator; a reply that comes sooner needs none."""


class TypingIndicator:
    """Shows the indicator to operators; strangers in a group must not learn that they were heard."""

    def __init__(self, bot: Bot, people: Ownership, clock: Clock) -> None:
        self._bot = bot
        self._people = people
        self._clock = clock

    async def show_typing(self, origin: RequestOrigin) -> None:
        """Show the indicator in the chat after a delay; to be cancelled when the reply is sent."""
        await self._clock.sleep(TYPING_DELAY)
        if await self._people.operator_by_identity(PLATFORM, origin.request.platform_id) is None:
            return
        address = parse_address(origin.request.chat)
        try:
            await self._bot.send_chat_action(address.chat_id, ChatAction.TYPING, message_thread_id=address.thread_id)
        except LIBRARY_ERRORS as error:
            logger.info("typing not shown", extra={"error": type(error).__name__})
