"""The wish to end: it cancels what is still opening, wakes what serves, and sees to it that the process ends."""

import asyncio
import logging
import os
import signal
import threading

logger = logging.getLogger(__name__)

SHUTDOWN_DEADLINE_SECONDS = 4.0
"""After this the process ends as a kill would end it: what is stored is found again at the next start."""


class ShutdownSignal:
    """Made in the task that opens everything; `opened` says that from now on it waits for the wish."""

    def __init__(self) -> None:
        self._requested = asyncio.Event()
        self._opening_task = asyncio.current_task()

    @property
    def is_requested(self) -> bool:
        """Tell whether the process is to end."""
        return self._requested.is_set()

    def install_signal_handlers(self) -> None:
        """Take the signals of a terminal, a service manager or a container for the wish to end."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.request_shutdown)

    def mark_opened(self) -> None:
        """Note that everything is open."""
        self._opening_task = None

    def request_shutdown(self) -> None:
        """Wish for the end."""
        if self.is_requested:
            return
        self._requested.set()
        if self._opening_task is not None:
            self._opening_task.cancel()
        last_resort = threading.Timer(SHUTDOWN_DEADLINE_SECONDS, _force_exit)
        last_resort.daemon = True
        last_resort.start()

    async def wait_for_request(self) -> None:
        """Return when the process is to end."""
        await self._requested.wait()


def _force_exit() -> None:
    # A thread, a library or a peer that cannot be hurried: everything that matters is in the files already.
    logger.warning("the end took too long and was cut short; the next start goes on")
    os._exit(0)
