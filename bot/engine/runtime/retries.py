"""Retries of a failing bot's messages, with growing pauses."""

from collections.abc import Callable, Coroutine
from datetime import timedelta

from bot.domain.ids import BotId
from bot.engine.concurrency.backoff import Backoff
from bot.engine.concurrency.task_scope import TaskScope
from bot.engine.trading.messages import Message
from bot.ports.clock import Clock

MAX_TRIES = 5
FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=1), timedelta(minutes=1)
STORAGE_PAUSE = timedelta(seconds=2)
SELLING_PAUSE = timedelta(seconds=30)
JITTER = 0.2
"""Spreads bots that broke together; it decides nothing about trading."""


class Retries:
    """Counts the consecutive failures of each bot; its pauses never hold up the market."""

    def __init__(self, clock: Clock, post_message: Callable[[BotId, Message], bool]) -> None:
        self._clock = clock
        self._post_message = post_message
        self._backoffs: dict[BotId, Backoff] = {}
        self._storage_backoff = Backoff(first=STORAGE_PAUSE, longest=STORAGE_PAUSE, jitter=JITTER)
        self._selling: set[BotId] = set()
        self._task_scope: TaskScope | None = None

    def __len__(self) -> int:
        return len(self._backoffs) + len(self._selling)

    def attach_task_scope(self, task_scope: TaskScope) -> None:
        self._task_scope = task_scope

    def record_failure(self, bot_id: BotId, message: Message) -> int:
        """Record a failure and return the number of consecutive ones; retry the message unless it was the last try."""
        backoff = self._backoffs.setdefault(bot_id, Backoff(first=FIRST_PAUSE, longest=LONGEST_PAUSE, jitter=JITTER))
        pause = backoff.next_pause()
        if backoff.failures < MAX_TRIES:
            self._start(self._repost(bot_id, message, pause), bot_id)
        return backoff.failures

    def retry_after_storage_failure(self, bot_id: BotId, message: Message) -> None:
        """Retry a message that could not be stored: not the bot's failure, so it is neither counted nor given up."""
        self._start(self._repost(bot_id, message, self._storage_backoff.next_pause()), bot_id)

    def schedule_sell_reminder(self, bot_id: BotId, message: Message) -> None:
        """Schedule a message to a bot that wants to sell but gets no candle; one at a time."""
        if bot_id not in self._selling:
            self._selling.add(bot_id)
            self._start(self._remind_to_sell(bot_id, message), bot_id)

    def reset_failures(self, bot_id: BotId) -> None:
        """Forget a bot's failures: a message was handled, or the bot was released."""
        self._backoffs.pop(bot_id, None)

    def _start(self, work: Coroutine[object, object, None], bot_id: BotId) -> None:
        if self._task_scope is None:
            raise RuntimeError("retries have no nest yet")
        self._task_scope.start_task(work, f"retry {bot_id}")

    async def _remind_to_sell(self, bot_id: BotId, message: Message) -> None:
        await self._clock.sleep(SELLING_PAUSE)
        self._selling.discard(bot_id)
        self._post_message(bot_id, message)

    async def _repost(self, bot_id: BotId, message: Message, pause: timedelta) -> None:
        await self._clock.sleep(pause)
        self._post_message(bot_id, message)
