"""Autocomplete of slash commands: the desk's own words, for whom they are meant."""

import pytest

from bot.domain.people import Role
from tests.builders.discord_harness import DiscordHarness


async def offered(desk: DiscordHarness, command: str, option: str, typed: str, **filled: str) -> list[str]:
    choices = await desk.mia.autocomplete(command, option, typed, **filled)
    assert all(one["name"] == one["value"] for one in choices)
    return [str(one["value"]) for one in choices]


@pytest.fixture
async def with_bots(desk: DiscordHarness) -> DiscordHarness:
    for name in ("alpha", "beta", "alps"):
        await desk.chat.engine.create("ema-cross", "BTC/USDT", "1h", name=name)
    return desk


async def test_bots_are_offered_by_their_beginning(with_bots: DiscordHarness) -> None:
    assert await offered(with_bots, "bot", "name", "al") == ["alpha", "alps"]
    assert await offered(with_bots, "bot", "name", "") == ["alpha", "beta", "alps"]
    assert await offered(with_bots, "bot", "name", "zzz") == []


async def test_of_several_bots_the_last_is_completed_and_none_twice(with_bots: DiscordHarness) -> None:
    assert await offered(with_bots, "run", "names", "alpha al") == ["alpha alps"]


async def test_strategies_symbols_and_candles_are_offered(desk: DiscordHarness) -> None:
    assert await offered(desk, "new", "strategy", "e") == ["ema-cross", "rsi-reversion"]
    assert await offered(desk, "new", "symbol", "btc") == ["BTC/USDT"]
    assert await offered(desk, "new", "timeframe", "") == ["1h"]
    assert await offered(desk, "new", "account", "") == ["practice"]


async def test_parameters_of_the_chosen_strategy_are_offered_one_by_one(desk: DiscordHarness) -> None:
    names = await offered(desk, "new", "settings", "", strategy="ema-cross")
    assert "fast=" in names
    assert "levels=" not in names
    assert not {"account=", "capital="} & set(names), "those are options of their own"
    assert await offered(desk, "new", "settings", "fast=9 slo", strategy="ema-cross") == ["fast=9 slow="]
    assert await offered(desk, "new", "settings", "fast=9 kind=s", strategy="ema-cross") == ["fast=9 kind=sma"]


async def test_settings_of_a_bot_are_those_of_its_strategy(with_bots: DiscordHarness) -> None:
    assert "slow=" in await offered(with_bots, "edit", "changes", "", name="alpha")


async def test_strangers_and_roles_are_offered_what_they_may_see(with_bots: DiscordHarness) -> None:
    engine = with_bots
    stranger, viewer = await engine.somebody("eve", None), await engine.somebody("jonas", Role.VIEWER)
    assert await stranger.autocomplete(engine.channel, "bot", "name", "") == []
    assert await viewer.autocomplete(engine.channel, "bot", "name", "") == []
    assert await viewer.autocomplete(engine.channel, "run", "names", "") == []


async def test_what_would_be_too_long_to_choose_is_not_offered(desk: DiscordHarness) -> None:
    long = " ".join(f"x{number}=1" for number in range(25))
    assert await offered(desk, "new", "settings", f"{long} fas", strategy="ema-cross") == []
