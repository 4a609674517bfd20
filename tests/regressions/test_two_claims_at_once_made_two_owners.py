"""Two people who sent the right setup code in one moment both became owners."""

import asyncio

from typing_extensions import override

from bot.domain.errors import Refused
from bot.domain.people import Role
from bot.engine.people.chat_user import ChatUser
from bot.engine.people.claim import Ownership
from bot.engine.people.onboarding import PeopleDependencies
from tests.builders.recordings import ABC
from tests.fakes.clock import FakeClock
from tests.fakes.memory_storage.storage import MemoryStorage
from tests.fakes.venue import FakeVenue

CODE = "ABCD-EFGH"


class SlowStorage(MemoryStorage):
    """Takes a turn of the loop to answer, as a database does."""

    @override
    async def key_value(self, key: str) -> str | None:
        await asyncio.sleep(0)
        return await super().key_value(key)


async def test_a_setup_code_makes_one_owner() -> None:
    clock = FakeClock()
    storage = SlowStorage(clock)
    parts = PeopleDependencies(
        reader=storage, writer=storage, clock=clock, practice_venue=FakeVenue((ABC,)), timezone="UTC"
    )
    people = Ownership(parts)
    await people.prepare_setup_code(CODE)
    senders = [ChatUser(platform="console", platform_id=name, address=name) for name in ("1", "2")]
    results = await asyncio.gather(
        *(people.claim_ownership(CODE, sender) for sender in senders), return_exceptions=True
    )
    assert [type(result) for result in results if isinstance(result, Exception)] == [Refused]
    assert [operator.role for operator in await storage.operators()] == [Role.OWNER]
