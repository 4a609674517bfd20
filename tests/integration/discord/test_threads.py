"""Threads of their own for bots, in channels of a server."""

from pathlib import Path

import pytest

from bot.commands.reply.blocks import sentence_reply
from bot.domain.errors import TopicGone, TopicRefused
from bot.domain.events import NotificationLevel
from tests.builders.discord_connection import a_discord_connection
from tests.builders.discord_harness import DiscordHarness, content, labels
from tests.fakes.discord_server import FakeDiscord, Fault

OWN = "has a topic of its own, which is told of it now"


async def made(desk: DiscordHarness) -> None:
    await desk.chat.engine.create("ema-cross", "BTC/USDT", "1h", name="alpha")


async def followers(desk: DiscordHarness) -> list[str]:
    return [one.destination for one in await desk.chat.engine.database.reader.subscriptions()]


async def test_a_thread_is_made_once_and_told_instead_of_the_channel(desk: DiscordHarness) -> None:
    await made(desk)
    answer = await desk.mia_there.slash(desk.channel, "subscribe", name="alpha")
    assert answer.response is not None
    assert "Make a topic" in labels(answer.response)
    (said,) = (await desk.mia_there.click(answer.response, label="Make a topic")).followups
    assert OWN in said.content
    (thread,) = desk.channel.threads
    assert thread.name == "alpha · PRACTICE"
    assert await followers(desk) == [f"discord:{thread.id}"]
    again = await desk.mia_there.slash(desk.channel, "subscribe", name="alpha", topic="new")
    assert OWN in content(again)
    inside = await desk.mia_there.slash(thread, "subscribe", name="alpha", topic="new")
    assert OWN in content(inside)
    assert len(desk.channel.threads) == 1
    await desk.gateway.send_message(str(thread.id), sentence_reply("news"), level=NotificationLevel.SILENT)
    assert thread.last_message is not None
    assert thread.last_message.content == "news"


async def test_a_thread_gets_the_new_name_of_its_bot(desk: DiscordHarness) -> None:
    await made(desk)
    await desk.mia_there.slash(desk.channel, "subscribe", name="alpha", topic="new")
    await desk.mia.slash("rename", name="alpha", new="gamma")
    assert [thread.name for thread in desk.channel.threads] == ["gamma · PRACTICE"]


async def test_where_there_are_no_threads_none_is_made(desk: DiscordHarness) -> None:
    await made(desk)
    assert content(await desk.mia.slash("subscribe", name="alpha", topic="new")).startswith("Refused:")
    with pytest.raises(TopicRefused):
        await desk.gateway.create_topic(str(desk.mia.dm_channel.id), "alpha")


async def test_refusals_of_discord_are_told_apart(tmp_path: Path, discord_server: FakeDiscord) -> None:
    async with a_discord_connection(tmp_path, discord_server) as line:
        await line.until_up()
        for fault in (Fault(404, 10003), Fault(400, 50083)):
            discord_server.fail("POST /channels/55/messages", fault)
            with pytest.raises(TopicGone):
                await line.gateway.send_message("55", sentence_reply("news"), level=NotificationLevel.SILENT)
        discord_server.fail("GET /channels/5", Fault(403, 50001))
        with pytest.raises(TopicRefused, match="Create Public Threads"):
            await line.gateway.create_topic("5", "alpha")
