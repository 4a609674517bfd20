"""A terminal that is stopped takes nothing, and stops nobody."""

import asyncio
import os
import threading
import tty
from collections.abc import Iterator

import pytest

from adapters.chat.console.terminal.terminal_writer import TerminalWriter, text_stream

MUCH = b"0123456789abcdef" * 5000


class Pty:
    """Both ends of a terminal."""

    def __init__(self) -> None:
        self.person, self.desk = os.openpty()
        tty.setraw(self.desk)

    def read(self, count: int) -> bytes:
        data = b""
        while len(data) < count:
            data += os.read(self.person, count - len(data))
        return data


@pytest.fixture
def pty() -> Iterator[Pty]:
    ends = Pty()
    yield ends
    os.close(ends.person)
    for thread in threading.enumerate():
        if thread.name == "terminal":
            thread.join()
    os.close(ends.desk)


async def test_whoever_writes_does_not_wait_for_the_reader(pty: Pty) -> None:
    writer = TerminalWriter(pty.desk)
    assert writer.write(MUCH) == len(MUCH)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await writer.wait_until_written()
    reading = asyncio.create_task(asyncio.to_thread(pty.read, len(MUCH)))
    await writer.wait_until_written()
    assert await reading == MUCH


async def test_what_is_written_arrives_in_order(pty: Pty) -> None:
    writer = TerminalWriter(pty.desk)
    text = text_stream(writer, "utf-8")
    for number in range(100):
        text.write(f"{number} ")
        text.flush()
    await writer.wait_until_written()
    expected = "".join(f"{number} " for number in range(100)).encode()
    assert await asyncio.to_thread(pty.read, len(expected)) == expected
    await writer.wait_until_written()
    assert not any(thread.name == "terminal" for thread in threading.enumerate())


async def test_a_terminal_that_is_gone_is_told(pty: Pty) -> None:
    writer = TerminalWriter(pty.desk)
    writer.write(MUCH)
    # The person closes the window; its descriptor number may then be used again, so another one takes its place.
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, pty.person)
    os.close(null)
    with pytest.raises(OSError, match=r"."):
        await writer.wait_until_written()
    with pytest.raises(OSError, match=r"."):
        writer.write(b"more")
