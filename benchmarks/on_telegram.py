"""People on Telegram: the real gateway over real sockets, against a Bot API on the loopback."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from itertools import count

from telegram.constants import ChatAction

from adapters.chat.telegram.gateway import create_telegram_gateway
from adapters.chat.telegram.transport.request_mapping import PLATFORM
from benchmarks.fleet import CHAT_SETTINGS, OWNER, START
from benchmarks.person import Line
from bot.assembly.chat import open_chat
from bot.assembly.platforms import Platform
from bot.domain.facts import Saved
from bot.domain.people import Identity
from bot.engine.runtime.engine import Engine
from tests.fakes.bot_api.people import TelegramUser
from tests.fakes.bot_api.server import TOKEN, FakeTelegram, serving

PEOPLE = 20
"""Telegram takes a message a second and chat: with fewer people its pace would be measured, not ours."""
FIRST_ID = 1_000_000
LOOK_SECONDS = 0.001


@asynccontextmanager
async def on_telegram(desk: Engine) -> AsyncIterator[Line]:
    """Connect people who take turns; the Bot API works in this process too, so its own work counts against us."""
    fake = FakeTelegram(desk.clock)
    people = [TelegramUser(fake.world, FIRST_ID + number, "Mia") for number in range(PEOPLE)]
    await desk.writer.commit(tuple(Saved(_identity(person)) for person in people))
    async with serving(fake) as url:
        platform = Platform(name=PLATFORM, load_gateway_factory=lambda: partial(create_telegram_gateway, TOKEN, url))
        async with open_chat(desk, CHAT_SETTINGS, "benchmark", platforms=(platform,)) as chat:
            turns = count()
            yield Line(chat, lambda line: _ask(fake, people[next(turns) % PEOPLE], line))
    assert not fake.breaches, fake.breaches


def _identity(person: TelegramUser) -> Identity:
    return Identity(platform=PLATFORM, platform_id=str(person.user_id), operator_id=OWNER.operator_id, linked_at=START)


async def _ask(fake: FakeTelegram, person: TelegramUser, line: str) -> float:
    """Send a command; the reaction is the answer, or the sign that it is being written."""
    signs, before = fake.world.actions, time.perf_counter()
    seen = len(signs)
    answer = asyncio.create_task(person.chat.after(person.writes(line)))
    while not answer.done() and (person.chat.chat_id, ChatAction.TYPING) not in signs[seen:]:  # noqa: ASYNC110 - the fake raises no events
        await asyncio.sleep(LOOK_SECONDS)
    seconds = time.perf_counter() - before
    text = (await answer).text
    assert not text.startswith(("Failed", "Invalid")), f"{line}: {text}"
    return seconds
