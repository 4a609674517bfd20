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
    if settings.telegram_token is None:
        return ()
    token = settings.telegram_token.get_secret_value()
    return (Platform(name="telegram", load=lambda: _telegram(token, settings.telegram_api_url)),)


def _telegram(token: str, api_url: str) -> MakeGateway:
    from adapters.chat.telegram.gateway import telegram_gateway

    return partial(telegram_gateway, token, api_url)
