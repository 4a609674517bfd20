"""Lines from a file descriptor, whatever it is, without blocking the loop and without a thread of its own."""

import asyncio
import os
from collections.abc import AsyncGenerator, Iterator

CHUNK = 65_536
LONGEST_LINE = 16_384
"""Bytes kept of a line; the rest is dropped, and the pipeline refuses what is left as too long."""


class LineCutter:
    """Cuts a stream of bytes into lines, keeping only the beginning of over-long ones."""

    def __init__(self, longest: int = LONGEST_LINE) -> None:
        self._longest = longest
        self._begun = bytearray()

    def feed(self, data: bytes) -> Iterator[str]:
        """Take bytes and return the lines they complete."""
        *complete, rest = data.split(b"\n")
        for piece in complete:
            self._add(piece)
            yield self.finish()
        self._add(rest)

    def finish(self) -> str:
        """Return what was begun as a line and start the next one."""
        line = bytes(self._begun).removesuffix(b"\r").decode(errors="replace")
        self._begun.clear()
        return line

    def _add(self, piece: bytes) -> None:
        self._begun += piece[: self._longest - len(self._begun)]


async def read_lines(descriptor: int) -> AsyncGenerator[str, None]:
    """Return the lines of a descriptor until its end; the last one need not be ended. The descriptor stays open."""
    cutter = LineCutter()
    while chunk := await _read(descriptor):
        for line in cutter.feed(chunk):
            yield line
    if last := cutter.finish():
        yield last


async def _read(descriptor: int) -> bytes:
    """Read what there is; nothing at the end, also when the other side has hung up or nothing is open."""
    try:
        return await _read_when_ready(descriptor)
    except (OSError, ValueError):
        return b""


async def _read_when_ready(descriptor: int) -> bytes:
    while True:
        try:
            await _readable(descriptor)
            return os.read(descriptor, CHUNK)
        except BlockingIOError:
            continue
        except PermissionError:
            # A regular file or a device that cannot be waited for: reading it never waits for anybody.
            return await asyncio.to_thread(os.read, descriptor, CHUNK)


async def _readable(descriptor: int) -> None:
    # Not connect_read_pipe: that makes the description non-blocking, which a terminal or socket shares with stdout.
    loop = asyncio.get_running_loop()
    ready = loop.create_future()
    loop.add_reader(descriptor, _finish, ready)
    try:
        await ready
    finally:
        loop.remove_reader(descriptor)


def _finish(ready: "asyncio.Future[None]") -> None:
    if not ready.done():
        ready.set_result(None)
