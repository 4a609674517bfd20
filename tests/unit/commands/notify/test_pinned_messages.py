"""A message that is pinned and stays true for good."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta

import pytest

from bot.commands.notify.live_message import LIVE_LIFETIME, NO_ACCESS_TEXT, NOT_PINNED_TEXT, REFRESH_INTERVAL
from bot.commands.notify.live_messages import MAX_LIVE_MESSAGES
from bot.commands.reply.blocks import Actions, Button, Footer, Headline, LiveMode, Reply, WarningText, build_reply
from bot.commands.spec.request import Request
from bot.domain.errors import DeliveryError, DestinationGone, MessageGone, Unavailable
from tests.builders import facts as a
from tests.fakes.clock import FakeClock
from tests.fakes.memory_storage.storage import MemoryStorage
from tests.unit.commands.notify.test_live_messages import Wall, card

LIVE = Request(platform="telegram", platform_id="1", chat="-1", text="/live", is_private=False)
BOTS = replace(LIVE, text="/bots")
MINUTE = timedelta(minutes=1)
NOT_ALLOWED = DeliveryError("not enough rights", is_permanent=True)


def fleet(text: str = "3 bots", as_of: str = "15:00:05", keeping: LiveMode = LiveMode.PINNED) -> Reply:
    shown = build_reply(
        Headline(text, name="Fleet"), Footer("", as_of), Actions(((Button("Stop live", "/live off"),),))
    )
    return replace(shown, subject_key="list:bots", live_mode=keeping)


@pytest.fixture
async def wall() -> AsyncIterator[Wall]:
    clock = FakeClock(a.WALL)
    made = Wall(clock, MemoryStorage(clock), now_shown=fleet())
    running = asyncio.create_task(made.cards.run())
    await asyncio.sleep(0)
    yield made
    running.cancel()


def changed(wall: Wall) -> list[tuple[str, str]]:
    return [(message_id, edited.headline) for _, message_id, edited in wall.gateway.edited]


async def test_it_is_pinned_at_once_and_drawn_once_a_minute_for_good(wall: Wall) -> None:
    await wall.cards.register_message(LIVE, fleet(), "m1")
    await wall.passed()
    assert (wall.gateway.pinned, wall.gateway.edited) == ([("-1", "m1")], [])
    wall.now_shown = fleet(as_of="15:01:05")
    await wall.passed(MINUTE)
    assert wall.lines == ["live, 15:01:05"], "as of when it is changes even if nothing else does"
    await wall.passed(LIVE_LIFETIME * 2)
    assert 58 <= len(wall.gateway.edited) <= 61
    assert wall.lines[-1].startswith("live")
    assert wall.gateway.pinned == [("-1", "m1")]


async def test_a_new_one_in_a_chat_takes_the_place_of_the_old_one(wall: Wall) -> None:
    await wall.cards.register_message(LIVE, fleet(), "m1")
    await wall.passed()
    await wall.cards.register_message(replace(LIVE, text="/live filter=btc"), fleet(), "m2")
    await wall.passed(REFRESH_INTERVAL * 2)
    assert wall.gateway.pinned == [("-1", "m2")]
    ((_, message_id, ended),) = wall.gateway.edited
    assert message_id == "m1"
    assert wall.lines == ["not live any more · as of 15:00:05"]
    assert [(button.label, button.command) for button in ended.buttons] == [("Refresh", "/bots")]
    await wall.passed(MINUTE * 2)
    assert {message_id for message_id, _ in changed(wall)[1:]} == {"m2"}
    assert wall.asked[-1].text == "/live filter=btc"


async def test_chats_have_one_each(wall: Wall) -> None:
    await wall.cards.register_message(LIVE, fleet(), "m1")
    await wall.cards.register_message(replace(LIVE, chat="-2"), fleet(), "m1")
    await wall.passed()
    assert wall.gateway.pinned == [("-1", "m1"), ("-2", "m1")]


async def test_whoever_stops_it_gets_a_list_of_the_usual_kind_in_its_place(wall: Wall) -> None:
    await wall.cards.register_message(LIVE, fleet(), "m1")
    await wall.passed()
    await wall.cards.register_message(replace(LIVE, text="/live off"), fleet(keeping=LiveMode.UNPINNED), "m1")
    await wall.passed(REFRESH_INTERVAL * 2)
    assert (wall.gateway.pinned, wall.gateway.edited) == ([], [])
    await wall.passed(LIVE_LIFETIME)
    assert wall.asked[-1].text == "/bots"
    assert wall.lines == ["not live any more · as of 15:00:05"]
    assert [button.command for button in wall.gateway.edited[-1][2].buttons][-1] == "/bots"
    assert len(wall.cards) == 0


async def test_stopped_by_a_word_it_is_ended_wherever_it_stands(wall: Wall) -> None:
    await wall.cards.register_message(LIVE, fleet(), "m1")
    await wall.passed()
    await wall.cards.register_message(replace(LIVE, text="/live off"), fleet(keeping=LiveMode.UNPINNED), "m9")
    await wall.passed(REFRESH_INTERVAL * 2)
    assert wall.gateway.pinned == []
    assert [message_id for message_id, _ in changed(wall)] == ["m1"]
    assert wall.lines == ["not live any more · as of 15:00:05"]


async def test_it_outlives_a_restart_and_is_not_pinned_twice(wall: Wall) -> None:
    await wall.cards.register_message(LIVE, fleet(), "m1")
    await wall.passed()
    again = Wall(wall.clock, wall.storage, now_shown=fleet("4 bots"))
    running = asyncio.create_task(again.cards.run())
    await again.passed(REFRESH_INTERVAL * 2)
    running.cancel()
    assert (changed(again)[0], again.gateway.pinned) == (("m1", "Fleet · 4 bots"), [])


async def test_where_it_may_not_be_pinned_it_says_so_and_stays_live(wall: Wall) -> None:
    wall.gateway.pin_failures.append(NOT_ALLOWED)
    await wall.cards.register_message(LIVE, fleet(), "m1")
    await wall.passed()
    (first,) = wall.gateway.edited
    assert WarningText(NOT_PINNED_TEXT) in first[2].blocks
    await wall.passed(MINUTE * 3)
    assert len(wall.gateway.edited) >= 3
    assert all(WarningText(NOT_PINNED_TEXT) in edited.blocks for _, _, edited in wall.gateway.edited)
    assert wall.gateway.pinned == [], "what is refused is not asked for again and again"


async def test_a_platform_that_is_busy_pins_it_later(wall: Wall) -> None:
    wall.gateway.pin_failures.extend([DeliveryError("wait", retry_after=REFRESH_INTERVAL), DeliveryError("down")])
    await wall.cards.register_message(LIVE, fleet(), "m1")
    await wall.passed(REFRESH_INTERVAL * 4)
    assert wall.gateway.pinned == [("-1", "m1")]


async def test_one_that_was_deleted_is_sent_and_pinned_once_more_and_then_no_more(wall: Wall) -> None:
    wall.gateway.edit_failures.append(MessageGone())
    await wall.cards.register_message(LIVE, fleet(), "gone")
    await wall.passed(MINUTE + REFRESH_INTERVAL * 2)
    assert len(wall.gateway.sent) == 1
    assert wall.gateway.pinned == [("-1", "gone"), ("-1", "m1")]
    wall.gateway.edit_failures.append(MessageGone())
    await wall.passed(MINUTE * 3)
    assert (len(wall.gateway.sent), len(wall.cards)) == (1, 0)


async def test_it_ends_with_its_chat(wall: Wall) -> None:
    wall.gateway.edit_failures.append(DestinationGone("kicked"))
    await wall.cards.register_message(LIVE, fleet(), "m1")
    await wall.passed(MINUTE * 2)
    assert (wall.gateway.sent, len(wall.cards)) == ([], 0)


async def test_nothing_stays_to_be_seen_once_its_person_may_not_see_it(wall: Wall) -> None:
    await wall.cards.register_message(LIVE, fleet("3 bots"), "m1")
    await wall.passed()
    wall.now_shown = None
    wall.gateway.edit_failures.append(DeliveryError("down"))
    await wall.passed(MINUTE + REFRESH_INTERVAL * 3)
    ((_, _, shown),) = wall.gateway.edited
    assert shown.headline == "Fleet · not live any more"
    assert NO_ACCESS_TEXT in [getattr(block, "text", "") for block in shown.blocks]
    assert (wall.gateway.pinned, len(wall.cards)) == ([], 0)


async def test_what_breaks_while_looking_is_looked_at_again_a_minute_later(wall: Wall) -> None:
    await wall.cards.register_message(LIVE, fleet(), "m1")
    wall.trouble = Unavailable("disk full")
    await wall.passed(MINUTE * 2)
    looks = len(wall.asked)
    assert looks <= 2
    wall.trouble = None
    await wall.passed(MINUTE)
    assert [message_id for message_id, _ in changed(wall)] == ["m1"]


async def test_a_young_card_that_cannot_be_looked_at_is_let_go(wall: Wall) -> None:
    await wall.cards.register_message(replace(LIVE, chat="1", is_private=True), card("running"), "m1")
    wall.trouble = Unavailable("disk full")
    await wall.passed(REFRESH_INTERVAL * 2)
    assert len(wall.cards) == 0


async def test_young_cards_make_room_before_it_does(wall: Wall) -> None:
    await wall.cards.register_message(LIVE, fleet(), "m1")
    for number in range(MAX_LIVE_MESSAGES + 5):
        await wall.cards.register_message(replace(LIVE, chat=f"{number + 1}"), card("running"), "m1")
    await wall.passed(MINUTE * 2)
    assert ("-1", "m1") in [(address, message_id) for address, message_id, _ in wall.gateway.edited]


async def test_what_took_its_place_for_a_moment_gives_way_to_it(wall: Wall) -> None:
    await wall.cards.register_message(LIVE, fleet(), "m1")
    await wall.passed()
    await wall.cards.register_message(BOTS, fleet("page 2", keeping=LiveMode.DEFAULT), "m1")
    await wall.passed()
    assert changed(wall) == [("m1", "Fleet · 3 bots")]
    assert len(wall.cards) == 1


async def test_the_list_it_was_made_of_is_no_young_card_any_more(wall: Wall) -> None:
    await wall.cards.register_message(BOTS, fleet(keeping=LiveMode.DEFAULT), "m1")
    await wall.cards.register_message(LIVE, fleet(), "m1")
    assert len(wall.cards) == 1
    await wall.cards.register_message(BOTS, fleet(keeping=LiveMode.DEFAULT), "m2")
    assert len(wall.cards) == 2, "another list in the chat is live for a while beside it"


async def test_what_cannot_be_unpinned_now_is_unpinned_later(wall: Wall) -> None:
    await wall.cards.register_message(LIVE, fleet(), "m1")
    await wall.passed()
    wall.gateway.pin_failures.append(DeliveryError("down"))
    await wall.cards.register_message(replace(LIVE, text="/live off"), fleet(keeping=LiveMode.UNPINNED), "m1")
    await wall.passed()
    assert wall.gateway.pinned == [("-1", "m1")]
    await wall.passed(REFRESH_INTERVAL * 2)
    assert wall.gateway.pinned == []
