"""Topics of their own for bots, in a group of Telegram that has topics."""

import pytest

from bot.ports.storage import Page
from tests.e2e.telegram_desk import Server, TelegramDesk, aboard, made
from tests.fakes.bot_api.faults import refused, too_fast
from tests.fakes.bot_api.groups import open_group, open_topic, promote
from tests.fakes.bot_api.people import TelegramUser
from tests.fakes.bot_api.rooms import Room

OWN = "has a topic of its own, which is told of it now"


@pytest.fixture
async def room(desk: TelegramDesk, server: Server, mia: TelegramUser) -> Room:
    """Give a group with topics in which the desk may make more, and a bot."""
    await made(mia)
    found = open_group(server.telegram.world, mia)
    found.is_forum = True
    promote(server.telegram.world, found, mia)
    return found


async def followers(desk: TelegramDesk) -> list[str]:
    return [one.destination for one in await desk.desk.reader.subscriptions()]


async def test_a_topic_is_made_by_a_button_and_told_instead_of_the_group(
    desk: TelegramDesk, server: Server, mia: TelegramUser, jonas: TelegramUser, room: Room
) -> None:
    await aboard(mia, jonas, "owner")
    answer = await mia.says("/subscribe alpha", room)
    assert "Make a topic" in answer.labels
    await mia.presses(answer, "Make a topic")
    said = await room.shows(OWN)
    assert "per cent instead of amounts there" in said.text
    ((topic, name),) = room.names.items()
    assert name == "alpha · PRACTICE"
    assert await followers(desk) == [f"telegram:{room.chat_id}:{topic}"]
    await jonas.says("/run alpha")
    told = await room.shows("alpha · PRACTICE · running")
    assert told.topic == topic
    card = await mia.says("/bot alpha", room, topic=topic)
    assert card.topic == topic, "answers stay in it"
    await mia.presses(card, "Why")
    await server.telegram.world.updates.confirmed()
    assert room.last.topic == topic
    await desk.settled()
    assert sum("alpha · PRACTICE · running by" in text for text in room.texts) == 1


async def test_a_topic_is_made_by_a_line_once_also_from_within_another(
    desk: TelegramDesk, server: Server, mia: TelegramUser, room: Room
) -> None:
    other = open_topic(server.telegram.world, room)
    assert OWN in (await mia.says("/subscribe alpha topic=new amounts=show", room, topic=other)).text
    answer = await mia.says("/subscribe alpha topic=new", room)
    assert f"{OWN}; amounts are shown there" in answer.text
    assert len(room.names) == 1
    assert "Make a topic" not in (await mia.says("/subscribe alpha", room)).labels


async def test_a_group_without_topics_or_without_the_right_says_what_to_do(
    desk: TelegramDesk, server: Server, mia: TelegramUser
) -> None:
    await made(mia)
    plain = open_group(server.telegram.world, mia)
    assert "Make a topic" not in (await mia.says("/subscribe alpha", plain)).labels
    refusal = await mia.says("/subscribe alpha topic=new", plain)
    assert refusal.headline.startswith("Refused: there are no topics here.")
    forum = open_group(server.telegram.world, mia)
    forum.is_forum = True
    refusal = await mia.says("/subscribe alpha topic=new", forum)
    assert refusal.headline.startswith("Refused: I may not make topics here: make me an administrator")
    assert await followers(desk) == [f"telegram:{plain.chat_id}"]
    server.telegram.fail("createForumTopic", refused("the chat is not a forum"))
    assert "this group has no topics" in (await mia.says("/subscribe alpha topic=new", forum)).text
    server.telegram.fail("createForumTopic", too_fast(20))
    assert (await mia.says("/subscribe alpha topic=new", forum)).headline.startswith("Failed:")
    wrong = await mia.says("/subscribe alpha topic=old", forum)
    assert wrong.headline.startswith("Invalid:")
    assert (await mia.says("/subscribe alpha topic=new")).headline.startswith("Refused:"), "in private"


async def test_a_viewer_may_not_ask_for_a_topic_and_it_is_audited(
    desk: TelegramDesk, server: Server, mia: TelegramUser, jonas: TelegramUser, room: Room
) -> None:
    await aboard(mia, jonas, "viewer")
    assert (await jonas.says("/subscribe alpha topic=new", room)).headline.startswith("Refused:")
    assert not room.names
    await mia.says("/subscribe alpha topic=new", room)
    rows = [row for row in await desk.desk.reader.audit_entries(Page(limit=10)) if row.command == "subscribe"]
    assert [(row.arguments, row.result.startswith("Refused:")) for row in rows] == [
        ("alpha topic=new", False),
        ("alpha topic=new", True),
    ]


@pytest.mark.parametrize("is_closed", [False, True])
async def test_the_news_of_a_topic_that_is_gone_come_to_the_group(
    desk: TelegramDesk, server: Server, mia: TelegramUser, jonas: TelegramUser, room: Room, *, is_closed: bool
) -> None:
    await aboard(mia, jonas, "owner")
    await mia.says("/subscribe alpha topic=new", room)
    if is_closed:
        room.closed.update(room.topics)
    else:
        room.topics.clear()
    # As nobody's doing: its own answer must not take what was meant for the topic.
    bot, owners = await desk.bot("alpha"), await desk.desk.reader.operators()
    await desk.desk.lifecycle.start_bot(bot.bot_id, owners[1], "by hand")
    told = await room.shows("alpha · PRACTICE · running by")
    assert told.topic == 0
    await desk.settled()
    assert [text for text in room.texts if "is gone or closed" in text] == [
        "⚠️ A topic here is gone or closed: what it was told comes to this chat now."
    ]
    assert sum("running by" in text for text in room.texts) == 1
    assert await followers(desk) == [f"telegram:{room.chat_id}"]
    assert OWN in (await mia.says("/subscribe alpha topic=new", room)).text
    assert len(room.names) == 2


async def test_a_topic_gets_the_new_name_of_its_bot(
    desk: TelegramDesk, server: Server, mia: TelegramUser, room: Room
) -> None:
    await mia.says("/subscribe alpha topic=new", room)
    await mia.says("/rename alpha gamma")
    assert list(room.names.values()) == ["gamma · PRACTICE"]
    room.topics.clear()
    assert "renamed from gamma" in (await mia.says("/rename gamma delta")).text
