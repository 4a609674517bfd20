from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.builders.discord_connection import a_discord_server
from tests.builders.discord_harness import DiscordHarness, a_discord_harness
from tests.fakes.discord_server import FakeDiscord


@pytest.fixture
async def discord_server(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[FakeDiscord]:
    """Give a Discord on the loopback to which the library connects instead of the real one."""
    async with a_discord_server(monkeypatch) as server:
        yield server


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[DiscordHarness]:
    """Give a desk on a Discord in this process, which mia owns."""
    async with a_discord_harness(tmp_path) as opened:
        yield opened
