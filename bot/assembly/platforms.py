"""The chat platforms that are set up: each is loaded late and in a thread, for its library is heavy."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from bot.commands.dispatch.assembly import Desk
from bot.commands.dispatch.gateway_context import FrontDesk
from bot.commands.notify.gateway import PlatformGateway
from bot.commands.notify.notifier import Notifier
from bot.ports.clock import Clock
from bot.settings import Settings

logger = logging.getLogger(__name__)

PAUSE = timedelta(seconds=30)
"""Before a platform that broke is begun anew."""

MakeGateway = Callable[[FrontDesk], PlatformGateway]
Examination = Callable[[], Awaitable[str]]
"""Says who the bot is on its platform, or raises Unavailable and says why it is nobody there."""


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


async def serve(platform: Platform, desk: Desk, notifier: Notifier, clock: Clock) -> None:
    """Serve people on a platform for ever: this is the guard that lets the others, and trading, live on."""
    while True:
        try:
            make = await asyncio.to_thread(platform.load)
            gateway = make(desk.front(platform.name))
            desk.live.add(gateway)
            desk.services.topics.add(gateway)
            notifier.add(gateway)
            await gateway.run()
        except Exception:
            logger.exception("a platform broke", extra={"platform": platform.name})
        desk.board.ill(platform.name, "it broke and is begun anew; the log says why")
        await clock.sleep(PAUSE)


def examinations(settings: Settings) -> dict[str, Examination]:
    """Return what asks each platform whose token is set if it knows the token."""
    found: dict[str, Examination] = {}
    if settings.telegram_token is not None:
        token = settings.telegram_token.get_secret_value()
        found["Telegram"] = partial(_examine_telegram, token, settings.telegram_api_url)
    if settings.discord_token is not None:
        found["Discord"] = partial(_examine_discord, settings.discord_token.get_secret_value())
    return found


def _telegram(token: str, api_url: str) -> MakeGateway:
    from adapters.chat.telegram.gateway import telegram_gateway

    return partial(telegram_gateway, token, api_url)


def _discord(token: str) -> MakeGateway:
    from adapters.chat.discord.gateway import discord_gateway

    return partial(discord_gateway, token)


async def _examine_telegram(token: str, api_url: str) -> str:
    from adapters.chat.telegram.token_check import examine

    return await examine(token, api_url)


async def _examine_discord(token: str) -> str:
    from adapters.chat.discord.token_check import examine

    return await examine(token)
