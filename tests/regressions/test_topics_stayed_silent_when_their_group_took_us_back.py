"""We were removed from a group and let in again: its topics stayed closed, and `topic=new` said that they are told."""

from dataclasses import replace

import pytest

from bot.domain.destination import Destination
from bot.domain.facts import DestinationSaved
from bot.engine.people.chats import Chat
from tests.builders.facts import a_bot
from tests.builders.people_harness import MIA, PeopleHarness, a_people_harness
from tests.fakes.topic_maker import FakeTopicMaker

ALPHA = a_bot("alpha", name="alpha")
GROUP = Chat(platform="telegram", address="-1", title="Desk", parent_address="-1")
OTHER = replace(GROUP, address="-2", parent_address="-2")


@pytest.fixture
async def aboard() -> PeopleHarness:
    found = await a_people_harness()
    await found.keep(ALPHA)
    found.topics.register_gateway(FakeTopicMaker())
    return found


async def close(aboard: PeopleHarness, *chats: Destination) -> None:
    await aboard.store(*(DestinationSaved(replace(chat, blocked="kicked")) for chat in chats))


async def closed(aboard: PeopleHarness) -> set[str]:
    return {one.address for one in await aboard.storage.destinations() if one.blocked}


async def test_topics_are_told_again_with_their_group(aboard: PeopleHarness) -> None:
    group = await aboard.chats.subscribe_chat(GROUP, ALPHA, MIA)
    topic = await aboard.topics.open_topic(GROUP, ALPHA, MIA)
    there = await aboard.topics.open_topic(OTHER, ALPHA, MIA)
    by_people = await aboard.chats.subscribe_chat(replace(GROUP, address="-1:77"), ALPHA, MIA)
    await close(aboard, group, topic, there, by_people)
    await aboard.chats.mark_unblocked("telegram", "-1")
    assert await closed(aboard) == {there.address}


async def test_a_topic_that_is_asked_for_again_is_told_again(aboard: PeopleHarness) -> None:
    topic = await aboard.topics.open_topic(GROUP, ALPHA, MIA)
    await close(aboard, topic)
    again = await aboard.topics.open_topic(GROUP, ALPHA, MIA)
    assert (again.key, again.blocked) == (topic.key, "")
    assert await closed(aboard) == set()
