"""Log lines to a file descriptor, from one thread; who does not read them holds up that thread and nothing else."""

import logging
import logging.handlers
import os

from typing_extensions import override

FLUSH_TIMEOUT_SECONDS = 0.5
"""How long the last lines may take at the end; what nobody has read by then is lost with the process."""


class LogSink(logging.Handler):
    """Writes each record as a line, past the buffers of the standard stream and their locks."""

    def __init__(self, descriptor: int) -> None:
        super().__init__()
        self._descriptor = descriptor

    @override
    def createLock(self) -> None:
        # One thread writes; at exit the library takes every handler's lock, and would wait for this thread's reader.
        self.lock = None

    @override
    def emit(self, record: logging.LogRecord) -> None:
        left = memoryview(f"{self.format(record)}\n".encode(errors="replace"))
        try:
            while left:
                left = left[os.write(self._descriptor, left) :]
        except OSError:
            # Closed, or the disk behind it is full: nobody is left to tell.
            return


class LogListener(logging.handlers.QueueListener):
    """Hands records to a handler in a thread that ends with the process, whoever does not read."""

    @override
    def stop(self) -> None:
        """Write what waits, for a moment."""
        self.enqueue_sentinel()
        if self._thread is not None:
            self._thread.join(FLUSH_TIMEOUT_SECONDS)
            self._thread = None
