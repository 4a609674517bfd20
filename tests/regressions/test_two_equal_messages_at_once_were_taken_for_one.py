"""Two people of a group who were answered alike at once shared one note of what was sent: the sending broke."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.commands.reply.blocks import Reply, Text, build_reply, sentence_reply
from bot.domain.errors import DeliveryError
from bot.domain.events import NotificationLevel
from tests.builders.telegram_harness import TelegramHarness, a_telegram_harness
from tests.fakes.bot_api.faults import too_fast

NOTE = sentence_reply("Sent to you privately.")
LONG = build_reply(Text("\n".join(f"line {number} " + "x" * 80 for number in range(90))))


@pytest.fixture
async def counter(tmp_path: Path) -> AsyncIterator[TelegramHarness]:
    async with a_telegram_harness(tmp_path) as counter:
        yield counter


async def test_equal_messages_at_once_all_arrive(counter: TelegramHarness) -> None:
    ids = await asyncio.gather(*(_send(counter) for _ in range(3)))
    assert [message.headline for message in counter.group.messages] == ["Sent to you privately."] * 3
    assert len(set(ids)) == 3


async def test_a_message_in_between_does_not_make_the_beginning_of_another_come_twice(counter: TelegramHarness) -> None:
    counter.telegram.fail("sendMessage", None, too_fast(1))
    with pytest.raises(DeliveryError):
        await _send(counter, LONG)
    await counter.in_time(_send(counter))
    await counter.in_time(_send(counter, LONG))
    assert [message.text.partition(" x")[0] for message in counter.group.messages].count("line 0") == 1


async def _send(counter: TelegramHarness, message: Reply = NOTE) -> str:
    return await counter.gateway.send_message(str(counter.group.chat_id), message, level=NotificationLevel.SILENT)
