"""We were removed from a group and let in again: its topics stayed closed, and `topic=new` said that they are told."""

from dataclasses import replace

import pytest

from bot.domain.destination import Destination
from bot.domain.facts import DestinationSaved
from bot.engine.people.chats import Chat
from tests.builders.facts import a_bot
from tests.builders.people_harness import MIA, Aboard, a_crew
from tests.fakes.topic_maker import FakeTopicMaker

ALPHA = a_bot("alpha", name="alpha")
GROUP = Chat(platform="telegram", address="-1", title="Desk", home="-1")
OTHER = replace(GROUP, address="-2", home="-2")


@pytest.fixture
async def aboard() -> Aboard:
    found = await a_crew()
    await found.keep(ALPHA)
    found.topics.add(FakeTopicMaker())
    return found


async def close(aboard: Aboard, *chats: Destination) -> None:
    await aboard.store(*(DestinationSaved(replace(chat, blocked="kicked")) for chat in chats))


async def closed(aboard: Aboard) -> set[str]:
    return {one.address for one in await aboard.storage.destinations() if one.blocked}


async def test_topics_are_told_again_with_their_group(aboard: Aboard) -> None:
    group = await aboard.chats.follow(GROUP, ALPHA, MIA)
    topic = await aboard.topics.open(GROUP, ALPHA, MIA)
    there = await aboard.topics.open(OTHER, ALPHA, MIA)
    by_people = await aboard.chats.follow(replace(GROUP, address="-1:77"), ALPHA, MIA)
    await close(aboard, group, topic, there, by_people)
    await aboard.chats.opened("telegram", "-1")
    assert await closed(aboard) == {there.address}


async def test_a_topic_that_is_asked_for_again_is_told_again(aboard: Aboard) -> None:
    topic = await aboard.topics.open(GROUP, ALPHA, MIA)
    await close(aboard, topic)
    again = await aboard.topics.open(GROUP, ALPHA, MIA)
    assert (again.key, again.blocked) == (topic.key, "")
    assert await closed(aboard) == set()
