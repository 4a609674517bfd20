"""Saying that a topic is gone stood outside the guard of deliveries: when that broke, nobody was told anything more."""

from collections.abc import AsyncIterator
from dataclasses import replace

import pytest

from bot.domain.destination import DestinationKind
from bot.domain.errors import TopicGone, Unavailable
from bot.domain.facts import DestinationSaved, Saved
from bot.engine.people.topic_parent import TopicParent, topic_parent_fact
from tests.builders import facts as a
from tests.builders.relay_harness import TELEGRAM, RelayHarness, a_relay_harness


@pytest.fixture
async def post() -> AsyncIterator[RelayHarness]:
    async with a_relay_harness() as opened:
        yield opened


@pytest.mark.parametrize("trouble", [RuntimeError("it broke"), Unavailable("disk full")])
async def test_the_group_is_told_what_its_topic_was_owed(post: RelayHarness, trouble: Exception) -> None:
    topic = replace(a.a_destination("telegram:-1:7"), address="-1:7", kind=DestinationKind.GROUP)
    followed = Saved(a.a_subscription(topic.key, bot="alpha"))
    await post.storage.commit(
        (DestinationSaved(topic), followed, topic_parent_fact(topic.key, TopicParent(parent_address="-1")))
    )
    post.notifier.gone[topic.key] = TopicGone("deleted")
    post.notifier.announcing = trouble
    await post.raise_events(1, bot="alpha")
    await post.settled()
    assert post.flat("telegram:-1") == ["e1"]
    await post.raise_events(1)
    await post.settled()
    assert "e2" in post.flat(TELEGRAM)
