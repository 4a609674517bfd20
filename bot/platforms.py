"""The chat platforms that are set up: each is loaded late and in a thread, for its library is heavy."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from bot.commands.front_desk import FrontDesk
from bot.commands.gateway import PlatformGateway
from bot.settings import Settings

MakeGateway = Callable[[FrontDesk], PlatformGateway]


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """A platform by name; `load` imports its library (call it in a thread) and returns what makes its gateway."""

    name: str
    load: Callable[[], MakeGateway]


def platforms(settings: Settings) -> tuple[Platform, ...]:
    """Return the platforms whose tokens are set."""
    found = []
    if settings.telegram_token is not None:
        token = settings.telegram_token.get_secret_value()
        found.append(Platform(name="telegram", load=partial(_telegram, token, settings.telegram_api_url)))
    if settings.discord_token is not None:
        found.append(Platform(name="discord", load=partial(_discord, settings.discord_token.get_secret_value())))
    return tuple(found)


def _telegram(token: str, api_url: str) -> MakeGateway:
    from adapters.chat.telegram.gateway import telegram_gateway

    return partial(telegram_gateway, token, api_url)


def _discord(token: str) -> MakeGateway:
    from adapters.chat.discord.gateway import discord_gateway

    return partial(discord_gateway, token)
