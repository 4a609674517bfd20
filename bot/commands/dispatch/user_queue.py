"""User queues: requests of one sender are handled in order, different senders do not wait for each other."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable

from bot.engine.concurrency.task_scope import TaskScope

logger = logging.getLogger(__name__)

MAX_WAITING = 50
"""Requests one sender may have waiting; further ones are rejected until one is answered."""

Work = Callable[[], Awaitable[None]]


class UserQueues:
    """One queue per sender, with a task that lives while there is something in it."""

    def __init__(self, scope: TaskScope) -> None:
        self._scope = scope
        self._waiting: dict[str, deque[Work]] = {}
        self._idle = asyncio.Event()
        self._idle.set()

    def __len__(self) -> int:
        return len(self._waiting)

    def enqueue_work(self, person: str, work: Work) -> bool:
        """Run work after all earlier work of the sender; return False if the queue is full.

        Work must not raise: it answers its errors itself.
        """
        queue = self._waiting.get(person)
        if queue is None:
            queue = self._waiting[person] = deque()
            self._idle.clear()
            self._scope.start_task(self._run_queue(person, queue), f"turns of {person}")
        if len(queue) >= MAX_WAITING:
            logger.warning("too many messages at once, one was not taken", extra={"person": person})
            return False
        queue.append(work)
        return True

    async def wait_until_idle(self) -> None:
        await self._idle.wait()

    async def _run_queue(self, person: str, queue: deque[Work]) -> None:
        try:
            while queue:
                await queue.popleft()()
        finally:
            self._waiting.pop(person, None)
            if not self._waiting:
                self._idle.set()
