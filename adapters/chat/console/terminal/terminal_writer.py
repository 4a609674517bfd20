"""What a terminal is to show, written by a thread: one that is stopped (Ctrl-S) must not stop the desk."""

import asyncio
import io
import os
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TextIO

from typing_extensions import Buffer, override

CHUNK = 4096


class TerminalWriter(io.RawIOBase):
    """Takes bytes at once and writes them in order; the thread lives while there is something to write.

    A terminal cannot be written without waiting: that it is ready says only that it takes a little.
    """

    def __init__(self, descriptor: int) -> None:
        super().__init__()
        self._descriptor = descriptor
        self._lock = threading.Lock()
        self._pending = bytearray()
        self._is_writing = False
        self._error: OSError | None = None
        self._waiters: list[Callable[[], None]] = []

    @override
    def writable(self) -> bool:
        return True

    @override
    def fileno(self) -> int:
        return self._descriptor

    @override
    def isatty(self) -> bool:
        return True

    @override
    def write(self, data: Buffer) -> int:
        """Take bytes; raise OSError once the terminal is gone."""
        with self._lock:
            self._refuse_if_gone()
            before = len(self._pending)
            self._pending += data
            count = len(self._pending) - before
            if self._pending and not self._is_writing:
                self._is_writing = True
                threading.Thread(target=self._write_pending, name="terminal", daemon=True).start()
        return count

    async def wait_until_written(self) -> None:
        """Return once the terminal has taken everything; raise OSError if it is gone."""
        loop = asyncio.get_running_loop()
        done: asyncio.Future[None] = loop.create_future()

        def tell() -> None:
            # The loop may have ended, with nobody left who waits.
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(_set_done, done)

        with self._lock:
            if self._is_writing:
                self._waiters.append(tell)
            else:
                done.set_result(None)
        await done
        self._refuse_if_gone()

    def _refuse_if_gone(self) -> None:
        if self._error is not None:
            raise OSError(self._error.errno, self._error.strerror) from self._error

    def _write_pending(self) -> None:
        while chunk := self._next_chunk():
            try:
                left = memoryview(chunk)
                while left:
                    left = left[os.write(self._descriptor, left) :]
            except OSError as error:
                with self._lock:
                    self._error = error
                    self._pending.clear()

    def _next_chunk(self) -> bytes:
        with self._lock:
            chunk = bytes(self._pending[:CHUNK])
            del self._pending[:CHUNK]
            if chunk:
                return chunk
            self._is_writing = False
            waiters, self._waiters = self._waiters, []
        for tell in waiters:
            tell()
        return b""


def text_stream(writer: TerminalWriter, encoding: str) -> TextIO:
    """Return a stream of text over a writer."""
    return io.TextIOWrapper(io.BufferedWriter(writer), encoding, errors="replace", write_through=True)


def _set_done(done: "asyncio.Future[None]") -> None:
    if not done.done():
        done.set_result(None)
