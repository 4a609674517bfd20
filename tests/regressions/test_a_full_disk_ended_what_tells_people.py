"""While storage did not answer, the first message, alarm or card to be noted ended its task, and with it the desk."""

import asyncio
from collections import deque
from collections.abc import Coroutine
from datetime import timedelta

from bot.commands.notify.live_message import REFRESH_INTERVAL
from bot.commands.notify.live_messages import LiveMessages
from bot.commands.reply.blocks import Footer, Headline, Reply, build_reply
from bot.commands.spec.request import Request
from bot.domain.errors import Unavailable
from bot.domain.events import PlatformDown
from bot.domain.facts import DestinationSaved, Saved
from bot.domain.people import Role
from bot.engine.health.platforms import ALERT_AFTER, CHECK_INTERVAL, PlatformHealth
from bot.engine.notifications.destination_queue import MAX_TRIES
from bot.engine.notifications.interfaces import RelayContext
from bot.engine.notifications.level import LastChats
from bot.engine.notifications.relay import Relay
from bot.engine.people.key_values import KeyValueStore
from tests.builders import facts as a
from tests.builders.relay_harness import TELEGRAM, RelayHarness
from tests.fakes.clock import FakeClock
from tests.fakes.gateway import FakeGateway
from tests.fakes.notifier import FakeNotifier
from tests.fakes.storage import FlakyStorage

AFTER = timedelta(minutes=1)


def full() -> Unavailable:
    return Unavailable("disk full")


async def a_storage() -> FlakyStorage:
    storage = FlakyStorage(FakeClock(a.WALL))
    await storage.commit((Saved(a.an_operator("mia", Role.OWNER)), DestinationSaved(a.a_destination(TELEGRAM))))
    return storage


async def test_news_are_told_once_whichever_of_their_notes_had_to_wait() -> None:
    for stored in range(4):
        storage, clock, notifier = await a_storage(), FakeClock(a.WALL), FakeNotifier()
        relay = Relay(
            RelayContext(reader=storage, writer=storage, clock=clock, notifier=notifier, last_chats=LastChats())
        )
        post = RelayHarness(storage, clock, notifier, relay)
        await post.raise_events(2)
        storage.answers += [*[None] * stored, full(), full()]
        running = asyncio.create_task(relay.run())
        await post.settled()
        for _ in range(4):
            await post.passed(AFTER)
        assert post.flat(TELEGRAM) == ["e1", "e2"], f"the disk was full after {stored} units"
        assert not any(told.is_repeat for told in notifier.delivered)
        assert not running.done()
        running.cancel()


async def test_news_that_storage_keeps_from_being_drawn_are_neither_lost_nor_called_repeated() -> None:
    storage, clock, notifier = await a_storage(), FakeClock(a.WALL), FakeNotifier()
    relay = Relay(RelayContext(reader=storage, writer=storage, clock=clock, notifier=notifier, last_chats=LastChats()))
    post = RelayHarness(storage, clock, notifier, relay)
    notifier.failures["telegram"] = deque(full() for _ in range(2 * MAX_TRIES))
    await post.raise_events(1)
    running = await started(relay.run())
    for _ in range(3 * MAX_TRIES):
        await post.passed(AFTER)
    assert [(told.events, told.is_repeat) for told in notifier.delivered] == [(("e1",), False)]
    running.cancel()


async def test_cards_of_another_version_are_let_go() -> None:
    storage, clock = await a_storage(), FakeClock(a.WALL)
    notes = KeyValueStore(storage, storage, "live")
    for kept in ('[{"platform": "telegram"}]', "{", "7"):
        await notes.save_value("cards", kept)
        running = await started(LiveMessages(no_look, notes, clock).run())
        await later(clock, REFRESH_INTERVAL)
        assert not running.done()
        running.cancel()


async def no_look(request: Request) -> Reply | None:
    del request
    return None


async def test_an_outage_that_could_not_be_noted_is_told_later() -> None:
    storage, clock = await a_storage(), FakeClock(a.WALL)
    board = PlatformHealth(storage, storage, clock)
    board.register_platform("telegram")
    storage.answers.append(full())
    running = await started(board.run())
    for step in (ALERT_AFTER, CHECK_INTERVAL, CHECK_INTERVAL):
        await later(clock, step)
    (event,) = await storage.events_after(0, 100)
    assert isinstance(event.event.payload, PlatformDown)
    assert not running.done()
    running.cancel()


async def test_a_card_is_changed_although_it_cannot_be_noted() -> None:
    storage, clock, gateway = await a_storage(), FakeClock(a.WALL), FakeGateway("telegram")
    now_shown = card("running")

    async def look(request: Request) -> Reply | None:
        return now_shown if request.text else None

    cards = LiveMessages(look, KeyValueStore(storage, storage, "live"), clock)
    cards.add_gateway(gateway)
    running = await started(cards.run())
    storage.answers += [full(), full()]
    await cards.register_message(
        Request(platform="telegram", platform_id="1", chat="1", text="/bot alpha"), card("x"), "m1"
    )
    now_shown = card("paused")
    for _ in range(3):
        await later(clock, REFRESH_INTERVAL)
    assert [edited.headline for _, _, edited in gateway.edited] == ["alpha · paused"]
    assert not running.done()
    running.cancel()


def card(text: str) -> Reply:
    return build_reply(Headline(text, name="alpha"), Footer("", "15:00:05"), subject_key="bot:b1")


async def started(work: Coroutine[object, object, None]) -> "asyncio.Task[None]":
    task = asyncio.create_task(work)
    await asyncio.sleep(0)
    return task


async def later(clock: FakeClock, duration: timedelta) -> None:
    clock.advance(duration)
    for _ in range(50):
        await asyncio.sleep(0)
