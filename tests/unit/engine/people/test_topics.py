"""Topics of their own for bots: once in each group, on request, where that can be."""

import asyncio
from dataclasses import replace

import pytest

from bot.domain.errors import DeliveryError, Refused, TopicRefused
from bot.engine.people.chats import Chat
from bot.engine.people.topic_parent import move_to_parent_facts, parent_destination, read_topic_parent
from tests.builders.facts import a_bot
from tests.builders.people_harness import MIA, PeopleHarness, a_people_harness
from tests.builders.refusals import raises_refusal
from tests.fakes.topic_maker import FakeTopicMaker

ALPHA, BETA = a_bot("alpha", name="alpha"), a_bot("beta", name="beta")
GROUP = Chat(platform="telegram", address="-1", title="Desk", parent_address="-1")
TOPIC = replace(GROUP, address="-1:5")


@pytest.fixture
async def aboard() -> PeopleHarness:
    found = await a_people_harness()
    await found.keep(ALPHA, BETA)
    return found


@pytest.fixture
def maker(aboard: PeopleHarness) -> FakeTopicMaker:
    made = FakeTopicMaker()
    aboard.topics.register_gateway(made)
    return made


async def followed(aboard: PeopleHarness) -> set[tuple[str, str]]:
    return {(one.destination, one.bot_id) for one in await aboard.storage.subscriptions()}


async def test_a_bot_gets_a_topic_that_is_told_of_it_instead_of_the_group(
    aboard: PeopleHarness, maker: FakeTopicMaker
) -> None:
    await aboard.chats.subscribe_chat(GROUP, ALPHA, MIA)
    await aboard.chats.subscribe_chat(GROUP, BETA, MIA)
    topic = await aboard.topics.open_topic(GROUP, ALPHA, MIA)
    assert (topic.key, topic.title, topic.is_private) == ("telegram:-1:1", "Desk", False)
    assert maker.names == {"-1:1": f"alpha · {ALPHA.mode}"}
    assert await followed(aboard) == {("telegram:-1:1", "alpha"), ("telegram:-1", "beta")}


async def test_a_topic_is_not_made_twice_also_by_two_at_once(aboard: PeopleHarness, maker: FakeTopicMaker) -> None:
    both = await asyncio.gather(*(aboard.topics.open_topic(chat, ALPHA, MIA) for chat in (GROUP, TOPIC)))
    aboard.restart()
    aboard.topics.register_gateway(maker)
    again = await aboard.topics.open_topic(GROUP, ALPHA, MIA)
    assert {one.key for one in (*both, again)} == {"telegram:-1:1"}
    assert len(maker.names) == 1


async def test_each_bot_and_each_group_has_its_own(aboard: PeopleHarness, maker: FakeTopicMaker) -> None:
    other = replace(GROUP, address="-2", parent_address="-2")
    found = [
        await aboard.topics.open_topic(chat, bot, MIA) for chat, bot in ((GROUP, ALPHA), (GROUP, BETA), (other, ALPHA))
    ]
    assert len({one.key for one in found}) == 3


async def test_a_topic_shows_amounts_as_its_group_does(aboard: PeopleHarness, maker: FakeTopicMaker) -> None:
    jonas = await aboard.welcome("jonas")
    await aboard.chats.subscribe_chat(GROUP, ALPHA, jonas)
    assert not (await aboard.topics.open_topic(GROUP, ALPHA, MIA)).shows_amounts
    await aboard.chats.set_amounts_visible(GROUP.key, is_visible=True)
    topic = await aboard.topics.open_topic(GROUP, BETA, MIA)
    assert topic.shows_amounts
    assert topic.operator_id == jonas.operator_id, "who brought the desk there"


async def test_where_there_are_no_topics_none_is_made(aboard: PeopleHarness, maker: FakeTopicMaker) -> None:
    for chat in (replace(GROUP, parent_address=""), replace(GROUP, platform="console")):
        assert not aboard.topics.can_make_topic(chat)
        with raises_refusal(Refused, match="there are no topics here"):
            await aboard.topics.open_topic(chat, ALPHA, MIA)
    assert not maker.names


async def test_a_refused_topic_changes_nothing(aboard: PeopleHarness, maker: FakeTopicMaker) -> None:
    await aboard.chats.subscribe_chat(GROUP, ALPHA, MIA)
    maker.failures.extend([TopicRefused("I may not"), DeliveryError("down")])
    with raises_refusal(Refused, match=r"I may not\. Then /subscribe alpha topic=new"):
        await aboard.topics.open_topic(GROUP, ALPHA, MIA)
    with pytest.raises(DeliveryError, match="down"):
        await aboard.topics.open_topic(GROUP, ALPHA, MIA)
    assert await followed(aboard) == {("telegram:-1", "alpha")}
    assert (await aboard.topics.open_topic(GROUP, ALPHA, MIA)).address == "-1:1"


async def test_a_topic_that_follows_its_bot_no_more_is_not_its_own(
    aboard: PeopleHarness, maker: FakeTopicMaker
) -> None:
    topic = await aboard.topics.open_topic(GROUP, ALPHA, MIA)
    await aboard.chats.unsubscribe_chat(replace(TOPIC, address=topic.address), ALPHA)
    assert await aboard.topics.find_bot_topic(GROUP, ALPHA) is None
    assert (await aboard.topics.open_topic(GROUP, ALPHA, MIA)).key != topic.key


async def test_topics_made_for_a_bot_get_its_new_name_and_others_do_not(
    aboard: PeopleHarness, maker: FakeTopicMaker
) -> None:
    made = await aboard.topics.open_topic(GROUP, ALPHA, MIA)
    await aboard.chats.subscribe_chat(TOPIC, ALPHA, MIA)
    maker.names["-1:5"] = "of people"
    await aboard.topics.rename_topics(replace(ALPHA, name="gamma"))
    assert maker.names == {made.address: f"gamma · {ALPHA.mode}", "-1:5": "of people"}
    maker.failures.append(DeliveryError("down"))
    await aboard.topics.rename_topics(ALPHA)


async def test_another_bot_in_the_topic_changes_nothing_about_whose_it_is(
    aboard: PeopleHarness, maker: FakeTopicMaker
) -> None:
    made = await aboard.topics.open_topic(GROUP, ALPHA, MIA)
    await aboard.chats.subscribe_chat(replace(TOPIC, address=made.address), BETA, MIA)
    found = await aboard.topics.find_bot_topic(GROUP, ALPHA)
    assert found is not None
    assert found.key == made.key
    assert await aboard.topics.find_bot_topic(GROUP, BETA) is None


async def test_a_topic_of_people_knows_its_group_too(aboard: PeopleHarness) -> None:
    topic = await aboard.chats.subscribe_chat(TOPIC, ALPHA, MIA)
    home = await parent_destination(aboard.storage, topic)
    assert home is not None
    assert (home.key, home.address, home.shows_amounts) == ("telegram:-1", "-1", False)
    group = await aboard.chats.subscribe_chat(GROUP, BETA, MIA)
    assert await parent_destination(aboard.storage, group) is None
    await aboard.store(*move_to_parent_facts(topic, home))
    assert await followed(aboard) == {("telegram:-1", "alpha"), ("telegram:-1", "beta")}
    assert await read_topic_parent(aboard.storage, topic.key) is None
