"""Shutdown of the process: cancels what is still opening, wakes what serves, and enforces a deadline."""

import asyncio
import logging
import os
import signal
import threading

logger = logging.getLogger(__name__)

SHUTDOWN_DEADLINE_SECONDS = 4.0
"""Time after which the process exits as if it was killed; the next start recovers what is stored."""


class ShutdownSignal:
    """The request to shut down; created in the task that opens everything, which is cancelled until `mark_opened`."""

    def __init__(self) -> None:
        self._requested = asyncio.Event()
        self._opening_task = asyncio.current_task()

    @property
    def is_requested(self) -> bool:
        return self._requested.is_set()

    def install_signal_handlers(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self.request_shutdown)

    def mark_opened(self) -> None:
        """Stop cancelling the opening task: it waits for the request itself from now on."""
        self._opening_task = None

    def request_shutdown(self) -> None:
        """Request the shutdown and start its deadline; a repeat changes nothing."""
        if self.is_requested:
            return
        self._requested.set()
        if self._opening_task is not None:
            self._opening_task.cancel()
        last_resort = threading.Timer(SHUTDOWN_DEADLINE_SECONDS, _force_exit)
        last_resort.daemon = True
        last_resort.start()

    async def wait_for_request(self) -> None:
        await self._requested.wait()


def _force_exit() -> None:
    # Some thread, library or peer does not finish; everything that matters is stored already.
    logger.warning("the end took too long and was cut short; the next start goes on")
    os._exit(0)
