"""Topics of their own for bots: once in each group, on request, where that can be."""

import asyncio
from dataclasses import replace

import pytest

from bot.domain.errors import DeliveryError, Refused, TopicRefused
from bot.engine.people.chats import Chat
from bot.engine.people.topic_parent import dwelling_of, home_of, homeward
from tests.builders.facts import a_bot
from tests.builders.people_harness import MIA, Aboard, a_crew
from tests.fakes.topic_maker import FakeTopicMaker

ALPHA, BETA = a_bot("alpha", name="alpha"), a_bot("beta", name="beta")
GROUP = Chat(platform="telegram", address="-1", title="Desk", home="-1")
TOPIC = replace(GROUP, address="-1:5")


@pytest.fixture
async def aboard() -> Aboard:
    found = await a_crew()
    await found.keep(ALPHA, BETA)
    return found


@pytest.fixture
def maker(aboard: Aboard) -> FakeTopicMaker:
    made = FakeTopicMaker()
    aboard.topics.add(made)
    return made


async def followed(aboard: Aboard) -> set[tuple[str, str]]:
    return {(one.destination, one.bot_id) for one in await aboard.storage.subscriptions()}


async def test_a_bot_gets_a_topic_that_is_told_of_it_instead_of_the_group(
    aboard: Aboard, maker: FakeTopicMaker
) -> None:
    await aboard.chats.follow(GROUP, ALPHA, MIA)
    await aboard.chats.follow(GROUP, BETA, MIA)
    topic = await aboard.topics.open(GROUP, ALPHA, MIA)
    assert (topic.key, topic.title, topic.is_private) == ("telegram:-1:1", "Desk", False)
    assert maker.names == {"-1:1": f"alpha · {ALPHA.mode}"}
    assert await followed(aboard) == {("telegram:-1:1", "alpha"), ("telegram:-1", "beta")}


async def test_a_topic_is_not_made_twice_also_by_two_at_once(aboard: Aboard, maker: FakeTopicMaker) -> None:
    both = await asyncio.gather(*(aboard.topics.open(chat, ALPHA, MIA) for chat in (GROUP, TOPIC)))
    aboard.restart()
    aboard.topics.add(maker)
    again = await aboard.topics.open(GROUP, ALPHA, MIA)
    assert {one.key for one in (*both, again)} == {"telegram:-1:1"}
    assert len(maker.names) == 1


async def test_each_bot_and_each_group_has_its_own(aboard: Aboard, maker: FakeTopicMaker) -> None:
    other = replace(GROUP, address="-2", home="-2")
    found = [await aboard.topics.open(chat, bot, MIA) for chat, bot in ((GROUP, ALPHA), (GROUP, BETA), (other, ALPHA))]
    assert len({one.key for one in found}) == 3


async def test_a_topic_shows_amounts_as_its_group_does(aboard: Aboard, maker: FakeTopicMaker) -> None:
    jonas = await aboard.welcome("jonas")
    await aboard.chats.follow(GROUP, ALPHA, jonas)
    assert not (await aboard.topics.open(GROUP, ALPHA, MIA)).shows_amounts
    await aboard.chats.show_amounts(GROUP.key, is_shown=True)
    topic = await aboard.topics.open(GROUP, BETA, MIA)
    assert topic.shows_amounts
    assert topic.operator_id == jonas.operator_id, "who brought the desk there"


async def test_where_there_are_no_topics_none_is_made(aboard: Aboard, maker: FakeTopicMaker) -> None:
    for chat in (replace(GROUP, home=""), replace(GROUP, platform="console")):
        assert not aboard.topics.can_be_made(chat)
        with pytest.raises(Refused, match="there are no topics here"):
            await aboard.topics.open(chat, ALPHA, MIA)
    assert not maker.names


async def test_a_refused_topic_changes_nothing(aboard: Aboard, maker: FakeTopicMaker) -> None:
    await aboard.chats.follow(GROUP, ALPHA, MIA)
    maker.failures.extend([TopicRefused("I may not"), DeliveryError("down")])
    with pytest.raises(Refused, match=r"I may not\. Then /subscribe alpha topic=new"):
        await aboard.topics.open(GROUP, ALPHA, MIA)
    with pytest.raises(DeliveryError, match="down"):
        await aboard.topics.open(GROUP, ALPHA, MIA)
    assert await followed(aboard) == {("telegram:-1", "alpha")}
    assert (await aboard.topics.open(GROUP, ALPHA, MIA)).address == "-1:1"


async def test_a_topic_that_follows_its_bot_no_more_is_not_its_own(aboard: Aboard, maker: FakeTopicMaker) -> None:
    topic = await aboard.topics.open(GROUP, ALPHA, MIA)
    await aboard.chats.unfollow(replace(TOPIC, address=topic.address), ALPHA)
    assert await aboard.topics.of(GROUP, ALPHA) is None
    assert (await aboard.topics.open(GROUP, ALPHA, MIA)).key != topic.key


async def test_topics_made_for_a_bot_get_its_new_name_and_others_do_not(aboard: Aboard, maker: FakeTopicMaker) -> None:
    made = await aboard.topics.open(GROUP, ALPHA, MIA)
    await aboard.chats.follow(TOPIC, ALPHA, MIA)
    maker.names["-1:5"] = "of people"
    await aboard.topics.renamed(replace(ALPHA, name="gamma"))
    assert maker.names == {made.address: f"gamma · {ALPHA.mode}", "-1:5": "of people"}
    maker.failures.append(DeliveryError("down"))
    await aboard.topics.renamed(ALPHA)


async def test_another_bot_in_the_topic_changes_nothing_about_whose_it_is(
    aboard: Aboard, maker: FakeTopicMaker
) -> None:
    made = await aboard.topics.open(GROUP, ALPHA, MIA)
    await aboard.chats.follow(replace(TOPIC, address=made.address), BETA, MIA)
    found = await aboard.topics.of(GROUP, ALPHA)
    assert found is not None
    assert found.key == made.key
    assert await aboard.topics.of(GROUP, BETA) is None


async def test_a_topic_of_people_knows_its_group_too(aboard: Aboard) -> None:
    topic = await aboard.chats.follow(TOPIC, ALPHA, MIA)
    home = await home_of(aboard.storage, topic)
    assert home is not None
    assert (home.key, home.address, home.shows_amounts) == ("telegram:-1", "-1", False)
    group = await aboard.chats.follow(GROUP, BETA, MIA)
    assert await home_of(aboard.storage, group) is None
    await aboard.store(*homeward(topic, home))
    assert await followed(aboard) == {("telegram:-1", "alpha"), ("telegram:-1", "beta")}
    assert await dwelling_of(aboard.storage, topic.key) is None
