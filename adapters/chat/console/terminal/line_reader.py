"""Lines from a file descriptor, whatever it is, without blocking the loop and without a thread of its own."""

import asyncio
import os
from collections.abc import AsyncGenerator, Iterator

CHUNK = 65_536
LONGEST_LINE = 16_384
"""Bytes kept of a line; the rest is dropped, and the pipeline refuses what is left as too long."""


class LineSplitter:
    """Cuts a stream of bytes into lines, keeping only the beginning of over-long ones."""

    def __init__(self, longest: int = LONGEST_LINE) -> None:
        self._longest = longest
        self._partial_line = bytearray()

    def feed_bytes(self, data: bytes) -> Iterator[str]:
        """Take bytes and return the lines they complete."""
        *complete, rest = data.split(b"\n")
        for piece in complete:
            self._append_bytes(piece)
            yield self.finish_line()
        self._append_bytes(rest)

    def finish_line(self) -> str:
        """Return what was begun as a line and start the next one."""
        line = bytes(self._partial_line).removesuffix(b"\r").decode(errors="replace")
        self._partial_line.clear()
        return line

    def _append_bytes(self, piece: bytes) -> None:
        self._partial_line += piece[: self._longest - len(self._partial_line)]


async def read_lines(descriptor: int) -> AsyncGenerator[str, None]:
    """Return the lines of a descriptor until its end; the last one need not be ended. The descriptor stays open."""
    cutter = LineSplitter()
    while chunk := await _read_chunk(descriptor):
        for line in cutter.feed_bytes(chunk):
            yield line
    if last := cutter.finish_line():
        yield last


async def _read_chunk(descriptor: int) -> bytes:
    """Read what there is; nothing at the end, also when the other side has hung up or nothing is open."""
    try:
        return await _read_when_ready(descriptor)
    except (OSError, ValueError):
        return b""


async def _read_when_ready(descriptor: int) -> bytes:
    while True:
        try:
            await _wait_until_readable(descriptor)
            return os.read(descriptor, CHUNK)
        except BlockingIOError:
            continue
        except PermissionError:
            # A regular file or a device that cannot be waited for: reading it never waits for anybody.
            return await asyncio.to_thread(os.read, descriptor, CHUNK)


async def _wait_until_readable(descriptor: int) -> None:
    # Not connect_read_pipe: that makes the description non-blocking, which a terminal or socket shares with stdout.
    loop = asyncio.get_running_loop()
    ready = loop.create_future()
    loop.add_reader(descriptor, _set_ready, ready)
    try:
        await ready
    finally:
        loop.remove_reader(descriptor)


def _set_ready(ready: "asyncio.Future[None]") -> None:
    if not ready.done():
        ready.set_result(None)
