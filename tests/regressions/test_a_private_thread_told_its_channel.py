"""What a private thread followed, amounts too, came to the whole channel: by a topic of its own, or once it went."""

from collections.abc import AsyncIterator
from pathlib import Path

import discord
import pytest
import simcord

from bot.engine.people.topic_parent import parent_destination
from tests.builders.discord_harness import DiscordHarness, a_discord_harness, content, labels


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[DiscordHarness]:
    async with a_discord_harness(tmp_path) as opened:
        yield opened


async def private_thread(desk: DiscordHarness) -> simcord.ChannelHandle:
    """Open a thread that only those see who were let in."""
    backend = desk.env.backend
    made = backend.create_thread(desk.channel.id, "us two", desk.mia.id, type=discord.ChannelType.private_thread.value)
    backend.add_thread_member(made.id, backend.bot_user.id)
    return next(one for one in desk.channel.threads if one.id == made.id)


async def test_a_private_thread_has_no_group_that_is_told_in_its_place(desk: DiscordHarness) -> None:
    await desk.chat.engine.create("ema-cross", "BTC/USDT", "1h", name="alpha")
    thread = await private_thread(desk)
    answer = await desk.mia_there.slash(thread, "subscribe", name="alpha", amounts="show")
    assert answer.response is not None
    assert "Make a topic" not in labels(answer.response)
    reader = desk.chat.engine.database.reader
    (place,) = [one for one in await reader.destinations() if one.key == f"discord:{thread.id}"]
    assert await parent_destination(reader, place) is None


async def test_a_private_thread_makes_no_topic_in_its_channel(desk: DiscordHarness) -> None:
    await desk.chat.engine.create("ema-cross", "BTC/USDT", "1h", name="alpha")
    thread = await private_thread(desk)
    refused = await desk.mia_there.slash(thread, "subscribe", name="alpha", topic="new")
    assert content(refused).startswith("Refused: there are no topics here.")
    assert [one.id for one in desk.channel.threads] == [thread.id]
