"""A desk whose standard error nobody read (a stopped terminal, a stuck pipe) never ended: it waited for its log."""

import logging
import os
import threading
import time
from collections.abc import Iterator

import pytest

from bot.log import MAX_QUEUED_RECORDS, Redactor, configure_logging

PIPE_HOLDS = 1 << 16
logger = logging.getLogger("tests.unread")


@pytest.fixture
def pipe() -> Iterator[tuple[int, int]]:
    before = set(threading.enumerate())
    reader, writer = os.pipe()
    yield reader, writer
    os.close(reader)
    # Nobody reads any more: what still writes ends.
    for thread in set(threading.enumerate()) - before:
        thread.join()
    os.close(writer)


def test_the_log_ends_soon_though_nobody_reads_it(pipe: tuple[int, int]) -> None:
    with configure_logging(logging.INFO, Redactor(), descriptor=pipe[1]):
        for number in range(2000):
            logger.info("a line that fills a pipe with a few hundred like it", extra={"number": number})
        begun = time.monotonic()
    assert time.monotonic() - begun < 2
    assert len(os.read(pipe[0], PIPE_HOLDS)) > PIPE_HOLDS // 2


def test_what_is_read_late_says_how_much_is_missing(pipe: tuple[int, int]) -> None:
    with configure_logging(logging.INFO, Redactor(), descriptor=pipe[1]):
        for _ in range(MAX_QUEUED_RECORDS + 2000):
            logger.info("a line that fills a pipe with a few hundred like it")
        heard = b""
        while b"dropped" not in heard:
            heard += os.read(pipe[0], PIPE_HOLDS)
            logger.info("another line")
    assert b"log lines were dropped, as nobody reads them count=" in heard


def test_a_log_that_is_read_is_whole(pipe: tuple[int, int]) -> None:
    with configure_logging(logging.INFO, Redactor(), descriptor=pipe[1]):
        for number in range(100):
            logger.info("line", extra={"number": number})
    lines = os.read(pipe[0], PIPE_HOLDS).decode().splitlines()
    assert [line.rpartition("=")[2] for line in lines] == [str(number) for number in range(100)]
