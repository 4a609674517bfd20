"""Log lines to a file descriptor, from a thread of their own: a reader that stalls holds up only that thread."""

import logging
import logging.handlers
import os

from typing_extensions import override

FLUSH_TIMEOUT_SECONDS = 0.5
"""Time for the last lines at the end; what nobody has read by then is lost with the process."""


class LogSink(logging.Handler):
    """Writes each record as a line, bypassing the standard stream's buffers and locks."""

    def __init__(self, descriptor: int) -> None:
        super().__init__()
        self._descriptor = descriptor

    @override
    def createLock(self) -> None:
        # Only one thread writes. At exit `logging` takes every handler's lock, and would wait for a stalled reader.
        self.lock = None

    @override
    def emit(self, record: logging.LogRecord) -> None:
        left = memoryview(f"{self.format(record)}\n".encode(errors="replace"))
        try:
            while left:
                left = left[os.write(self._descriptor, left) :]
        except OSError:
            # The descriptor is closed or the disk is full; there is no other place to report it.
            return


class LogListener(logging.handlers.QueueListener):
    """Passes queued records to a handler, in a thread that never keeps the process alive."""

    @override
    def stop(self) -> None:
        """Write the queued records, for at most `FLUSH_TIMEOUT_SECONDS`."""
        self.enqueue_sentinel()
        if self._thread is not None:
            self._thread.join(FLUSH_TIMEOUT_SECONDS)
            self._thread = None
