"""After five minutes out of reach a person's news go to their other platform; those of a group were thrown away."""

import asyncio
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.destination import DestinationKind
from bot.domain.facts import DestinationSaved, EventRaised, Saved
from bot.domain.people import Role
from bot.engine.notifications.interfaces import RelayContext
from bot.engine.notifications.level import LastChats
from bot.engine.notifications.relay import Relay
from tests.builders import facts as a
from tests.builders.relay_harness import RelayHarness
from tests.fakes.clock import FakeClock
from tests.fakes.memory_storage.storage import MemoryStorage
from tests.fakes.notifier import FakeNotifier

GROUP = "telegram:-1"
STEP = timedelta(minutes=3)


@pytest.mark.parametrize("is_refused", [False, True])
async def test_a_group_is_told_once_its_platform_answers(*, is_refused: bool) -> None:
    clock, notifier = FakeClock(a.WALL), FakeNotifier()
    storage = MemoryStorage(clock)
    group = replace(a.a_destination(GROUP), kind=DestinationKind.GROUP)
    await storage.commit(
        (
            Saved(a.an_operator("mia", Role.OWNER)),
            DestinationSaved(group),
            Saved(a.a_subscription(GROUP, bot="b")),
        )
    )
    relay = Relay(RelayContext(reader=storage, writer=storage, clock=clock, notifier=notifier, last_chats=LastChats()))
    post = RelayHarness(storage, clock, notifier, relay)
    running = asyncio.create_task(relay.run())
    notifier.is_down.add("telegram")
    notifier.platforms = frozenset({"console"}) if is_refused else notifier.platforms
    await storage.commit(tuple(EventRaised(a.an_event(name, bot="b")) for name in ("e1", "e2")))
    relay.schedule_delivery()
    await post.settled()
    for _ in range(10):
        await post.passed(STEP)
    notifier.is_down.clear()
    for _ in range(3):
        await post.passed(STEP)
    assert post.flat(GROUP) == ["e1", "e2"]
    running.cancel()
