"""Lines from descriptors of every kind, and text to those that are slow, closed or full."""

import asyncio
import os
import threading
import tty
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.chat.console.render.renderer import PIPE_WIDTH
from adapters.chat.console.render.screen import ConsoleSpan, ScreenClosed, ScreenFailed
from adapters.chat.console.terminal.streams import LONGEST_LINE, NO_STREAM, BackgroundWriter, PipeScreen, read_lines

LONG = b"0123456789abcdef" * 20_000


@pytest.fixture
def ends() -> Iterator[tuple[int, int]]:
    reading, writing = os.pipe()
    yield reading, writing
    for descriptor in (reading, writing):
        try:
            os.close(descriptor)
        except OSError:
            continue


async def lines_of(descriptor: int) -> list[str]:
    async with asyncio.timeout(5):
        return [line async for line in read_lines(descriptor)]


async def test_a_line_of_ten_thousand_characters_arrives_whole(ends: tuple[int, int]) -> None:
    reading, writing = ends
    os.write(writing, b"z" * 10_000 + b"\nnext\n")
    os.close(writing)
    assert await lines_of(reading) == ["z" * 10_000, "next"]


async def test_of_an_endless_line_the_beginning_is_kept(ends: tuple[int, int]) -> None:
    reading, writing = ends

    async def flood() -> None:
        for _ in range(40):
            await asyncio.to_thread(os.write, writing, b"y" * 10_000)
        os.write(writing, b"\nshort\n")
        os.close(writing)

    flooding = asyncio.create_task(flood())
    assert await lines_of(reading) == ["y" * LONGEST_LINE, "short"]
    await flooding


async def test_bytes_that_are_no_text_become_marks_and_spoil_nothing_else(ends: tuple[int, int]) -> None:
    reading, writing = ends
    os.write(writing, b"\xff\xfe /bots\n\xc3\n/bot \xc3\xa9\n\x00\x1b[31m\n")
    os.close(writing)
    assert await lines_of(reading) == ["\ufffd\ufffd /bots", "\ufffd", "/bot é", "\x00\x1b[31m"]


async def test_the_last_line_need_not_be_ended(ends: tuple[int, int]) -> None:
    reading, writing = ends
    os.write(writing, b"/a\r\n\n/b")
    os.close(writing)
    assert await lines_of(reading) == ["/a", "", "/b"]


async def test_a_character_may_arrive_in_two_pieces(ends: tuple[int, int]) -> None:
    reading, writing = ends
    found: list[str] = []

    async def read() -> None:
        found.extend([line async for line in read_lines(reading)])

    task = asyncio.create_task(read())
    os.write(writing, "比".encode()[:1])
    await asyncio.sleep(0)
    os.write(writing, "比".encode()[1:] + b"\n")
    os.close(writing)
    await asyncio.wait_for(task, 5)
    assert found == ["比"]


async def test_files_and_devices_are_read_too(tmp_path: Path) -> None:
    script = tmp_path / "script"
    script.write_bytes(b"/bots\n/version")
    for path, expected in ((script, ["/bots", "/version"]), (Path(os.devnull), [])):
        descriptor = os.open(path, os.O_RDONLY)
        try:
            assert await lines_of(descriptor) == expected
        finally:
            os.close(descriptor)


async def test_an_input_that_is_not_there_has_no_lines() -> None:
    assert await lines_of(NO_STREAM) == []


async def test_reading_leaves_the_descriptor_blocking_and_open(ends: tuple[int, int]) -> None:
    reading, writing = ends
    os.write(writing, b"/a\n")
    lines = read_lines(reading)
    assert await anext(lines) == "/a"
    await lines.aclose()
    assert os.get_blocking(reading)
    os.write(writing, b"rest")
    assert os.read(reading, 4) == b"rest"


async def test_a_pipe_has_no_bell_no_prompt_and_a_fixed_width(ends: tuple[int, int]) -> None:
    reading, writing = ends
    screen = PipeScreen(reading, writing)
    screen.ring_bell()
    assert (screen.is_terminal, screen.width) == (False, PIPE_WIDTH)
    os.close(writing)
    assert os.read(reading, 10) == b""


def drained(descriptor: int, size: int) -> bytes:
    found = b""
    while len(found) < size:
        found += os.read(descriptor, size - len(found))
    return found


async def written(descriptor: int, data: bytes) -> None:
    writer = BackgroundWriter(descriptor)
    writer.write(data)
    await writer.wait_until_written()


async def test_a_slow_reader_holds_up_whoever_waits_but_not_the_loop(ends: tuple[int, int]) -> None:
    reading, writing = ends
    writer = BackgroundWriter(writing)
    assert writer.write(LONG) == len(LONG)
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.05):
            await writer.wait_until_written()
    assert await asyncio.to_thread(drained, reading, len(LONG)) == LONG, "though nobody waits any more"
    await asyncio.wait_for(writer.wait_until_written(), 5)


async def test_messages_of_several_writers_are_never_mixed(ends: tuple[int, int]) -> None:
    reading, writing = ends
    screen = PipeScreen(reading, writing)
    texts = [letter * 50_000 for letter in "abcd"]
    tasks = [asyncio.create_task(screen.write_lines([(ConsoleSpan(text),)])) for text in texts]
    found = await asyncio.to_thread(drained, reading, sum(len(text) + 1 for text in texts))
    await asyncio.gather(*tasks)
    assert found.decode().splitlines() == texts


async def test_a_reader_that_is_gone_closes_the_screen_for_good(ends: tuple[int, int]) -> None:
    reading, writing = ends
    os.close(reading)
    for _ in range(2):
        with pytest.raises(ScreenClosed):
            await written(writing, b"hello\n")


async def test_an_output_that_is_not_there_is_closed() -> None:
    with pytest.raises(ScreenClosed):
        await written(NO_STREAM, b"hello\n")


async def test_a_terminal_whose_window_was_closed_is_closed() -> None:
    person, desk = os.openpty()
    tty.setraw(desk)
    os.close(person)
    with pytest.raises(ScreenClosed):
        await written(desk, LONG)
    os.close(desk)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device that is always full is a thing of Linux")
async def test_a_full_disk_fails_one_message_and_not_the_next_try() -> None:
    full = os.open("/dev/full", os.O_WRONLY)
    try:
        for _ in range(2):
            with pytest.raises(ScreenFailed):
                await written(full, b"hello\n")
    finally:
        os.close(full)


async def test_an_output_left_non_blocking_takes_a_long_message_whole(ends: tuple[int, int]) -> None:
    reading, writing = ends
    os.set_blocking(writing, False)
    writing_it = asyncio.create_task(written(writing, LONG))
    with pytest.raises(TimeoutError):
        await asyncio.wait_for(asyncio.shield(writing_it), 0.05)
    assert await asyncio.to_thread(drained, reading, len(LONG)) == LONG
    await asyncio.wait_for(writing_it, 5)


async def test_the_thread_ends_with_its_writer(ends: tuple[int, int]) -> None:
    before = set(threading.enumerate())
    writer = BackgroundWriter(ends[1])
    (thread,) = set(threading.enumerate()) - before
    writer.close()
    await asyncio.to_thread(thread.join, 5)
    assert not thread.is_alive()


async def test_what_an_encoding_does_not_know_is_replaced_instead_of_failing(ends: tuple[int, int]) -> None:
    reading, writing = ends
    await PipeScreen(reading, writing, "ascii").write_lines([(ConsoleSpan("alpha · ▲ 比"),)])
    assert os.read(reading, 100) == b"alpha ? ? ?\n"
