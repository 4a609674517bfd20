from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from discord.gateway import DiscordWebSocket
from discord.http import Route
from yarl import URL

from tests.builders.discord_desk import DiscordDesk, a_discord_desk
from tests.fakes.discord_server import FakeDiscord, serving


@pytest.fixture
async def discord_server(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[FakeDiscord]:
    """Give a Discord on the loopback to which the library connects instead of the real one."""
    fake = FakeDiscord()
    async with serving(fake) as server:
        monkeypatch.setattr(Route, "BASE", str(server.make_url("/api")))
        monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", URL(f"ws://127.0.0.1:{server.port}/gateway"))
        yield fake


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[DiscordDesk]:
    """Give a desk on a Discord in this process, which mia owns."""
    async with a_discord_desk(tmp_path) as opened:
        yield opened
