"""A backtest on Telegram: its message says how far it is, and becomes the report with the picture."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

import pytest

from bot.commands.catalog import backtest as catalog
from tests.builders.telegram_harness import TelegramHarness


async def test_the_message_of_the_progress_becomes_the_report(
    open_counter: TelegramHarness, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalog, "SHORT_SECONDS", 0.01)
    chat, mia = open_counter.chat, open_counter.mia
    await chat.made("/new alpha ema-cross BTC/USDT 1h capital=1000 fast=5 slow=13")
    await chat.mia.say("/run alpha")
    await chat.engine.play_to_end()
    chat.runner.hold()
    chat.command_bus.live_messages.add_gateway(open_counter.gateway)
    live = asyncio.create_task(chat.command_bus.live_messages.run())
    try:
        message = await mia.says("/backtest alpha")
        assert message.headline == "⏳ alpha · PRACTICE · backtest · begins"
        assert message.labels == ["Cancel"]
        chat.runner.release()
        await open_counter.in_time(_changed(message.headline, lambda: message.headline))
        assert message.headline == "✅ alpha · PRACTICE · backtest"
        assert message.content.has_media
        assert "compare with /stats alpha" in message.text
        assert message.labels[:2] == ["Stats", "Card"]
    finally:
        live.cancel()
        with suppress(asyncio.CancelledError):
            await live


async def _changed(before: str, now: Callable[[], str]) -> None:
    while now() == before:  # noqa: ASYNC110 - what is awaited is a state, not an event
        await asyncio.sleep(0.01)
