"""Log lines carry the trace id of the command and the bot id of the message that they belong to."""

import io
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from bot.engine.runtime import supervisor
from bot.log import Redactor, configure_logging
from bot.ports.storage import Page
from tests.builders.chat_harness import ChatHarness

Line = dict[str, object]


@contextmanager
def logged_lines() -> Iterator[list[Line]]:
    """Give the lines that are logged inside the block once it has ended."""
    stream = io.StringIO()
    lines: list[Line] = []
    with configure_logging(logging.INFO, Redactor(), is_json=True, stream=stream):
        yield lines
    lines += map(json.loads, stream.getvalue().splitlines())


def broken(*_: object) -> None:
    raise ZeroDivisionError("inside")


async def test_a_line_of_a_command_carries_its_trace_id(bench: ChatHarness, monkeypatch: pytest.MonkeyPatch) -> None:
    await bench.made()
    monkeypatch.setattr(bench.charts, "render", broken)
    with logged_lines() as lines:
        await bench.mia.say("/chart alpha")
        logging.getLogger("tests").info("outside")
    (entry,) = await bench.engine.engine.reader.audit_entries(Page(limit=1))
    failed, outside = lines
    assert failed["trace_id"] == entry.trace_id
    assert "trace_id" not in outside


async def test_a_line_of_a_message_carries_its_bot_id(bench: ChatHarness, monkeypatch: pytest.MonkeyPatch) -> None:
    await bench.made()
    (bot,) = await bench.engine.engine.reader.bots()
    monkeypatch.setattr(supervisor, "handle_message", broken)
    with logged_lines() as lines:
        await bench.mia.say("/run alpha")
        logging.getLogger("tests").info("outside")
    of_bot = [line for line in lines if line["logger"] == "bot.engine.runtime.mailbox"]
    assert of_bot
    assert {line["bot_id"] for line in of_bot} == {bot.bot_id}
    assert "bot_id" not in lines[-1]
