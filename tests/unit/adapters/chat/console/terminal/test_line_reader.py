"""Lines from descriptors of every kind."""

import asyncio
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.chat.console.render.renderer import PIPE_WIDTH
from adapters.chat.console.terminal.line_reader import LONGEST_LINE, LineSplitter, read_lines
from adapters.chat.console.terminal.pipe import NO_STREAM, PipeScreen


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


@given(st.lists(st.binary(max_size=40).filter(lambda data: b"\n" not in data and not data.endswith(b"\r")), max_size=8))
def test_however_it_is_cut_up_the_same_lines_come_out(pieces: list[bytes]) -> None:
    stream = b"".join(piece + b"\n" for piece in pieces)
    at_once = list(LineSplitter().feed_bytes(stream))
    cutter = LineSplitter()
    one_by_one = [line for byte in stream for line in cutter.feed_bytes(bytes([byte]))]
    assert at_once == one_by_one == [piece.decode(errors="replace") for piece in pieces]
    assert cutter.finish_line() == ""
