"""A platform whose groups hold topics: each gets the next number, unless a test lets it fail."""

import asyncio
from collections import deque
from dataclasses import dataclass, field

from bot.domain.errors import DeliveryError


@dataclass
class FakeTopicMaker:
    """A `TopicCreator`; `failures` are what the next calls raise."""

    platform: str = "telegram"
    names: dict[str, str] = field(default_factory=dict)
    failures: deque[DeliveryError] = field(default_factory=deque)

    async def create_topic(self, group_address: str, name: str) -> str:
        await asyncio.sleep(0)
        if self.failures:
            raise self.failures.popleft()
        address = f"{group_address}:{len(self.names) + 1}"
        self.names[address] = name
        return address

    async def rename_topic(self, address: str, name: str) -> None:
        if self.failures:
            raise self.failures.popleft()
        self.names[address] = name
