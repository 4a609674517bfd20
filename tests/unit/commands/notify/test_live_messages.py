"""Cards that are kept true."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field, replace
from datetime import timedelta

import pytest

from bot.commands.notify.live_message import GROUP_REFRESH_INTERVAL, LIVE_LIFETIME, REFRESH_INTERVAL
from bot.commands.notify.live_messages import LiveMessages
from bot.commands.reply.blocks import Footer, Headline, Reply, build_reply
from bot.commands.spec.request import Request
from bot.domain.errors import DeliveryError, DestinationGone, MessageGone, Unavailable
from bot.domain.events import NotificationLevel
from bot.engine.people.key_values import KeyValueStore
from tests.builders import facts as a
from tests.fakes.clock import FakeClock
from tests.fakes.gateway import FakeGateway
from tests.fakes.memory_storage.storage import MemoryStorage

MINE = Request(platform="telegram", platform_id="1", chat="1", text="/pause alpha")
GROUP = replace(MINE, chat="-1", is_private=False)


def card(text: str, as_of: str = "15:00:05", about: str = "bot:b1") -> Reply:
    return build_reply(Headline(text, name="alpha"), Footer("", as_of), subject_key=about)


@dataclass
class Wall:
    """Live cards at one platform, and what the desk would show now."""

    clock: FakeClock
    storage: MemoryStorage
    gateway: FakeGateway = field(default_factory=lambda: FakeGateway("telegram"))
    now_shown: Reply | None = field(default_factory=lambda: card("running"))
    trouble: Unavailable | None = None
    asked: list[Request] = field(default_factory=list)
    cards: LiveMessages = field(init=False)

    def __post_init__(self) -> None:
        self.cards = LiveMessages(self.look, KeyValueStore(self.storage, self.storage, "live"), self.clock)
        self.cards.add_gateway(self.gateway)

    async def look(self, request: Request) -> Reply | None:
        self.asked.append(request)
        if self.trouble is not None:
            raise self.trouble
        return self.now_shown

    async def passed(self, duration: timedelta = REFRESH_INTERVAL) -> None:
        for _ in range(max(int(duration / REFRESH_INTERVAL), 1)):
            self.clock.advance(REFRESH_INTERVAL)
            for _ in range(20):
                await asyncio.sleep(0)

    @property
    def lines(self) -> list[str]:
        return [
            block.line for _, _, edited in self.gateway.edited for block in edited.blocks if isinstance(block, Footer)
        ]


@pytest.fixture
async def wall() -> AsyncIterator[Wall]:
    clock = FakeClock(a.WALL)
    made = Wall(clock, MemoryStorage(clock))
    running = asyncio.create_task(made.cards.run())
    await asyncio.sleep(0)
    yield made
    running.cancel()


async def test_a_card_is_changed_in_place_when_its_thing_changed(wall: Wall) -> None:
    await wall.cards.register_message(MINE, card("running"), "m1")
    await wall.passed()
    assert wall.gateway.edited == []
    wall.now_shown = card("paused")
    await wall.passed()
    ((address, message_id, edited),) = wall.gateway.edited
    assert (address, message_id, edited.headline) == ("1", "m1", "alpha · paused")
    assert wall.lines == ["live, 15:00:05"]
    assert wall.asked[0].text == "/bot #b1"


async def test_only_another_time_is_no_change(wall: Wall) -> None:
    await wall.cards.register_message(MINE, card("running"), "m1")
    wall.now_shown = card("running", "15:00:08")
    await wall.passed(REFRESH_INTERVAL * 10)
    assert wall.gateway.edited == []


async def test_a_group_is_changed_less_often(wall: Wall) -> None:
    await wall.cards.register_message(GROUP, card("running"), "m1")
    wall.now_shown = card("paused")
    await wall.passed(REFRESH_INTERVAL)
    assert wall.gateway.edited == []
    await wall.passed(GROUP_REFRESH_INTERVAL)
    assert len(wall.gateway.edited) == 1


async def test_an_old_card_says_that_it_is_not_live_any_more(wall: Wall) -> None:
    await wall.cards.register_message(MINE, card("running"), "m1")
    await wall.passed(LIVE_LIFETIME + REFRESH_INTERVAL)
    assert wall.lines == ["not live any more · as of 15:00:05"]
    assert [button.label for button in wall.gateway.edited[-1][2].buttons] == ["Refresh"]
    assert len(wall.cards) == 0
    wall.now_shown = card("paused")
    await wall.passed(REFRESH_INTERVAL * 3)
    assert len(wall.gateway.edited) == 1


async def test_the_newest_card_of_a_thing_is_the_live_one(wall: Wall) -> None:
    await wall.cards.register_message(MINE, card("running"), "m1")
    await wall.cards.register_message(MINE, card("running"), "m2")
    wall.now_shown = card("paused")
    await wall.passed()
    assert [message_id for _, message_id, _ in wall.gateway.edited] == ["m2"]


async def test_what_is_no_living_thing_is_left_alone(wall: Wall) -> None:
    await wall.cards.register_message(MINE, card("Trades", about="list:trades"), "m1")
    assert len(wall.cards) == 0


async def test_a_card_that_may_not_be_seen_any_more_is_let_go(wall: Wall) -> None:
    await wall.cards.register_message(MINE, card("running"), "m1")
    wall.now_shown = None
    await wall.passed()
    assert (wall.gateway.edited, len(wall.cards)) == ([], 0)


async def test_what_a_busy_platform_does_not_take_is_shown_at_the_next_look(wall: Wall) -> None:
    wall.gateway.edit_failures.extend([DeliveryError("wait", retry_after=timedelta(seconds=3)), DeliveryError("down")])
    await wall.cards.register_message(MINE, card("running"), "m1")
    wall.now_shown = card("paused")
    await wall.passed()
    assert wall.gateway.edited == []
    await wall.passed(REFRESH_INTERVAL * 2)
    assert [edited.headline for _, _, edited in wall.gateway.edited] == ["alpha · paused"]


@pytest.mark.parametrize("error", [DeliveryError("no", is_permanent=True), DestinationGone("blocked")])
async def test_a_message_that_can_never_be_changed_is_let_go(wall: Wall, error: DeliveryError) -> None:
    wall.gateway.edit_failures.append(error)
    await wall.cards.register_message(MINE, card("running"), "m1")
    wall.now_shown = card("paused")
    await wall.passed()
    assert (wall.gateway.sent, len(wall.cards)) == ([], 0)


async def test_a_card_whose_message_was_deleted_is_sent_once_more_and_stays_live(wall: Wall) -> None:
    wall.gateway.edit_failures.append(MessageGone())
    await wall.cards.register_message(MINE, card("running"), "gone")
    wall.now_shown = card("paused")
    await wall.passed()
    ((address, level),) = [(sent.address, sent.level) for sent in wall.gateway.sent]
    assert (address, level) == ("1", NotificationLevel.SILENT)
    wall.now_shown = card("running")
    await wall.passed()
    assert [message_id for _, message_id, _ in wall.gateway.edited] == ["m1"]
    wall.gateway.edit_failures.append(MessageGone())
    wall.now_shown = card("stopped")
    await wall.passed(REFRESH_INTERVAL * 3)
    assert (len(wall.gateway.sent), len(wall.cards)) == (1, 0)


async def test_cards_stay_live_over_a_restart(wall: Wall) -> None:
    await wall.cards.register_message(MINE, card("running"), "m1")
    again = Wall(wall.clock, wall.storage)
    running = asyncio.create_task(again.cards.run())
    again.now_shown = card("paused")
    await again.passed(REFRESH_INTERVAL * 2)
    running.cancel()
    assert [message_id for _, message_id, _ in again.gateway.edited] == ["m1"]


async def test_the_progress_of_a_backtest_becomes_its_result(wall: Wall) -> None:
    asked = replace(MINE, text="/backtest alpha")
    await wall.cards.register_message(asked, card("backtest · begins", about="backtest:b1:7"), "m1")
    wall.now_shown = card("backtest · 40%", about="backtest:b1:7")
    await wall.passed()
    # The one under way is looked at, none is begun anew.
    assert wall.asked[0].text == "/backtest #b1 job=7"
    wall.now_shown = card("backtest, Net +1.00 USDT", about="chart:backtest:b1")
    await wall.passed()
    assert [(message_id, edited.headline) for _, message_id, edited in wall.gateway.edited] == [
        ("m1", "alpha · backtest · 40%"),
        ("m1", "alpha · backtest, Net +1.00 USDT"),
    ]
    await wall.passed()
    assert len(wall.gateway.edited) == 2, "a result stays as it is"
