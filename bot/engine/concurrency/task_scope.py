"""Task scopes: long-running tasks are named, and cancelled when the block that owns them ends."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager

from bot.log import context_without_ids


class TaskScope:
    """Starts tasks in a group; an exception in one ends the whole block with it."""

    def __init__(self, group: asyncio.TaskGroup) -> None:
        self._group = group
        self._tasks: set[asyncio.Task[None]] = set()
        self._is_ending = False

    def __len__(self) -> int:
        return len(self._tasks)

    def start_task(self, work: Coroutine[object, object, None], name: str) -> "asyncio.Task[None]":
        """Start a task that lives until it returns or the block ends; after that it is cancelled before it runs."""
        if self._is_ending:
            # A group that is ending refuses new tasks, and a callback that starts one then must not fail.
            task = asyncio.get_running_loop().create_task(work, name=name)
            task.cancel()
            return task
        # It lives longer than the command or the message that happens to start it.
        task = self._group.create_task(work, name=name, context=context_without_ids())
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    def cancel_tasks(self) -> None:
        """Cancel all tasks, also those that are started from now on."""
        self._is_ending = True
        for task in tuple(self._tasks):
            task.cancel()


@asynccontextmanager
async def task_scope() -> AsyncIterator[TaskScope]:
    """Open a scope whose tasks end with the block."""
    async with asyncio.TaskGroup() as group:
        scope = TaskScope(group)
        try:
            yield scope
        finally:
            scope.cancel_tasks()
