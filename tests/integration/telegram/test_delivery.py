import asyncio
from datetime import timedelta

import pytest

from bot.commands.reply.blocks import (
    Button,
    Document,
    Headline,
    Image,
    Reply,
    Text,
    build_reply,
    button_row,
    sentence_reply,
)
from bot.domain.errors import DeliveryError, DestinationGone, MessageGone
from bot.domain.events import NotificationLevel
from tests.builders.telegram_harness import MIA_ID, PLATFORM, TelegramHarness
from tests.fakes.bot_api.faults import Fault, bad_gateway, dropped, lost_answer, refused, too_fast
from tests.fakes.bot_api.groups import open_topic, upgrade

CHAT = str(MIA_ID)
PNG = b"\x89PNG\r\n\x1a\n" + b"\x00\x00\x00\rIHDR" + (1080).to_bytes(4) + (720).to_bytes(4)
SECOND = timedelta(seconds=1)


def picture(text: str, name: str = "a.png") -> Reply:
    return build_reply(
        Headline(text), Image(PNG, "last 1", name), button_row(Button("Day", "/day")), subject_key="chart:x"
    )


@pytest.fixture
def mia_open(counter: TelegramHarness) -> TelegramHarness:
    counter.mia.writes("hello")
    return counter


async def send(counter: TelegramHarness, message: Reply, address: str = CHAT, answers: str = "") -> str:
    return await counter.gateway.send_message(address, message, level=NotificationLevel.LOUD, reply_to=answers)


async def test_news_ring_as_loud_as_they_are(mia_open: TelegramHarness) -> None:
    for level in (NotificationLevel.SILENT, NotificationLevel.LOUD, NotificationLevel.CRITICAL):
        await mia_open.gateway.send_message(CHAT, sentence_reply(level.value), level=level)
    assert [message.is_silent for message in mia_open.mia.chat.messages] == [True, False, False]


async def test_news_answer_the_message_they_belong_to_also_if_it_is_gone(mia_open: TelegramHarness) -> None:
    first = await send(mia_open, sentence_reply("order"))
    await send(mia_open, sentence_reply("fill"), answers=first)
    await send(mia_open, sentence_reply("fill"), answers="987654")
    assert [message.answers for message in mia_open.mia.chat.messages] == [0, int(first), 0]


async def test_news_of_a_topic_go_there(counter: TelegramHarness) -> None:
    topic = open_topic(counter.telegram.world, counter.group)
    await send(counter, sentence_reply("hello"), f"{counter.group.chat_id}:{topic}")
    assert counter.group.last.topic == topic
    with pytest.raises(DestinationGone):
        await send(counter, sentence_reply("hello"), f"{counter.group.chat_id}:{topic + 1}")


async def test_pictures_and_files_arrive(mia_open: TelegramHarness) -> None:
    await send(mia_open, picture("chart"))
    await send(mia_open, build_reply(Headline("trades"), Document(b"a,b", "trades.csv", "2 rows")))
    chart, trades = mia_open.mia.chat.messages
    assert (chart.picture, chart.text, chart.labels) == (PNG, "chart\nlast 1", ["Day"])
    assert (trades.document.name, trades.document.content) == ("trades.csv", b"a,b")


async def test_a_picture_is_changed_in_place(mia_open: TelegramHarness) -> None:
    message_id = await send(mia_open, picture("chart"))
    await mia_open.gateway.edit_message(CHAT, message_id, picture("another"))
    assert mia_open.mia.chat.last.headline == "another"
    await mia_open.gateway.edit_message(CHAT, message_id, sentence_reply("only words"))
    assert mia_open.mia.chat.last.text == "only words"
    assert mia_open.mia.chat.last.picture == PNG


async def test_a_change_that_changes_nothing_is_done(mia_open: TelegramHarness) -> None:
    message_id = await send(mia_open, sentence_reply("same"))
    await mia_open.gateway.edit_message(CHAT, message_id, sentence_reply("same"))
    assert len(mia_open.telegram.called("editMessageText")) == 1, "Telegram was asked, and refused it as no change"
    assert mia_open.mia.chat.last.versions == []


async def test_a_message_that_is_gone_cannot_be_changed(mia_open: TelegramHarness) -> None:
    message_id = await send(mia_open, sentence_reply("hello"))
    mia_open.mia.deletes(mia_open.mia.chat.last)
    with pytest.raises(MessageGone):
        await mia_open.gateway.edit_message(CHAT, message_id, sentence_reply("changed"))


