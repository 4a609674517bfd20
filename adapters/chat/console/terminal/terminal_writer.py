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
        self._turn = threading.Lock()
        self._left = bytearray()
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
        with self._turn:
            self._refuse_if_gone()
            before = len(self._left)
            self._left += data
            count = len(self._left) - before
            if self._left and not self._is_writing:
                self._is_writing = True
                threading.Thread(target=self._work, name="terminal", daemon=True).start()
        return count

    async def taken(self) -> None:
        """Return once the terminal has taken everything; raise OSError if it is gone."""
        loop = asyncio.get_running_loop()
        done: asyncio.Future[None] = loop.create_future()

        def tell() -> None:
            # The loop may have ended, with nobody left who waits.
            with suppress(RuntimeError):
                loop.call_soon_threadsafe(_finish, done)

        with self._turn:
            if self._is_writing:
                self._waiters.append(tell)
            else:
                done.set_result(None)
        await done
        self._refuse_if_gone()

    def _refuse_if_gone(self) -> None:
        if self._error is not None:
            raise OSError(self._error.errno, self._error.strerror) from self._error

    def _work(self) -> None:
        while chunk := self._next():
            try:
                left = memoryview(chunk)
                while left:
                    left = left[os.write(self._descriptor, left) :]
            except OSError as error:
                with self._turn:
                    self._error = error
                    self._left.clear()

    def _next(self) -> bytes:
        with self._turn:
            chunk = bytes(self._left[:CHUNK])
            del self._left[:CHUNK]
            if chunk:
                return chunk
            self._is_writing = False
            waiters, self._waiters = self._waiters, []
        for tell in waiters:
            tell()
        return b""


def text_to(writer: TerminalWriter, encoding: str) -> TextIO:
    """Return a stream of text over a writer."""
    return io.TextIOWrapper(io.BufferedWriter(writer), encoding, errors="replace", write_through=True)


def _finish(done: "asyncio.Future[None]") -> None:
    if not done.done():
        done.set_result(None)
