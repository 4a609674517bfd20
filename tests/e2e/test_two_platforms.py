"""Telegram and Discord at one desk: one person, one fleet, and neither platform hurts the other."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import pytest

from adapters.data.recording import RECORDED_VENUE
from tests.builders.chat_driver import NAME, market
from tests.builders.discord_driver import DiscordDriver, a_discord, open_driver
from tests.builders.running_process import SETUP_CODE, a_running_process
from tests.builders.telegram_driver import PERSON_ID, TelegramDriver, a_telegram
from tests.fakes.bot_api.people import TelegramUser
from tests.fakes.bot_api.server import FakeTelegram

NEW = "/new alpha ema-cross BTC/USDT 1h capital=1000"
CODE = re.compile(r"\b[2-9A-Z]{4}-[2-9A-Z]{4}\b")


@dataclass(frozen=True, slots=True)
class Both:
    """Mia at her phone and at her desk."""

    telegram: FakeTelegram
    phone: TelegramDriver
    discord: DiscordDriver


@asynccontextmanager
async def both(folder: Path) -> AsyncIterator[Both]:
    """Open a desk on both platforms, claimed on Telegram and linked on Discord."""
    opened, discord = a_discord()
    async with (
        a_telegram() as (telegram, platform),
        a_running_process(folder, market(), is_claimed=False, platforms=(platform, discord)) as engine,
    ):
        phone = TelegramDriver(engine, TelegramUser(telegram.world, PERSON_ID, NAME))
        other = await open_driver(engine, opened)
        await phone.say(f"/claim {SETUP_CODE}")
        await phone.say("/link")
        found = CODE.search(phone.person.chat.last.text)
        assert found, phone.person.chat.texts
        linked = await other.say(f"/link {found[0]}")
        assert linked.headline.startswith("✅"), linked
        await phone.news("linked another account")
        yield Both(telegram, phone, other)


async def test_what_is_made_on_one_platform_is_worked_on_the_other(tmp_path: Path) -> None:
    async with both(tmp_path) as engine:
        await engine.phone.press(await engine.phone.say(NEW), "Create")
        assert (await engine.discord.say("/run alpha")).headline.startswith("🟢 alpha · PRACTICE · running")
        # What is done on one platform is told on the other.
        await engine.phone.news("🟢 alpha · PRACTICE · running")
        assert "Refused: alpha (PRACTICE) is running" in (await engine.phone.say("/run alpha")).headline


@pytest.mark.fault
async def test_discord_works_and_bots_trade_while_telegram_is_down(tmp_path: Path) -> None:
    async with both(tmp_path) as engine:
        await engine.phone.press(await engine.phone.say(NEW), "Create and run")
        engine.telegram.go_down()
        await engine.discord.say("/market speed=max")
        await engine.discord.process.engine.venue_contexts[RECORDED_VENUE].feed.wait_until_ended()
        assert (await engine.discord.say("/pnl alpha")).pictures == 1
        engine.telegram.come_back()
        told = await engine.phone.news("trade 1 closed")
        assert told.pictures == 1
