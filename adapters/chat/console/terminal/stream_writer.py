"""Text to a file descriptor, message by message, without blocking the loop on a slow reader."""

import asyncio
import errno
import os

from adapters.chat.console.render.screen import ScreenClosed, ScreenFailed

CHUNK = 4096
"""A pipe that is ready to be written takes this much without making the writer wait."""
_GONE = frozenset({errno.EPIPE, errno.EBADF, errno.EIO, errno.ECONNRESET, errno.ENXIO, errno.ESHUTDOWN})


class StreamWriter:
    """Writes messages one after the other; each is whole, or the next one starts on a new line.

    Whoever writes waits for its turn and for the system to take all of it, so nothing piles up here.
    """

    def __init__(self, descriptor: int, encoding: str = "utf-8") -> None:
        self._descriptor = descriptor
        self._encoding = encoding
        self._lock = asyncio.Lock()
        self._is_incomplete = False
        self._is_closed = descriptor < 0

    async def write_text(self, text: str) -> None:
        """Write a text; raise ScreenClosed when nobody reads, ScreenFailed when the system refuses."""
        data = text.encode(self._encoding, errors="replace")
        async with self._lock:
            if self._is_closed:
                raise ScreenClosed
            if self._is_incomplete:
                data = b"\n" + data
            self._is_incomplete = True
            try:
                await self._write_all(data)
            except OSError as error:
                if error.errno not in _GONE:
                    raise ScreenFailed(str(error)) from error
                self._is_closed = True
                raise ScreenClosed from error
            self._is_incomplete = False

    async def _write_all(self, data: bytes) -> None:
        left = memoryview(data)
        while left:
            try:
                await self._wait_until_writable()
                written = os.write(self._descriptor, left[:CHUNK])
            except BlockingIOError:
                continue
            except PermissionError:
                # A regular file or a device that cannot be waited for: it takes everything at once.
                written = os.write(self._descriptor, left)
            left = left[written:]

    async def _wait_until_writable(self) -> None:
        loop = asyncio.get_running_loop()
        ready = loop.create_future()
        loop.add_writer(self._descriptor, _set_ready, ready)
        try:
            await ready
        finally:
            loop.remove_writer(self._descriptor)


def _set_ready(ready: "asyncio.Future[None]") -> None:
    if not ready.done():
        ready.set_result(None)