async def test_changes_that_come_too_fast_are_refused_at_once(mia_open: TelegramHarness) -> None:
    message_id = await send(mia_open, sentence_reply("0"))
    await mia_open.gateway.edit_message(CHAT, message_id, sentence_reply("1"))
    await mia_open.gateway.edit_message(CHAT, message_id, sentence_reply("2"))
    with pytest.raises(DeliveryError) as caught:
        await mia_open.gateway.edit_message(CHAT, message_id, sentence_reply("3"))
    assert caught.value.retry_after
    assert not caught.value.is_permanent


async def test_a_chat_that_is_closed_to_us_is_gone(mia_open: TelegramHarness) -> None:
    mia_open.mia.blocks()
    for address in (CHAT, "987654"):
        with pytest.raises(DestinationGone):
            await send(mia_open, sentence_reply("hello"), address)


async def test_an_address_of_elsewhere_is_refused(counter: TelegramHarness) -> None:
    for address in ("mia", "", "1:2:3", "\u0661"):
        with pytest.raises(DeliveryError):
            await send(counter, sentence_reply("hello"), address)


@pytest.mark.parametrize("fault", [lost_answer(), bad_gateway(is_done=True), dropped()])
async def test_what_may_have_arrived_is_doubtful(mia_open: TelegramHarness, fault: Fault) -> None:
    mia_open.telegram.fail("sendMessage", fault)
    with pytest.raises(DeliveryError) as caught:
        await send(mia_open, sentence_reply("hello"))
    assert caught.value.is_doubtful
    assert not caught.value.is_permanent


async def test_a_chat_waits_as_long_as_telegram_asks_and_no_other_does(mia_open: TelegramHarness) -> None:
    mia_open.telegram.fail("sendMessage", too_fast(7))
    with pytest.raises(DeliveryError) as caught:
        await send(mia_open, sentence_reply("hello"))
    assert caught.value.retry_after == 7 * SECOND
    await send(mia_open, sentence_reply("hello"), str(mia_open.group.chat_id))
    again = asyncio.create_task(send(mia_open, sentence_reply("again")))
    await mia_open.pauses()
    assert not mia_open.mia.chat.messages
    mia_open.chat.clock.advance(7 * SECOND)
    await again


async def test_a_picture_that_telegram_does_not_take_for_one_goes_as_a_file(mia_open: TelegramHarness) -> None:
    mia_open.telegram.fail("sendPhoto", refused("PHOTO_INVALID_DIMENSIONS"))
    await send(mia_open, picture("chart"))
    assert mia_open.mia.chat.last.document.content == PNG


async def test_markup_that_telegram_cannot_read_is_sent_as_text(mia_open: TelegramHarness) -> None:
    mia_open.telegram.fail("sendMessage", refused("can't parse entities: unsupported start tag"))
    await send(mia_open, sentence_reply("a < b"))
    assert mia_open.mia.chat.texts == ["a < b"]


async def test_of_a_long_message_only_what_is_missing_is_sent_again(mia_open: TelegramHarness) -> None:
    long = build_reply(
        Headline("logs"), Text("\n".join("x" * 100 for _ in range(100))), button_row(Button("More", "/more"))
    )
    mia_open.telegram.fail("sendMessage", None, too_fast(1))
    with pytest.raises(DeliveryError):
        await send(mia_open, long)
    message_id = await mia_open.in_time(send(mia_open, long))
    first, *others = mia_open.mia.chat.messages
    assert len(others) == 2
    assert [message.answers for message in others] == [first.message_id] * 2
    assert [message.is_silent for message in others] == [True, True]
    assert message_id == str(others[-1].message_id)
    assert sum(message.text.count("x" * 100) for message in (first, *others)) == 100


async def test_a_group_that_has_moved_is_followed(counter: TelegramHarness) -> None:
    chats, group = counter.chat.command_bus.chats, counter.group
    await counter.follow(group)
    new = upgrade(counter.telegram.world, group, counter.mia)
    await send(counter, sentence_reply("hello"), str(group.chat_id))
    assert new.texts == ["hello"]
    assert await chats.find_destination(f"{PLATFORM}:{group.chat_id}") is None
    assert await chats.find_destination(f"{PLATFORM}:{new.chat_id}") is not None


async def test_three_hundred_news_arrive_in_order_each_once_at_the_pace_telegram_allows(
    mia_open: TelegramHarness,
) -> None:
    async def tell() -> None:
        for number in range(300):
            await send(mia_open, sentence_reply(f"{number}"))

    await mia_open.in_time(tell())
    assert mia_open.mia.chat.texts == [str(number) for number in range(300)]
    assert not mia_open.telegram.world.pace.refused
