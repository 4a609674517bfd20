"""Storage that takes a turn of the loop to answer about people, as a database does: others come in between."""

import asyncio
from typing import TypeVar

from typing_extensions import override

from bot.domain.access import AccessCode
from bot.domain.destination import Destination
from bot.domain.ids import OperatorId
from bot.domain.people import Identity, Operator
from tests.fakes.memory_storage.storage import MemoryStorage

T = TypeVar("T")


class SlowPeople(MemoryStorage):
    """Answers what was true when it was asked, a turn later."""

    @override
    async def operators(self) -> tuple[Operator, ...]:
        return await _later(await super().operators())

    @override
    async def operator(self, operator_id: OperatorId) -> Operator | None:
        return await _later(await super().operator(operator_id))

    @override
    async def identity(self, platform: str, platform_id: str) -> Identity | None:
        return await _later(await super().identity(platform, platform_id))

    @override
    async def access_codes(self) -> tuple[AccessCode, ...]:
        return await _later(await super().access_codes())

    @override
    async def destinations(self) -> tuple[Destination, ...]:
        return await _later(await super().destinations())


async def _later(answer: T) -> T:
    await asyncio.sleep(0)
    return answer
