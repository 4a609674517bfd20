"""Answering a press: with a pop-up if there is something to say soon, else silently, always once and quickly."""

import logging
from datetime import timedelta

from telegram import Bot

from adapters.chat.telegram.render import limits
from adapters.chat.telegram.render.markup import units
from adapters.chat.telegram.transport.errors import FOREIGN
from bot.engine.concurrency.task_scope import TaskScope
from bot.ports.clock import Clock

logger = logging.getLogger(__name__)

PATIENCE = timedelta(seconds=1)
"""How long a button may look pressed; then a pop-up is no longer possible."""


class Bell:
    """One press."""

    def __init__(self, bot: Bot, query_id: str, clock: Clock) -> None:
        self._bot = bot
        self._query_id = query_id
        self._clock = clock
        self._is_answered = False

    def start(self, nest: TaskScope) -> None:
        """Answer silently in a moment, if nothing was said by then."""
        nest.start_task(self._hush_later(), "press")

    async def say(self, text: str) -> bool:
        """Show a pop-up; tell whether that is done, which it is not if it comes too late or is too long."""
        if self._is_answered or units(text) > limits.POPUP:
            return False
        return await self._answer(text)

    async def hush(self) -> None:
        """Say nothing, so that the button no longer looks pressed."""
        if not self._is_answered:
            await self._answer(None)

    async def _hush_later(self) -> None:
        await self._clock.sleep(PATIENCE)
        await self.hush()

    async def _answer(self, text: str | None) -> bool:
        self._is_answered = True
        try:
            return await self._bot.answer_callback_query(self._query_id, text=text, show_alert=bool(text) or None)
        except FOREIGN as error:
            # A press that is too old cannot be answered, and need not be.
            logger.info("press not answered", extra={"error": type(error).__name__})
            return False
