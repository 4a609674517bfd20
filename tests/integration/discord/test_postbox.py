"""Messages over HTTP: what is sent, what is not sent twice, and what refusals mean."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta

import discord
import pytest
from discord.http import Route

from adapters.chat.discord.render.components import DiscordMessage
from adapters.chat.discord.transport.sender import DiscordSender
from bot.commands.reply.blocks import Headline, Image, Text, build_reply, sentence_reply
from bot.domain.errors import DeliveryError, DestinationGone, MessageGone
from bot.domain.events import NotificationLevel
from tests.builders.discord_messages import drawn
from tests.fakes.clock import HastyClock
from tests.fakes.discord_server import TOKEN, FakeDiscord, Fault

POST, CHANNEL = "POST /channels/5/messages", "5"


@pytest.fixture
async def client(discord_server: FakeDiscord) -> AsyncIterator[discord.Client]:
    async with discord.Client(intents=discord.Intents(guilds=True), max_ratelimit_timeout=30) as client:
        await client.login(TOKEN)
        yield client


@pytest.fixture
def clock() -> HastyClock:
    return HastyClock()


@pytest.fixture
def postbox(client: discord.Client, clock: HastyClock) -> DiscordSender:
    async def operator(address: str) -> str:
        return "42" if address == "77" else ""

    box = DiscordSender(clock, operator)
    box.client = client
    return box


async def hello() -> DiscordMessage:
    return await drawn(sentence_reply("hello"))


async def test_news_arrive_with_their_id(discord_server: FakeDiscord, postbox: DiscordSender) -> None:
    message_id = await postbox.send_rendered(
        CHANNEL, await drawn(build_reply(Headline("hello"), Text("more"))), level=NotificationLevel.LOUD
    )
    (message,) = discord_server.messages(CHANNEL)
    assert message["content"] == "hello"
    assert message["allowed_mentions"] == {"parse": []}
    assert "flags" not in message
    assert message_id == "1001"
    assert not discord_server.refused


async def test_silent_news_ring_nowhere(discord_server: FakeDiscord, postbox: DiscordSender) -> None:
    await postbox.send_rendered(CHANNEL, await hello(), level=NotificationLevel.SILENT)
    assert discord_server.messages(CHANNEL)[0]["flags"] == discord.MessageFlags(suppress_notifications=True).value


async def test_news_answer_the_message_they_belong_to_even_if_it_is_gone(
    discord_server: FakeDiscord, postbox: DiscordSender
) -> None:
    await postbox.send_rendered(CHANNEL, await hello(), level=NotificationLevel.SILENT, reply_to="123")
    reference = discord_server.messages(CHANNEL)[0]["message_reference"]
    assert reference == {"message_id": 123, "channel_id": 5, "fail_if_not_exists": False, "type": 0}


async def test_a_picture_arrives_with_its_words(discord_server: FakeDiscord, postbox: DiscordSender) -> None:
    picture = await drawn(build_reply(Headline("chart"), Image(b"png", "last 63,924.00", "alpha.png")))
    await postbox.send_rendered(CHANNEL, picture, level=NotificationLevel.SILENT)
    assert discord_server.received[-1].files == ("alpha.png",)
    attachments = discord_server.messages(CHANNEL)[0]["attachments"]
    assert attachments == [{"id": 0, "filename": "alpha.png", "description": "last 63,924.00"}]


async def test_where_files_may_not_be_sent_the_words_arrive(
    discord_server: FakeDiscord, postbox: DiscordSender
) -> None:
    discord_server.fail(POST, Fault(403, 50013))
    picture = await drawn(build_reply(Headline("chart"), Text("more"), Image(b"png", "last 63,924.00", "alpha.png")))
    await postbox.send_rendered(CHANNEL, picture, level=NotificationLevel.SILENT)
    (message,) = discord_server.messages(CHANNEL)
    assert message["content"] == "chart"
    assert discord_server.received[-1].files == ()
    assert "image" not in str(message["embeds"])
    assert not discord_server.refused
    discord_server.fail(POST, Fault(403, 50013), Fault(403, 50013))
    with pytest.raises(DestinationGone):
        await postbox.send_rendered(CHANNEL, picture, level=NotificationLevel.SILENT)


async def test_the_operator_is_called_for_what_is_loud_in_a_channel_and_nobody_else(
    discord_server: FakeDiscord, postbox: DiscordSender
) -> None:
    await postbox.send_rendered("77", await drawn(sentence_reply("<@1> @everyone")), level=NotificationLevel.LOUD)
    await postbox.send_rendered("77", await hello(), level=NotificationLevel.SILENT)
    loud, silent = discord_server.messages("77")
    assert str(loud["content"]).endswith(" <@42>")
    assert loud["allowed_mentions"] == {"parse": [], "users": [42]}
    assert (silent["content"], silent["allowed_mentions"]) == ("hello", {"parse": []})


@pytest.mark.parametrize(("status", "code"), [(403, 50007), (403, 50001), (403, 50013), (404, 10003)])
async def test_a_chat_that_takes_nothing_is_gone(
    discord_server: FakeDiscord, postbox: DiscordSender, status: int, code: int
) -> None:
    discord_server.fail(POST, Fault(status, code))
    with pytest.raises(DestinationGone):
        await postbox.send_rendered(CHANNEL, await hello(), level=NotificationLevel.SILENT)


async def test_a_long_wait_that_discord_asks_for_is_passed_on(
    discord_server: FakeDiscord, postbox: DiscordSender
) -> None:
    discord_server.fail(POST, Fault(429, retry_after=64.5))
    with pytest.raises(DeliveryError) as caught:
        await postbox.send_rendered(CHANNEL, await hello(), level=NotificationLevel.SILENT)
    assert caught.value.retry_after == timedelta(seconds=64.5)
    assert not caught.value.is_permanent


async def test_a_short_wait_is_waited_for(discord_server: FakeDiscord, postbox: DiscordSender) -> None:
    discord_server.fail(POST, Fault(429, retry_after=0.001), Fault(429, retry_after=0.001))
    await postbox.send_rendered(CHANNEL, await hello(), level=NotificationLevel.SILENT)
    assert discord_server.contents(CHANNEL) == ["hello"]


async def test_a_broken_discord_is_tried_again_later(discord_server: FakeDiscord, postbox: DiscordSender) -> None:
    discord_server.fail(POST, Fault(503))
    with pytest.raises(DeliveryError, match="503") as caught:
        await postbox.send_rendered(CHANNEL, await hello(), level=NotificationLevel.SILENT)
    assert not caught.value.is_permanent
    assert not isinstance(caught.value, DestinationGone)


async def test_a_message_whose_answer_was_lost_is_not_sent_twice(
    discord_server: FakeDiscord, postbox: DiscordSender
) -> None:
    discord_server.fail(POST, Fault(503, is_done=True))
    with pytest.raises(DeliveryError):
        await postbox.send_rendered(CHANNEL, await hello(), level=NotificationLevel.SILENT)
    assert await postbox.send_rendered(CHANNEL, await hello(), level=NotificationLevel.SILENT) == "1001"
    assert discord_server.contents(CHANNEL) == ["hello"]
    await postbox.send_rendered(CHANNEL, await hello(), level=NotificationLevel.SILENT)
    assert discord_server.contents(CHANNEL) == ["hello", "hello"], "the same words, said twice on purpose"


async def test_what_discord_may_have_forgotten_is_said_to_be_doubtful(
    discord_server: FakeDiscord, postbox: DiscordSender, clock: HastyClock
) -> None:
    discord_server.fail(POST, Fault(503, is_done=True), Fault(503), Fault(503))
    for _ in range(3):
        with pytest.raises(DeliveryError) as caught:
            await postbox.send_rendered(CHANNEL, await hello(), level=NotificationLevel.SILENT)
        assert not caught.value.is_doubtful, "sent again it is the same message"
        clock.advance(timedelta(seconds=25))
    with pytest.raises(DeliveryError, match="may have arrived") as caught:
        await postbox.send_rendered(CHANNEL, await hello(), level=NotificationLevel.SILENT)
    assert caught.value.is_doubtful
    await postbox.send_rendered(CHANNEL, await hello(), level=NotificationLevel.SILENT)
    assert discord_server.contents(CHANNEL) == ["hello", "hello"]


async def test_what_never_left_is_no_doubt(
    postbox: DiscordSender, clock: HastyClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Route, "BASE", "http://127.0.0.1:1/nobody-listens")
    for _ in range(2):
        with pytest.raises(DeliveryError, match="reached") as caught:
            await postbox.send_rendered(CHANNEL, await hello(), level=NotificationLevel.SILENT)
        clock.advance(timedelta(minutes=5))
        assert not caught.value.is_doubtful


async def test_another_message_after_a_lost_answer_is_another_message(
    discord_server: FakeDiscord, postbox: DiscordSender
) -> None:
    discord_server.fail(POST, Fault(503, is_done=True))
    with pytest.raises(DeliveryError):
        await postbox.send_rendered(CHANNEL, await hello(), level=NotificationLevel.SILENT)
    await postbox.send_rendered(CHANNEL, await drawn(sentence_reply("other")), level=NotificationLevel.SILENT)
    assert discord_server.contents(CHANNEL) == ["hello", "other"]


async def test_what_discord_refuses_for_good_is_not_tried_for_ever(
    discord_server: FakeDiscord, postbox: DiscordSender
) -> None:
    discord_server.fail(POST, Fault(400, 50035))
    with pytest.raises(DeliveryError, match="50035") as caught:
        await postbox.send_rendered(CHANNEL, await hello(), level=NotificationLevel.SILENT)
    assert caught.value.is_permanent


@pytest.mark.parametrize("address", ["", "local", "-1", "5:77", "\u0663"])
async def test_what_is_no_channel_is_refused(postbox: DiscordSender, address: str) -> None:
    with pytest.raises(DeliveryError) as caught:
        await postbox.send_rendered(address, await hello(), level=NotificationLevel.SILENT)
    assert caught.value.is_permanent


async def test_without_a_line_nothing_is_sent_and_it_is_tried_again(
    discord_server: FakeDiscord, postbox: DiscordSender, client: discord.Client
) -> None:
    discord_server.is_down = True
    with pytest.raises(DeliveryError, match="reached") as caught:
        await postbox.send_rendered(CHANNEL, await hello(), level=NotificationLevel.SILENT)
    assert not caught.value.is_permanent
    await client.close()
    with pytest.raises(DeliveryError, match="not connected"):
        await postbox.send_rendered(CHANNEL, await hello(), level=NotificationLevel.SILENT)
    postbox.client = None
    with pytest.raises(DeliveryError, match="not connected"):
        await postbox.send_rendered(CHANNEL, await hello(), level=NotificationLevel.SILENT)


async def test_a_message_is_changed_in_place(discord_server: FakeDiscord, postbox: DiscordSender) -> None:
    await postbox.edit_rendered(CHANNEL, "9", await drawn(build_reply(Headline("new"), Text("text"))))
    received = discord_server.received[-1]
    assert (received.method, received.path) == ("PATCH", "/channels/5/messages/9")
    assert (received.body["content"], received.body["attachments"]) == ("new", [])


@pytest.mark.parametrize(("status", "code"), [(404, 10008), (403, 50001), (404, 10003), (403, 50005)])
async def test_a_message_that_cannot_be_changed_says_nothing_about_the_chat(
    discord_server: FakeDiscord, postbox: DiscordSender, status: int, code: int
) -> None:
    discord_server.fail("PATCH", Fault(status, code))
    with pytest.raises(DeliveryError) as caught:
        await postbox.edit_rendered(CHANNEL, "9", await hello())
    assert isinstance(caught.value, MessageGone)


async def test_changes_go_at_once_or_say_when(
    discord_server: FakeDiscord, postbox: DiscordSender, clock: HastyClock
) -> None:
    for _ in range(5):
        await postbox.edit_rendered(CHANNEL, "9", await hello())
    with pytest.raises(DeliveryError) as caught:
        await postbox.edit_rendered(CHANNEL, "9", await hello())
    assert caught.value.retry_after == timedelta(seconds=5)
    await postbox.edit_rendered("6", "9", await hello())
    clock.advance(timedelta(seconds=5))
    await postbox.edit_rendered(CHANNEL, "9", await hello())
    assert len(discord_server.received) == 7


async def test_the_private_chat_of_somebody_is_found(discord_server: FakeDiscord, postbox: DiscordSender) -> None:
    assert await postbox.open_private_chat(42) == "742"
    discord_server.fail("POST /users/@me/channels", Fault(403, 50007))
    with pytest.raises(DestinationGone):
        await postbox.open_private_chat(43)


async def test_answers_go_before_news(discord_server: FakeDiscord, postbox: DiscordSender) -> None:
    news = [
        asyncio.create_task(postbox.send_rendered(CHANNEL, await hello(), level=NotificationLevel.SILENT))
        for _ in range(30)
    ]
    await asyncio.sleep(0)
    await postbox.send_answer(CHANNEL, await drawn(sentence_reply("answer")))
    assert discord_server.contents(CHANNEL).index("answer") < 12
    await asyncio.gather(*news)
    assert discord_server.contents(CHANNEL).count("hello") == 30


async def test_no_secret_is_in_what_is_said_of_a_failure(discord_server: FakeDiscord, postbox: DiscordSender) -> None:
    discord_server.token = "another"
    with pytest.raises(DeliveryError) as caught:
        await postbox.send_rendered(
            CHANNEL, await drawn(sentence_reply("words of somebody")), level=NotificationLevel.SILENT
        )
    assert TOKEN not in str(caught.value)
    assert "words of somebody" not in str(caught.value)
