"""Answers to button presses: a pop-up if there is something to say soon, else silent, once and quickly."""

import logging
from datetime import timedelta

from telegram import Bot

from adapters.chat.telegram.render import limits
from adapters.chat.telegram.render.markup import utf16_length
from adapters.chat.telegram.transport.errors import LIBRARY_ERRORS
from bot.engine.concurrency.task_scope import TaskScope
from bot.ports.clock import Clock

logger = logging.getLogger(__name__)

ANSWER_DEADLINE = timedelta(seconds=1)
"""Time for which a button may look pressed; after it a pop-up is no longer possible."""


class CallbackAnswer:
    """The answer to one press."""

    def __init__(self, bot: Bot, query_id: str, clock: Clock) -> None:
        self._bot = bot
        self._query_id = query_id
        self._clock = clock
        self._is_answered = False

    def schedule_silent_answer(self, task_scope: TaskScope) -> None:
        """Answer silently after a moment, unless a pop-up was shown."""

        async def answer_later() -> None:
            await self._clock.sleep(ANSWER_DEADLINE)
            await self.answer_silently()

        task_scope.start_task(answer_later(), "press")

    async def show_popup(self, text: str) -> bool:
        """Show a pop-up; return whether it was shown, neither too late nor too long."""
        return not self._is_answered and utf16_length(text) <= limits.POPUP and await self._answer_query(text)

    async def answer_silently(self) -> None:
        """Answer without a pop-up, so that the button no longer looks pressed."""
        if not self._is_answered:
            await self._answer_query(None)

    async def _answer_query(self, text: str | None) -> bool:
        self._is_answered = True
        try:
            return await self._bot.answer_callback_query(self._query_id, text=text, show_alert=bool(text) or None)
        except LIBRARY_ERRORS as error:
            # A press that is too old cannot be answered, and need not be.
            logger.info("press not answered", extra={"error": type(error).__name__})
            return False
