"""The doctor asks each platform whether it knows the token."""

import pytest
from pydantic import SecretStr

from adapters.chat.telegram.transport.connection import REJECTED_BY_TELEGRAM
from bot.assembly.platforms import token_checks
from bot.domain.errors import Unavailable
from bot.settings import Settings
from tests.builders.chat_harness import NOON
from tests.builders.discord_connection import a_discord_server
from tests.fakes.bot_api.faults import bad_gateway
from tests.fakes.bot_api.server import TOKEN, FakeTelegram, serving
from tests.fakes.clock import FakeClock
from tests.fakes.discord_server import TOKEN as TOKEN_AT_DISCORD
from tests.fakes.discord_server import Fault


def settings_for(url: str, token: str = TOKEN) -> Settings:
    return Settings(telegram_token=SecretStr(token), telegram_api_url=url)


async def test_a_token_that_telegram_knows_is_named() -> None:
    async with serving(FakeTelegram(FakeClock(NOON))) as url:
        assert await token_checks(settings_for(url))["Telegram"]() == "@DeskBot"


async def test_a_revoked_token_is_told_without_telling_it() -> None:
    async with serving(FakeTelegram(FakeClock(NOON))) as url:
        with pytest.raises(Unavailable) as found:
            await token_checks(settings_for(url, "123456789:AAnother_token_of_the_tests"))["Telegram"]()
    assert str(found.value) == REJECTED_BY_TELEGRAM


async def test_a_platform_that_is_down_is_told() -> None:
    telegram = FakeTelegram(FakeClock(NOON))
    telegram.fail("getMe", bad_gateway())
    async with serving(telegram) as url:
        with pytest.raises(Unavailable, match="Telegram cannot be reached"):
            await token_checks(settings_for(url))["Telegram"]()


async def test_discord_is_asked_too(monkeypatch: pytest.MonkeyPatch) -> None:
    settings = Settings(discord_token=SecretStr(TOKEN_AT_DISCORD))
    async with a_discord_server(monkeypatch) as discord:
        assert await token_checks(settings)["Discord"]() != ""
        discord.fail("GET /users/@me", Fault(status=401))
        with pytest.raises(Unavailable, match="does not accept the token in DISCORD_TOKEN"):
            await token_checks(settings)["Discord"]()


def test_nothing_is_asked_without_a_token() -> None:
    assert token_checks(Settings()) == {}
