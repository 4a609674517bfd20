"""Both walks on Discord over real sockets, in the composed desk: claim, create, run, and a fill with its picture."""

import asyncio
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from adapters.chat.discord.gateway import DiscordGateway
from bot.assembly.platforms import Platform
from tests.builders.discord_connection import a_discord_server
from tests.builders.running_process import DEADLINE_SECONDS, SETUP_CODE, a_running_process
from tests.builders.stretches import a_stretch
from tests.fakes.discord_events import EVENT, InteractionSender
from tests.fakes.discord_server import TOKEN, FakeDiscord, Received

MIA, CHAT = InteractionSender(), "7"
SILENT = 4096


async def answer(discord: FakeDiscord, event: dict[str, object]) -> str:
    """Send what somebody did and return line 1 of its answer."""
    before = len(discord.answers)
    await discord.connection.emit(EVENT, event)
    await until(lambda: len(discord.answers) > before)
    return str(discord.answers[-1]["content"])


async def until(is_so: Callable[[], bool]) -> None:
    async with asyncio.timeout(DEADLINE_SECONDS):
        while not is_so():  # noqa: ASYNC110 - what is awaited is on the other side of a socket
            await asyncio.sleep(0.005)


def news(discord: FakeDiscord, text: str) -> list[Received]:
    path = f"/channels/{CHAT}/messages"
    return [one for one in discord.received if one.path == path and text in str(one.body.get("content"))]


async def test_from_the_claim_to_a_picture_of_the_fill(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    recording = a_stretch("BTC/USDT", "1h", first=2000, warm_up=300, length=5)
    platform = Platform(name="discord", load_gateway_factory=lambda: partial(DiscordGateway, token=TOKEN))
    async with (
        a_discord_server(monkeypatch) as discord,
        a_running_process(tmp_path, recording, is_claimed=False, platforms=(platform,)),
    ):
        await discord.connection.ready()
        await until(lambda: bool(discord.commands))
        assert (await answer(discord, MIA.slash("claim", {"code": SETUP_CODE}))).startswith("✅ You are the owner")
        words = {"name": "alpha", "strategy": "ema-cross", "symbol": "BTC/USDT", "timeframe": "1h", "capital": "1000"}
        summary = await answer(discord, MIA.slash("new", {**words, "settings": "stop_loss=3%"}))
        assert summary == "**New bot** · PRACTICE · check and create"
        created = await answer(discord, MIA.press(discord.button("Create")))
        assert created == "⏹️ **alpha** · PRACTICE · created, never run"
        running = await answer(discord, MIA.press(discord.button("Run")))
        assert running == "🟢 **alpha** · PRACTICE · running"
        await answer(discord, MIA.slash("market", {"speed": "max"}))
        await until(lambda: bool(news(discord, "bought")))
        (fill,) = news(discord, "bought")
        assert fill.body["content"] == "▲ **alpha** · PRACTICE · bought 0.01532 BTC at 64,880.01"
        assert fill.body["flags"] == SILENT
        assert [name.rpartition(".")[2] for name in fill.files] == ["png"]
        assert not discord.refused
        assert not news(discord, "running"), "the reply said it"
