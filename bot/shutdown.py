"""The wish to end: it cancels what is still opening, wakes what serves, and sees to it that the process ends."""

import asyncio
import logging
import os
import signal
import threading

logger = logging.getLogger(__name__)

LATEST_SECONDS = 4.0
"""After this the process ends as a kill would end it: what is stored is found again at the next start."""


class Stopping:
    """Made in the task that opens everything; `opened` says that from now on it waits for the wish."""

    def __init__(self) -> None:
        self._asked = asyncio.Event()
        self._opening = asyncio.current_task()

    @property
    def is_asked(self) -> bool:
        """Tell whether the process is to end."""
        return self._asked.is_set()

    def listen(self) -> None:
        """Take the signals of a terminal, a service manager or a container for the wish to end."""
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.ask)

    def opened(self) -> None:
        """Note that everything is open."""
        self._opening = None

    def ask(self) -> None:
        """Wish for the end."""
        if self.is_asked:
            return
        self._asked.set()
        if self._opening is not None:
            self._opening.cancel()
        last_resort = threading.Timer(LATEST_SECONDS, _end)
        last_resort.daemon = True
        last_resort.start()

    async def wait(self) -> None:
        """Return when the process is to end."""
        await self._asked.wait()


def _end() -> None:
    # A thread, a library or a peer that cannot be hurried: everything that matters is in the files already.
    logger.warning("the end took too long and was cut short; the next start goes on")
    os._exit(0)
