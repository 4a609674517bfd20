"""Live cards were changed one after the other: a platform that did not answer kept those of the other as they were."""

import asyncio
from dataclasses import dataclass

from typing_extensions import override

from bot.commands.notify.live_message import REFRESH_INTERVAL
from bot.commands.notify.live_messages import LiveMessages
from bot.commands.reply.blocks import Headline, Reply, build_reply
from bot.commands.spec.request import Request
from bot.engine.people.key_values import KeyValueStore
from tests.builders import facts as a
from tests.fakes.clock import FakeClock
from tests.fakes.gateway import FakeGateway
from tests.fakes.memory_storage.storage import MemoryStorage


@dataclass
class HangingGateway(FakeGateway):
    """A platform that answers nothing."""

    @override
    async def edit_message(self, address: str, message_id: str, reply: Reply) -> None:
        await asyncio.Event().wait()


def card(text: str) -> Reply:
    return build_reply(Headline(text, name="alpha"), subject_key="bot:b1")


async def test_the_cards_of_one_platform_wait_for_no_other() -> None:
    clock = FakeClock(a.WALL)
    storage, works = MemoryStorage(clock), FakeGateway("discord")

    async def look(request: Request) -> Reply | None:
        return card(f"{request.text} {clock.now():%S}")

    cards = LiveMessages(look, KeyValueStore(storage, storage, "live"), clock)
    running = asyncio.create_task(cards.run())
    for platform, gateway in (("telegram", HangingGateway("telegram")), ("discord", works)):
        cards.add_gateway(gateway)
        await cards.register_message(
            Request(platform=platform, platform_id="1", chat="1", text="/bot alpha"), card("x"), "m1"
        )
    for _ in range(4):
        clock.advance(REFRESH_INTERVAL)
        for _ in range(30):
            await asyncio.sleep(0)
    assert len(works.edited) > 1
    running.cancel()
