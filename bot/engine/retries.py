"""Try a broken bot's message again with growing pauses, and say when it is hopeless."""

import random
from collections.abc import Callable
from datetime import timedelta

from bot.domain.ids import BotId
from bot.engine.messages import Message
from bot.engine.tasks import TaskNest
from bot.ports.clock import Clock

TRIES = 5
FIRST_PAUSE = timedelta(seconds=1)


class Retries:
    """Counts the failures of each bot in a row; a pause never holds up the market."""

    def __init__(self, clock: Clock, post: Callable[[BotId, Message], bool]) -> None:
        self._clock = clock
        self._post = post
        self._failures: dict[BotId, int] = {}
        self._nest: TaskNest | None = None

    def connect(self, nest: TaskNest) -> None:
        """Give the nest in which pauses are waited for."""
        self._nest = nest

    def failed(self, bot_id: BotId, message: Message) -> int:
        """Note a failure and return how many there were in a row; before the last try the message comes again."""
        failures = self._failures[bot_id] = self._failures.get(bot_id, 0) + 1
        if failures < TRIES and self._nest is not None:
            self._nest.start(self._again(bot_id, message, failures), f"retry {bot_id}")
        return failures

    def forget(self, bot_id: BotId) -> None:
        """Start counting again: something worked, or the bot was released."""
        self._failures.pop(bot_id, None)

    async def _again(self, bot_id: BotId, message: Message, failures: int) -> None:
        pause = FIRST_PAUSE * 2 ** (failures - 1)
        # Jitter spreads bots that broke together; it decides nothing about trading.
        await self._clock.sleep(pause * random.uniform(0.8, 1.2))  # noqa: S311 - not a secret
        self._post(bot_id, message)
