"""Text to descriptors that are slow, closed or full."""

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.chat.console.render.screen import ScreenClosed, ScreenFailed
from adapters.chat.console.terminal.stream_writer import StreamWriter

LONG = "x" * 300_000


@pytest.fixture
def ends() -> Iterator[tuple[int, int]]:
    reading, writing = os.pipe()
    yield reading, writing
    for descriptor in (reading, writing):
        try:
            os.close(descriptor)
        except OSError:
            continue


async def turns() -> None:
    """Let the loop turn until a pipe of 64 kB is full."""
    for _ in range(100):
        await asyncio.sleep(0)


def drained(descriptor: int, size: int) -> bytes:
    found = b""
    while len(found) < size:
        found += os.read(descriptor, size - len(found))
    return found


async def test_a_slow_reader_holds_up_the_writer_but_not_the_loop(ends: tuple[int, int]) -> None:
    reading, writing = ends
    writer = StreamWriter(writing)
    task = asyncio.create_task(writer.write_text(LONG))
    await turns()
    assert not task.done(), "a pipe takes 64 kB, the rest waits"
    assert await asyncio.to_thread(drained, reading, len(LONG)) == LONG.encode()
    await asyncio.wait_for(task, 5)


async def test_messages_of_several_writers_are_never_mixed(ends: tuple[int, int]) -> None:
    reading, writing = ends
    writer = StreamWriter(writing)
    texts = [letter * 50_000 + "\n" for letter in "abcd"]
    tasks = [asyncio.create_task(writer.write_text(text)) for text in texts]
    found = await asyncio.to_thread(drained, reading, sum(map(len, texts)))
    await asyncio.gather(*tasks)
    assert found.decode() == "".join(texts)


async def test_a_reader_that_is_gone_closes_the_screen_for_good(ends: tuple[int, int]) -> None:
    reading, writing = ends
    os.close(reading)
    writer = StreamWriter(writing)
    for _ in range(2):
        with pytest.raises(ScreenClosed):
            await writer.write_text("hello\n")


async def test_an_output_that_is_not_there_is_closed() -> None:
    with pytest.raises(ScreenClosed):
        await StreamWriter(-1).write_text("hello\n")


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device that is always full is a thing of Linux")
async def test_a_full_disk_fails_one_message_and_not_the_next_try() -> None:
    full = os.open("/dev/full", os.O_WRONLY)
    try:
        writer = StreamWriter(full)
        for _ in range(2):
            with pytest.raises(ScreenFailed):
                await writer.write_text("hello\n")
    finally:
        os.close(full)


async def test_after_a_torn_message_the_next_one_begins_on_a_new_line(ends: tuple[int, int]) -> None:
    reading, writing = ends
    writer = StreamWriter(writing)
    task = asyncio.create_task(writer.write_text(LONG))
    await turns()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    torn = len(await asyncio.to_thread(os.read, reading, 1_000_000))
    await writer.write_text("whole\n")
    assert torn < len(LONG)
    assert os.read(reading, 100) == b"\nwhole\n"


async def test_files_take_everything_at_once(tmp_path: Path) -> None:
    path = tmp_path / "out"
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT)
    try:
        await StreamWriter(descriptor).write_text(LONG)
    finally:
        os.close(descriptor)
    assert path.read_text(encoding="utf-8") == LONG


async def test_what_an_encoding_does_not_know_is_replaced_instead_of_failing(ends: tuple[int, int]) -> None:
    reading, writing = ends
    await StreamWriter(writing, "ascii").write_text("alpha · ▲ 比\n")
    assert os.read(reading, 100) == b"alpha ? ? ?\n"
