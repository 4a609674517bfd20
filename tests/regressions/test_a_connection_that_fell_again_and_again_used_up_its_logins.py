"""A connection that stood and broke at once was made anew every second.

Discord takes a thousand logins a day, then it ends the token.
"""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest

from adapters.chat.discord.gateway import FIRST_PAUSE, LONGEST_PAUSE, STABLE_CONNECTION
from adapters.chat.discord.interactions.client import COMMANDS_KEY
from tests.builders.discord_connection import DiscordConnectionHarness, a_discord_connection, a_discord_server

LOGINS_A_DAY = 1000


async def test_the_pauses_grow_while_it_falls_soon(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with a_discord_server(monkeypatch) as server, a_discord_connection(tmp_path, server) as line:
        await commands_sent(line)
        pause = FIRST_PAUSE
        for _ in range(8):
            await fallen(line)
            before = len(server.connection.identified)
            await line.passed(pause - timedelta(milliseconds=1))
            assert (len(server.connection.identified), line.chat.clock.sleepers) == (before, 1)
            await line.passed(timedelta(milliseconds=1))
            await more_logins(line, before)
            pause = min(2 * pause, LONGEST_PAUSE)


async def test_one_that_stood_for_long_is_made_anew_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    async with a_discord_server(monkeypatch) as server, a_discord_connection(tmp_path, server) as line:
        for logins in (1, 2, 3):
            await line.until_up()
            line.chat.clock.advance(STABLE_CONNECTION)
            await fallen(line)
            await line.passed(FIRST_PAUSE)
            await more_logins(line, logins)


def test_a_day_has_less_logins_than_discord_takes() -> None:
    assert timedelta(days=1) / (FIRST_PAUSE + STABLE_CONNECTION) < LOGINS_A_DAY
    assert timedelta(days=1) / LONGEST_PAUSE < LOGINS_A_DAY


async def commands_sent(line: DiscordConnectionHarness) -> None:
    """Wait until nothing else than the connection will wait for the clock."""
    notes = line.chat.command_bus.key_value_store("discord")
    async with asyncio.timeout(10):
        while not await notes.read_value(COMMANDS_KEY):  # noqa: ASYNC110 - notes raise no events
            await asyncio.sleep(0)


async def more_logins(line: DiscordConnectionHarness, than: int) -> None:
    """Wait until there was another login."""
    await line.until(lambda: len(line.server.connection.identified) > than)


async def fallen(line: DiscordConnectionHarness) -> None:
    await line.until_up()
    await line.server.connection.emit("INTERACTION_CREATE", {"id": "no number"})
    await line.until_told("broke")
