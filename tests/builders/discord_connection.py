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
from bot.engine.concurrency.task_scope import task_scope
from bot.engine.health.figures import ComponentHealth
from tests.builders.chat_harness import ChatHarness, a_chat_harness
from tests.fakes.discord_server import TOKEN, FakeDiscord, serving

DEADLINE_SECONDS = 20.0
A_MOMENT = 0.001
"""Between two looks; a loop that only spins would keep the threads of the storage from working."""


@dataclass(slots=True)
class DiscordConnectionHarness:
    """A running gateway, the Discord it talks to, and what the board says of it."""

    chat: ChatHarness
    gateway: DiscordGateway
    server: FakeDiscord

    @property
    def part(self) -> ComponentHealth:
        (found,) = self.chat.command_bus.platform_health.components()
        return found

    async def until_told(self, text: str) -> ComponentHealth:
        """Wait until the board says something of the platform."""
        await self.until(lambda: text in self.part.state)
        return self.part

    async def until_up(self) -> None:
        """Wait until the board says that the platform answers."""
        await self.until(lambda: self.part.is_healthy)

    async def until(self, is_so: Callable[[], bool]) -> None:
        """Wait until something is so on either side of the socket."""
        async with asyncio.timeout(DEADLINE_SECONDS):
            while not is_so():  # noqa: ASYNC110 - neither the board nor a clock raises events
                await asyncio.sleep(A_MOMENT)

    async def passed(self, duration: timedelta) -> None:
        """Let time pass once the gateway waits for it."""
        await self.until(lambda: self.chat.clock.sleepers > 0)
        self.chat.clock.advance(duration)


@asynccontextmanager
async def a_discord_server(monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[FakeDiscord]:
    """Serve a Discord on the loopback to which the library connects instead of the real one."""
    fake = FakeDiscord()
    async with serving(fake) as server:
        monkeypatch.setattr(Route, "BASE", str(server.make_url("/api")))
        monkeypatch.setattr(DiscordWebSocket, "DEFAULT_GATEWAY", URL(f"ws://127.0.0.1:{server.port}/gateway"))
        yield fake


@asynccontextmanager
async def a_discord_connection(
    folder: Path, server: FakeDiscord, token: str = TOKEN
) -> AsyncIterator[DiscordConnectionHarness]:
    """Run a gateway."""
    async with a_chat_harness(folder) as bench, task_scope() as scope:
        bench.command_bus.platform_health.register_platform("discord")
        gateway = DiscordGateway(bench.command_bus, token)
        scope.start_task(gateway.run(), "discord")
        yield DiscordConnectionHarness(bench, gateway, server)
