"""A gateway that runs against a Discord on the loopback, with a clock of the test."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest
from discord.gateway import DiscordWebSocket
from discord.http import Route
from yarl import URL

from adapters.chat.discord.gateway import DiscordGateway
from bot.engine.concurrency.task_scope import task_nest
from bot.engine.health.figures import Part
from tests.builders.chat_harness import Bench, a_bench
from tests.fakes.discord_server import TOKEN, FakeDiscord, serving

DEADLINE_SECONDS = 20.0
A_MOMENT = 0.001
"""Between two looks; a loop that only spins would keep the threads of the storage from working."""


@dataclass(slots=True)
class DiscordLine:
    """A running gateway, the Discord it talks to, and what the board says of it."""

    bench: Bench
    gateway: DiscordGateway
    server: FakeDiscord

    @property
    def part(self) -> Part:
        (found,) = self.bench.desk.board.parts()
        return found

    async def until_told(self, text: str) -> Part:
        """Wait until the board says something of the platform."""
        await self.until(lambda: text in self.part.state)
        return self.part

    async def until_well(self) -> None:
        """Wait until the board says that the platform answers."""
        await self.until(lambda: self.part.is_well)

    async def until(self, is_so: Callable[[], bool]) -> None:
        """Wait until something is so on either side of the socket."""
        async with asyncio.timeout(DEADLINE_SECONDS):
            while not is_so():  # noqa: ASYNC110 - neither the board nor a clock raises events
                await asyncio.sleep(A_MOMENT)

    async def passed(self, duration: timedelta) -> None:
        """Let time pass once the gateway waits for it."""
        await self.until(lambda: self.bench.clock.sleepers > 0)
        self.bench.clock.advance(duration)


@asynccontextmanager
async def a_discord_server(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[FakeDiscord]:
    """Serve a Discord on the loopback to which the library connects instead of the real one."""
    fake = FakeDiscord()
    async with serving(fake) as server:
        monkeypatch.setattr(Route, "BASE", str(server.make_url("/api")))
        monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", URL(f"ws://127.0.0.1:{server.port}/gateway"))
        yield fake


@asynccontextmanager
async def a_discord_line(folder: Path, server: FakeDiscord, token: str = TOKEN) -> AsyncIterator[DiscordLine]:
    """Run a gateway."""
    async with a_bench(folder) as bench, task_nest() as nest:
        bench.desk.board.add("discord")
        gateway = DiscordGateway(bench.desk.front("discord"), token)
        nest.start(gateway.run(), "discord")
        yield DiscordLine(bench, gateway, server)
