"""People on Discord: the real gateway over real sockets, against a Discord on the loopback."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from unittest.mock import patch

from discord.gateway import DiscordWebSocket
from discord.http import Route
from yarl import URL

from adapters.chat.discord.gateway import DiscordGateway
from adapters.chat.discord.interactions.request_mapping import PLATFORM
from benchmarks.fleet import CHAT_SETTINGS, OWNER, START
from benchmarks.person import Line
from bot.assembly.chat import open_chat
from bot.assembly.platforms import Platform
from bot.commands.spec.registry import CommandRegistry
from bot.domain.facts import Saved
from bot.domain.people import Identity
from bot.engine.runtime.engine import Engine
from tests.builders.slash import slash
from tests.fakes.discord_events import EVENT, InteractionSender
from tests.fakes.discord_server import TOKEN, FakeDiscord, serving

LOOK_SECONDS = 0.001
PEOPLE = tuple(InteractionSender(user_id=str(4200 + number)) for number in range(10))


@asynccontextmanager
async def on_discord(desk: Engine) -> AsyncIterator[Line]:
    """Connect people who take turns; this Discord works in this process too, so its own work counts against us."""
    fake = FakeDiscord()
    await desk.writer.commit(tuple(Saved(_identity(person)) for person in PEOPLE))
    platform = Platform(name=PLATFORM, load_gateway_factory=lambda: lambda front: DiscordGateway(front, TOKEN))
    async with serving(fake) as server:
        with (
            patch.object(Route, "BASE", str(server.make_url("/api"))),
            patch.object(DiscordWebSocket, "DEFAULT_GATEWAY", URL(f"ws://127.0.0.1:{server.port}/gateway")),
        ):
            async with open_chat(desk, CHAT_SETTINGS, "benchmark", platforms=(platform,)) as chat:
                await fake.connection.ready()
                registry = chat.command_bus.registry
                yield Line(chat, lambda line: _ask(fake, registry, line))
    assert not fake.refused, fake.refused


def _identity(person: InteractionSender) -> Identity:
    return Identity(platform=PLATFORM, platform_id=person.user_id, operator_id=OWNER.operator_id, linked_at=START)


async def _ask(fake: FakeDiscord, registry: CommandRegistry, line: str) -> float:
    """Send a slash command; the reaction is the acknowledgement, and the next command waits for the answer."""
    name, options = slash(registry, line)
    person = PEOPLE[len(fake.callbacks) % len(PEOPLE)]
    acknowledged, answered = len(fake.callbacks), len(fake.answers)
    before = time.perf_counter()
    await fake.connection.emit(EVENT, person.slash(name, {key: str(value) for key, value in options.items()}))
    while len(fake.callbacks) == acknowledged:  # noqa: ASYNC110 - the fake raises no events
        await asyncio.sleep(LOOK_SECONDS)
    seconds = time.perf_counter() - before
    while len(fake.answers) == answered:  # noqa: ASYNC110 - the fake raises no events
        await asyncio.sleep(LOOK_SECONDS)
    said = str(fake.answers[-1].get("content"))
    assert not said.startswith(("Failed", "Invalid")), f"{line}: {said}"
    return seconds
