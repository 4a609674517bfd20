"""What becomes of news when the topic they go to is gone."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.domain.destination import DestinationKind
from bot.domain.errors import TopicGone
from bot.domain.facts import DestinationSaved, Saved
from bot.engine.people.topic_parent import TopicParent, topic_parent_fact
from tests.builders import facts as a
from tests.builders.relay_harness import RelayHarness, a_relay_harness


@pytest.fixture
async def post() -> AsyncIterator[RelayHarness]:
    async with a_relay_harness() as opened:
        yield opened


async def test_what_a_topic_that_is_gone_was_told_comes_to_its_group(post: RelayHarness) -> None:
    topic = replace(a.a_destination("telegram:-1:7"), address="-1:7", kind=DestinationKind.GROUP, shows_amounts=True)
    group = replace(a.a_destination("telegram:-1"), address="-1", kind=DestinationKind.GROUP)
    followed = Saved(a.a_subscription(topic.key, bot="alpha"))
    note = topic_parent_fact(topic.key, TopicParent(parent_address="-1", bot_id="alpha"))
    await post.storage.commit((DestinationSaved(topic), DestinationSaved(group), followed, note))
    post.relay.schedule_delivery()
    await post.settled()
    post.notifier.gone[topic.key] = TopicGone("deleted")
    await post.raise_events(2, bot="alpha")
    await post.settled()
    assert post.flat(topic.key) == []
    assert post.flat(group.key) == ["e1", "e2"]
    assert [key for key, _ in post.notifier.announced] == [group.key], "said once"
    chats = {one.key: one for one in await post.storage.destinations()}
    assert topic.key not in chats
    assert not chats[group.key].shows_amounts, "the group decides what it sees"
    await post.raise_events(1, bot="alpha")
    await post.settled()
    assert post.flat(group.key) == ["e1", "e2", "e3"]
    assert len(post.notifier.announced) == 1


async def test_a_topic_without_a_known_group_is_passed_over(post: RelayHarness) -> None:
    topic = replace(a.a_destination("telegram:-1:7"), address="-1:7", kind=DestinationKind.GROUP)
    await post.storage.commit((DestinationSaved(topic), Saved(a.a_subscription(topic.key, bot="alpha"))))
    post.notifier.gone[topic.key] = TopicGone("deleted")
    await post.raise_events(1, bot="alpha")
    await post.settled()
    chats = {one.key: one for one in await post.storage.destinations()}
    assert chats[topic.key].blocked == "deleted"
