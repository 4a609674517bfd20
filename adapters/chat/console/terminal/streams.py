"""Streams: bytes in and out of a descriptor on threads, and the console over plain streams.

Neither a reader that stops (a full pipe, Ctrl-S) nor a writer that is silent blocks the loop or its end.
"""

import asyncio
import errno
import io
import os
import threading
from collections.abc import AsyncGenerator, Sequence
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from queue import SimpleQueue
from typing import BinaryIO

from typing_extensions import Buffer, override

from adapters.chat.console.render.renderer import PIPE_WIDTH
from adapters.chat.console.render.screen import ConsoleLine, ScreenClosed, ScreenFailed, plain_text

NO_STREAM = -1
"""Descriptor of a missing stream: it has no lines and takes none."""
LONGEST_LINE = 16_384
"""Bytes kept of a line; the pipeline refuses what is left as too long."""
_RETRIABLE = frozenset({errno.ENOSPC, errno.EAGAIN, errno.ENOMEM})

_Write = tuple[Buffer, Future[None]]


class BackgroundWriter(io.RawIOBase):
    """Takes bytes at once and writes them in order on a thread of its own."""

    def __init__(self, descriptor: int) -> None:
        super().__init__()
        self._descriptor = descriptor
        self._writes: SimpleQueue[_Write | None] = SimpleQueue()
        self._last_write: Future[None] = Future()
        self._last_write.set_result(None)
        threading.Thread(target=_write_queued, args=(descriptor, self._writes), name="console", daemon=True).start()

    @override
    def writable(self) -> bool:
        return True

    @override
    def fileno(self) -> int:
        return self._descriptor

    @override
    def isatty(self) -> bool:
        return os.isatty(self._descriptor)

    @override
    def write(self, data: Buffer) -> int:
        """Queue bytes; they are written even if nobody waits for them."""
        copy = bytes(data)
        self._last_write = Future()
        self._last_write.set_running_or_notify_cancel()
        self._writes.put((copy, self._last_write))
        return len(copy)

    async def wait_until_written(self) -> None:
        """Wait until the system has the bytes queued last; raise ScreenClosed or ScreenFailed if it refuses them."""
        try:
            await asyncio.wrap_future(self._last_write)
        except OSError as error:
            raise (ScreenFailed(str(error)) if error.errno in _RETRIABLE else ScreenClosed()) from error

    @override
    def close(self) -> None:
        """End the thread once it has written what is queued; the descriptor stays open."""
        self._writes.put(None)
        super().close()


def _write_queued(descriptor: int, writes: "SimpleQueue[_Write | None]") -> None:
    with suppress(OSError):
        # The parent process may have left it non-blocking.
        os.set_blocking(descriptor, True)
    while write := writes.get():
        data, written = write
        try:
            left = memoryview(data)
            while left:
                left = left[os.write(descriptor, left) :]
        except OSError as error:
            written.set_exception(error)
        else:
            written.set_result(None)


async def read_lines(descriptor: int) -> AsyncGenerator[str, None]:
    """Yield the lines of a descriptor until its end, the last one even if it is not ended; it stays open."""
    with suppress(OSError, ValueError):
        os.set_blocking(descriptor, True)
        # Not closed: closing would wait for the thread, and so for a silent writer at the other end.
        file = io.BufferedReader(io.FileIO(descriptor, closefd=False))
        while line := await _read_on_thread(file):
            yield line.removesuffix(b"\n").removesuffix(b"\r").decode(errors="replace")


async def _read_on_thread(file: BinaryIO) -> bytes:
    read: Future[bytes] = Future()
    read.set_running_or_notify_cancel()
    threading.Thread(target=_read_line, args=(file, read), name="console input", daemon=True).start()
    return await asyncio.wrap_future(read)


def _read_line(file: BinaryIO, read: "Future[bytes]") -> None:
    try:
        line = rest = file.readline(LONGEST_LINE)
        while rest and not rest.endswith(b"\n"):
            rest = file.readline(LONGEST_LINE)
    except (OSError, ValueError) as error:
        read.set_exception(error)
    else:
        read.set_result(line)


class PipeScreen:
    """`Screen` over two file descriptors, without prompts and without colour."""

    is_terminal = False
    width = PIPE_WIDTH

    def __init__(self, stdin: int, stdout: int, encoding: str = "utf-8") -> None:
        self.read_lines = partial(read_lines, stdin)
        self._writer = BackgroundWriter(stdout)
        self._encoding = encoding

    async def write_lines(self, lines: Sequence[ConsoleLine]) -> None:
        self._writer.write(plain_text(lines).encode(self._encoding, errors="replace"))
        await self._writer.wait_until_written()

    def ring_bell(self) -> None:
        """Do nothing: a pipe has no bell."""
