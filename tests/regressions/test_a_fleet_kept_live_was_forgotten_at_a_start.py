"""Storage that did not answer at the start was taken for one without cards, and the next card overwrote them all."""

import asyncio
from dataclasses import replace

import pytest
from typing_extensions import override

from bot.commands.notify.live_message import REFRESH_INTERVAL
from bot.domain.errors import Unavailable
from tests.builders import facts as a
from tests.fakes.clock import FakeClock
from tests.fakes.memory_storage.storage import MemoryStorage
from tests.unit.commands.notify.test_live_messages import Wall, card
from tests.unit.commands.notify.test_pinned_messages import LIVE, fleet


class ShyStorage(MemoryStorage):
    """Storage whose notes cannot be read for a while."""

    is_shy = False

    @override
    async def key_value(self, key: str) -> str | None:
        if self.is_shy:
            raise Unavailable("busy")
        return await super().key_value(key)


@pytest.fixture
async def before() -> Wall:
    clock = FakeClock(a.WALL)
    made = Wall(clock, ShyStorage(clock), now_shown=fleet())
    running = asyncio.create_task(made.cards.run())
    await made.cards.register_message(LIVE, fleet(), "m1")
    await made.passed()
    running.cancel()
    return made


async def test_cards_are_read_once_storage_answers(before: Wall) -> None:
    storage = before.storage
    assert isinstance(storage, ShyStorage)
    storage.is_shy = True
    again = Wall(before.clock, storage, now_shown=fleet("4 bots"))
    running = asyncio.create_task(again.cards.run())
    await again.passed()
    await again.cards.register_message(replace(LIVE, chat="1", is_private=True), card("running"), "m5")
    storage.is_shy = False
    await again.passed(REFRESH_INTERVAL * 4)
    running.cancel()
    assert ("-1", "m1") in [(address, message_id) for address, message_id, _ in again.gateway.edited]


async def test_what_is_shown_before_they_are_read_takes_no_place_from_them(before: Wall) -> None:
    again = Wall(before.clock, before.storage, now_shown=fleet("4 bots"))
    await again.cards.register_message(replace(LIVE, chat="1", is_private=True), card("running"), "m5")
    running = asyncio.create_task(again.cards.run())
    await again.passed(REFRESH_INTERVAL * 2)
    running.cancel()
    assert ("-1", "m1") in [(address, message_id) for address, message_id, _ in again.gateway.edited]
