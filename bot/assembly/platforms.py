"""Configured chat platforms, each loaded late and in a thread, since its library is heavy."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from functools import partial

from bot.commands.dispatch.command_bus import CommandBus
from bot.commands.dispatch.gateway_context import GatewayContext
from bot.commands.notify.gateway import PlatformGateway
from bot.commands.notify.notifier import ChatNotifier
from bot.ports.clock import Clock
from bot.settings import Settings

logger = logging.getLogger(__name__)

RESTART_DELAY = timedelta(seconds=30)
"""Pause before a platform that failed is restarted."""

GatewayFactory = Callable[[GatewayContext], PlatformGateway]
TokenCheck = Callable[[], Awaitable[str]]
"""Returns the bot's name on its platform; raises Unavailable with the reason if there is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Platform:
    """A platform; `load_gateway_factory` imports its library, so call it in a thread."""

    name: str
    load_gateway_factory: Callable[[], GatewayFactory]
    check_token: TokenCheck | None = None


def configured_platforms(settings: Settings) -> tuple[Platform, ...]:
    found = []
    if settings.telegram_token is not None:
        access = (settings.telegram_token.get_secret_value(), settings.telegram_api_url)
        load, check = partial(_load_telegram, *access), partial(_check_telegram_token, *access)
        found.append(Platform(name="telegram", load_gateway_factory=load, check_token=check))
    if settings.discord_token is not None:
        token = settings.discord_token.get_secret_value()
        load, check = partial(_load_discord, token), partial(_check_discord_token, token)
        found.append(Platform(name="discord", load_gateway_factory=load, check_token=check))
    return tuple(found)


def token_checks(settings: Settings) -> dict[str, TokenCheck]:
    platforms = configured_platforms(settings)
    return {one.name.capitalize(): one.check_token for one in platforms if one.check_token is not None}


async def serve_platform(platform: Platform, command_bus: CommandBus, notifier: ChatNotifier, clock: Clock) -> None:
    """Serve a platform for ever; this is the guard that keeps it from ending the others, and trading."""
    while True:
        try:
            make = await asyncio.to_thread(platform.load_gateway_factory)
            gateway = make(command_bus)
            command_bus.live_messages.add_gateway(gateway)
            command_bus.topics.register_gateway(gateway)
            notifier.add_gateway(gateway)
            await gateway.run()
        except Exception:
            logger.exception("a platform broke", extra={"platform": platform.name})
        command_bus.platform_health.mark_down(platform.name, "it broke and is begun anew; the log says why")
        await clock.sleep(RESTART_DELAY)


def _load_telegram(token: str, api_url: str) -> GatewayFactory:
    from adapters.chat.telegram.gateway import create_telegram_gateway

    return partial(create_telegram_gateway, token, api_url)


def _load_discord(token: str) -> GatewayFactory:
    from adapters.chat.discord.gateway import DiscordGateway

    return partial(DiscordGateway, token=token)


async def _check_telegram_token(token: str, api_url: str) -> str:
    from adapters.chat.telegram.transport.connection import check_token

    return await check_token(token, api_url)


async def _check_discord_token(token: str) -> str:
    from adapters.chat.discord.gateway import check_token

    return await check_token(token)
