"""Standard input and output without threads: the loop waits until they are ready."""

import asyncio
import os
from collections.abc import AsyncIterator, Callable

CHUNK = 65_536
LONGEST_LINE = 1_048_576
# A pipe that is ready takes this much without blocking, as POSIX promises.
PIPE_CHUNK = 4096


class LineReader:
    """Lines of a pipe, terminal or file, one at a time."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    async def lines(self) -> AsyncIterator[str]:
        """Yield every line until the end; the part of a line beyond a mebibyte is dropped."""
        pending = b""
        while True:
            data = await self._read()
            if not data:
                break
            *whole, pending = (pending + data).split(b"\n")
            for line in whole:
                yield line.decode(errors="replace")
            pending = pending[:LONGEST_LINE]
        if pending:
            yield pending.decode(errors="replace")

    async def _read(self) -> bytes:
        await _ready(self._descriptor, is_reading=True)
        try:
            return os.read(self._descriptor, CHUNK)
        except OSError:
            return b""


class TextWriter:
    """Writes whole texts to a pipe or file; after the other end closed it writes nothing and says so."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._turn = asyncio.Lock()
        self.is_closed = False

    async def write(self, text: str) -> bool:
        """Write a text when its turn comes; return whether it arrived."""
        async with self._turn:
            left = text.encode(errors="replace")
            while left and not self.is_closed:
                await _ready(self._descriptor, is_reading=False)
                try:
                    left = left[os.write(self._descriptor, left[:PIPE_CHUNK]) :]
                except BlockingIOError:
                    await asyncio.sleep(0)
                except OSError:
                    self.is_closed = True
        return not self.is_closed


async def _ready(descriptor: int, *, is_reading: bool) -> None:
    """Wait until a descriptor can be read or written; files always can, and the loop refuses to watch them."""
    loop = asyncio.get_running_loop()
    ready: asyncio.Future[None] = loop.create_future()
    watch = loop.add_reader if is_reading else loop.add_writer
    unwatch: Callable[[int], bool] = loop.remove_reader if is_reading else loop.remove_writer
    try:
        watch(descriptor, _wake, ready)
    except (PermissionError, ValueError, OSError):
        await asyncio.sleep(0)
        return
    try:
        await ready
    finally:
        unwatch(descriptor)


def _wake(ready: asyncio.Future[None]) -> None:
    if not ready.done():
        ready.set_result(None)
