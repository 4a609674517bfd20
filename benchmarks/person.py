"""A person who commands a fleet of 10,000 bots without a pause: real commands through the real pipeline."""

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from itertools import cycle

from adapters.chat.console.gateway import ADDRESS, PLATFORM, local_person
from benchmarks.fleet import CHAT_SETTINGS
from bot.assembly.chat import ChatPlatforms, open_chat
from bot.commands.spec.request import Request
from bot.engine.runtime.engine import Engine

COMMANDS = (
    "/bots",
    "/bot bot-17",
    "/pause bot-4711",
    "/bots page=250",
    "/why bot-123",
    "/status bot-9999",
    "/resume bot-4711",
    "/orders bot-8",
    "/bots filter=bot-77",
    "/trades bot-8",
    "/edit bot-300 stop_loss=3%",
    "/signals bot-8",
    "/stop bot-600",
    "/positions bot-5",
    "/help",
    "/run bot-600",
    "/balance",
    "/health",
    "/edit bot-300 stop_loss=none",
    "/logs",
)
PAUSE_SECONDS = 0.02
"""Between an answer and the next command."""


Ask = Callable[[str], Awaitable[float]]
"""Sends a command and returns after how many seconds the person saw a reaction."""


@dataclass(frozen=True, slots=True)
class Line:
    """The chat of a desk, and a person who is connected to it."""

    chat: ChatPlatforms
    ask: Ask


OpenLine = Callable[[Engine], AbstractAsyncContextManager[Line]]


@asynccontextmanager
async def at_the_pipeline(desk: Engine) -> AsyncIterator[Line]:
    """Ask where every gateway asks: what a gateway adds comes on top."""
    async with open_chat(desk, CHAT_SETTINGS, "benchmark") as chat:
        yield Line(chat, partial(_dispatch, chat))


async def talk(ask: Ask, seconds: list[float]) -> None:
    """Send commands for ever and note how long each reaction took."""
    for line in cycle(COMMANDS):
        seconds.append(await ask(line))
        await asyncio.sleep(PAUSE_SECONDS)


async def _dispatch(chat: ChatPlatforms, line: str) -> float:
    person = local_person()
    request = Request(
        platform=PLATFORM,
        platform_id=person.platform_id,
        chat=ADDRESS,
        text=line,
        display_name=person.display_name,
        is_slash_optional=True,
        is_throttled=False,
    )
    before = time.perf_counter()
    reply = await chat.command_bus.pipeline.dispatch_request(request)
    seconds = time.perf_counter() - before
    assert reply is not None
    # A refusal is an answer too: a bot that is still stopping cannot be run.
    assert not reply.headline.startswith(("Failed", "Invalid")), f"{line}: {reply.headline}"
    return seconds
