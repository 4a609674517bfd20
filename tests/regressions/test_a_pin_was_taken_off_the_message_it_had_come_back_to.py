"""A message was stopped and kept live again while the platform was busy: the late unpinning undid the new pin."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, replace

import pytest
from typing_extensions import override

from bot.commands.notify.live_message import REFRESH_INTERVAL
from bot.commands.reply.blocks import LiveMode
from bot.domain.errors import DeliveryError
from tests.builders import facts as a
from tests.fakes.clock import FakeClock
from tests.fakes.gateway import FakeGateway
from tests.fakes.memory_storage.storage import MemoryStorage
from tests.unit.commands.notify.test_live_messages import Wall
from tests.unit.commands.notify.test_pinned_messages import LIVE, MINUTE, fleet

OFF = replace(LIVE, text="/live off")


@dataclass
class PinningGateway(FakeGateway):
    """A platform where a message that is pinned twice is pinned once."""

    @override
    async def pin_message(self, address: str, message_id: str) -> None:
        await super().pin_message(address, message_id)
        self.pinned = list(dict.fromkeys(self.pinned))


@pytest.fixture
async def wall() -> AsyncIterator[Wall]:
    clock = FakeClock(a.WALL)
    made = Wall(clock, MemoryStorage(clock), gateway=PinningGateway("telegram"), now_shown=fleet())
    running = asyncio.create_task(made.cards.run())
    await asyncio.sleep(0)
    yield made
    running.cancel()


async def test_a_message_that_is_kept_live_again_stays_pinned(wall: Wall) -> None:
    await wall.cards.register_message(LIVE, fleet(), "m1")
    await wall.passed()
    wall.gateway.pin_failures.extend([DeliveryError("down"), DeliveryError("down")])
    await wall.cards.register_message(OFF, fleet(keeping=LiveMode.UNPINNED), "m1")
    await wall.passed()
    await wall.cards.register_message(LIVE, fleet(), "m1")
    await wall.passed(REFRESH_INTERVAL * 5)
    assert wall.gateway.pinned == [("-1", "m1")]
    assert len(wall.cards) == 1


async def test_a_message_that_is_kept_live_again_is_not_called_ended(wall: Wall) -> None:
    await wall.cards.register_message(LIVE, fleet(), "m1")
    await wall.passed()
    await wall.cards.register_message(OFF, fleet(keeping=LiveMode.UNPINNED), "m9")
    await wall.cards.register_message(replace(LIVE, text="/live filter=btc"), fleet(), "m1")
    await wall.passed(MINUTE * 2)
    assert wall.gateway.pinned == [("-1", "m1")]
    assert {line.partition(",")[0] for line in wall.lines} == {"live"}
