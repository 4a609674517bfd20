"""The sign that an answer is being written, for whoever would have to wait for it."""

import logging
from datetime import timedelta

from telegram import Bot
from telegram.constants import ChatAction

from adapters.chat.telegram.render.address import read_address
from adapters.chat.telegram.transport.errors import FOREIGN
from adapters.chat.telegram.transport.request_mapping import PLATFORM, Origin
from bot.engine.people.claim import Ownership
from bot.ports.clock import Clock

logger = logging.getLogger(__name__)

SOON = timedelta(milliseconds=150)
"""An answer that comes sooner needs no sign."""


class TypingSign:
    """Shows itself to people we know; strangers in a group are not even told that they were heard."""

    def __init__(self, bot: Bot, people: Ownership, clock: Clock) -> None:
        self._bot = bot
        self._people = people
        self._clock = clock

    async def show(self, origin: Origin) -> None:
        """Wait a moment, then show the sign in the chat; cancel it when the answer is there."""
        await self._clock.sleep(SOON)
        if await self._people.operator_by_identity(PLATFORM, origin.request.platform_id) is None:
            return
        address = read_address(origin.request.chat)
        try:
            await self._bot.send_chat_action(address.chat_id, ChatAction.TYPING, message_thread_id=address.thread_id)
        except FOREIGN as error:
            logger.info("typing not shown", extra={"error": type(error).__name__})
