"""The relay: in order, exactly once, as messages or lines of digests, elsewhere when a platform is out of reach."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.domain.destination import DestinationKind
from bot.domain.errors import DeliveryError, DestinationGone
from bot.domain.events import NotificationKind, NotificationLevel
from bot.domain.facts import (
    DeliverySaved,
    DeliveryStatus,
    DestinationRemoved,
    DestinationSaved,
    EventAddressed,
    EventRaised,
    Saved,
)
from bot.domain.people import Role
from bot.engine.notifications.destination_queue import (
    BURST_LIMIT,
    BURST_WINDOW,
    DIGEST_WAIT,
    FIRST_PAUSE,
    MAX_DIGEST_EVENTS,
)
from bot.engine.notifications.interfaces import RelayContext
from bot.engine.notifications.level import LastChats
from bot.engine.notifications.relay import Relay
from tests.builders import facts as a
from tests.builders.relay_harness import TELEGRAM, RelayHarness, a_relay_harness
from tests.fakes.clock import FakeClock
from tests.fakes.memory_storage.storage import MemoryStorage
from tests.fakes.notifier import FakeNotifier

DISCORD, GROUP = "discord:1", "telegram:-1"


def named(*numbers: int) -> list[str]:
    return [f"e{number}" for number in numbers]


@pytest.fixture
async def post() -> AsyncIterator[RelayHarness]:
    async with a_relay_harness() as opened:
        yield opened


async def test_events_are_told_in_order_and_once(post: RelayHarness) -> None:
    await post.raise_events(3)
    await post.settled()
    post.relay.schedule_delivery()
    await post.settled()
    assert post.notifier.at(TELEGRAM) == [("e1",), ("e2",), ("e3",)]


async def test_an_event_that_is_off_is_dropped_without_a_message(post: RelayHarness) -> None:
    await post.raise_events(1, NotificationLevel.OFF)
    await post.storage.commit(
        (EventRaised(replace(a.an_event("x"), level=NotificationLevel.OFF, topic=NotificationKind.ERRORS)),)
    )
    post.relay.schedule_delivery()
    await post.settled()
    assert post.flat(TELEGRAM) == ["e1"]
    assert await post.status("x") is DeliveryStatus.DROPPED


async def test_a_failed_delivery_is_tried_again_with_growing_pauses_and_keeps_the_order(post: RelayHarness) -> None:
    post.notifier.failures["telegram"] = deque([DeliveryError("502"), DeliveryError("502")])
    await post.raise_events(2)
    await post.settled()
    assert post.notifier.delivered == []
    await post.passed(FIRST_PAUSE)
    assert post.notifier.delivered == []
    await post.passed(FIRST_PAUSE)
    assert post.notifier.delivered == []
    await post.passed(FIRST_PAUSE)
    assert post.flat(TELEGRAM) == ["e1", "e2"]


async def test_a_platform_that_asks_to_wait_is_not_asked_before(post: RelayHarness) -> None:
    post.notifier.failures["telegram"] = deque([DeliveryError("429", retry_after=timedelta(seconds=30))])
    await post.raise_events(1)
    await post.settled()
    await post.passed(timedelta(seconds=29))
    assert post.notifier.tries == 1
    await post.passed(timedelta(seconds=1))
    assert post.flat(TELEGRAM) == ["e1"]


async def test_a_message_that_may_have_arrived_is_sent_again_with_a_mark(post: RelayHarness) -> None:
    post.notifier.failures["telegram"] = deque([DeliveryError("no answer", is_doubtful=True), DeliveryError("502")])
    await post.raise_events(2)
    await post.settled()
    for _ in range(3):
        await post.passed(FIRST_PAUSE)
    assert [(told.events, told.is_repeat) for told in post.notifier.delivered] == [(("e1",), True), (("e2",), False)]


async def test_a_blocked_line_holds_up_nobody_else(post: RelayHarness) -> None:
    await post.storage.commit(
        (DestinationSaved(replace(a.a_destination(GROUP), kind=DestinationKind.GROUP)), *subscribed("b"))
    )
    post.notifier.is_down.add("telegram")
    await post.storage.commit((DestinationSaved(a.a_destination("console:local", operator="mia")),))
    await post.raise_events(2)
    await post.settled()
    assert post.flat("console:local") == ["e1", "e2"]
    assert post.flat(TELEGRAM) == []


def subscribed(bot: str) -> tuple[Saved]:
    return (Saved(a.a_subscription(GROUP, bot=bot)),)


async def test_the_eleventh_message_within_a_minute_starts_a_digest(post: RelayHarness) -> None:
    for _ in range(BURST_LIMIT):
        await post.raise_events(1)
        await post.settled()
    await post.raise_events(1)
    await post.settled()
    await post.raise_events(2)
    await post.settled()
    assert len(post.notifier.at(TELEGRAM)) == BURST_LIMIT
    await post.passed(DIGEST_WAIT)
    assert post.notifier.at(TELEGRAM)[BURST_LIMIT:] == [("e11", "e12", "e13")]
    await post.passed(BURST_WINDOW)
    await post.raise_events(1)
    await post.settled()
    assert post.notifier.at(TELEGRAM)[-1] == ("e14",)


async def test_three_hundred_events_arrive_in_order_each_once_as_lines_of_digests(post: RelayHarness) -> None:
    await post.raise_events(300)
    for _ in range(20):
        await post.passed(DIGEST_WAIT)
    assert post.flat(TELEGRAM) == named(*range(1, 301))
    assert all(len(events) <= MAX_DIGEST_EVENTS for events in post.notifier.at(TELEGRAM))
    assert len(post.notifier.at(TELEGRAM)) <= 20


async def test_what_has_to_be_acted_on_is_never_a_line_of_a_digest(post: RelayHarness) -> None:
    await post.raise_events(15)
    await post.raise_events(1, NotificationLevel.CRITICAL)
    await post.raise_events(15)
    for _ in range(5):
        await post.passed(DIGEST_WAIT)
    assert ("e16",) in post.notifier.at(TELEGRAM)
    assert post.flat(TELEGRAM) == named(*range(1, 32))


async def test_what_may_have_arrived_before_a_crash_is_told_again_and_says_so() -> None:
    clock, notifier = FakeClock(a.WALL), FakeNotifier()
    storage = MemoryStorage(clock)
    await storage.commit(
        (
            Saved(a.an_operator("mia", Role.OWNER)),
            DestinationSaved(a.a_destination(TELEGRAM)),
            EventRaised(a.an_event("e1")),
            EventRaised(a.an_event("e2")),
        )
    )
    numbers = [numbered.number for numbered in await storage.events_after(0, 10)]
    await storage.commit(
        (
            *(EventAddressed(number, (TELEGRAM,)) for number in numbers),
            DeliverySaved(a.a_delivery("e1", to=TELEGRAM, status=DeliveryStatus.SENDING)),
        )
    )
    relay = Relay(RelayContext(reader=storage, writer=storage, clock=clock, notifier=notifier, last_chats=LastChats()))
    running = asyncio.create_task(relay.run())
    for _ in range(200):
        await asyncio.sleep(0)
    running.cancel()
    assert [(one.events, one.is_repeat) for one in notifier.delivered] == [(("e1",), True), (("e2",), False)]


async def test_another_chat_takes_over_from_a_platform_that_is_down_for_long(post: RelayHarness) -> None:
    await post.storage.commit((DestinationSaved(a.a_destination(DISCORD)),))
    post.notifier.is_down.add("telegram")
    await post.raise_events(2)
    await post.settled()
    for _ in range(8):
        await post.passed(timedelta(minutes=1))
    assert post.flat(DISCORD) == ["e1", "e2"]
    assert await post.status("e1", DISCORD) is DeliveryStatus.SENT
    post.notifier.is_down.clear()
    await post.raise_events(1)
    await post.settled()
    assert post.flat(TELEGRAM) == ["e3"]


async def test_a_platform_that_refuses_us_for_good_is_not_waited_for(post: RelayHarness) -> None:
    await post.storage.commit((DestinationSaved(a.a_destination(DISCORD)),))
    await post.raise_events(1)
    await post.settled()
    post.notifier.is_down.add("telegram")
    post.notifier.platforms = frozenset({"discord"})
    await post.raise_events(1)
    await post.settled()
    assert (post.flat(TELEGRAM), post.flat(DISCORD)) == (["e1"], ["e2"])


async def test_nothing_is_lost_while_the_only_platform_is_down(post: RelayHarness) -> None:
    post.notifier.is_down.add("telegram")
    await post.raise_events(5)
    for _ in range(30):
        await post.passed(timedelta(minutes=2))
    post.notifier.is_down.clear()
    await post.passed(timedelta(minutes=2))
    await post.passed(DIGEST_WAIT)
    assert post.flat(TELEGRAM) == named(1, 2, 3, 4, 5)


async def test_a_chat_that_blocks_us_is_passed_over_until_its_person_comes_back(post: RelayHarness) -> None:
    await post.storage.commit((DestinationSaved(a.a_destination(DISCORD)),))
    post.notifier.failures["telegram"] = deque([DestinationGone("blocked by the person")])
    await post.raise_events(2)
    await post.settled()
    assert post.flat(DISCORD) == ["e1", "e2"]
    chats = {one.key: one for one in await post.storage.destinations()}
    assert chats[TELEGRAM].blocked == "blocked by the person"
    await post.storage.commit((DestinationSaved(a.a_destination(TELEGRAM)),))
    await post.raise_events(1)
    await post.settled()
    assert post.flat(TELEGRAM) == ["e3"]


async def test_a_person_without_another_chat_is_told_when_they_come_back(post: RelayHarness) -> None:
    post.notifier.failures["telegram"] = deque([DestinationGone("blocked by the person")])
    await post.raise_events(2)
    await post.settled()
    assert post.flat(TELEGRAM) == []
    await post.storage.commit((DestinationSaved(a.a_destination(TELEGRAM)),))
    post.relay.schedule_delivery()
    await post.settled()
    assert post.flat(TELEGRAM) == ["e1", "e2"]


async def test_a_message_that_cannot_be_made_is_dropped_after_a_few_tries(post: RelayHarness) -> None:
    post.notifier.failures["telegram"] = deque([ValueError("bug")] * 3)
    await post.raise_events(2)
    for _ in range(5):
        await post.passed(timedelta(minutes=1))
    assert post.flat(TELEGRAM) == ["e2"]
    assert await post.status("e1") is DeliveryStatus.DROPPED


async def test_a_removed_chat_ends_its_line(post: RelayHarness) -> None:
    await post.raise_events(1)
    await post.settled()
    await post.storage.commit((DestinationRemoved(TELEGRAM),))
    await post.raise_events(1)
    await post.settled()
    await post.storage.commit((DestinationSaved(a.a_destination(TELEGRAM)),))
    await post.raise_events(1)
    await post.settled()
    assert post.flat(TELEGRAM) == ["e1", "e3"]


async def test_draining_tells_what_is_owed_without_waiting_for_bursts(post: RelayHarness) -> None:
    for _ in range(BURST_LIMIT + 1):
        await post.raise_events(1)
        await post.settled()
    assert len(post.flat(TELEGRAM)) == BURST_LIMIT
    await post.relay.drain_queues()
    assert post.flat(TELEGRAM) == named(*range(1, BURST_LIMIT + 2))
