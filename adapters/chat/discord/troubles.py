"""What the library's errors mean for a message, and what Discord's numbers stand for."""

from datetime import timedelta

import aiohttp
import discord

from bot.domain.errors import DeliveryError, DestinationGone

FOREIGN = (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError, RuntimeError)
"""What a call of the library may raise; RuntimeError is what a session says that was closed meanwhile."""
UNKNOWN_MESSAGE = 10008
UNKNOWN_WEBHOOK, UNKNOWN_INTERACTION, INVALID_TOKEN = 10015, 10062, 50027
ACKNOWLEDGED = 40060
TOO_MANY, FORBIDDEN, NOT_FOUND, BROKEN = 429, 403, 404, 500
DEAD_TOKEN = frozenset({UNKNOWN_WEBHOOK, UNKNOWN_INTERACTION, INVALID_TOKEN})
"""The interaction can no longer be answered: it is too old, or we were too slow."""


def delivery_error(error: Exception) -> DeliveryError:
    """Translate what went wrong with a message; nothing of its text, and no token, is in the result."""
    if isinstance(error, discord.RateLimited):
        return DeliveryError("Discord asks to wait", retry_after=timedelta(seconds=error.retry_after))
    if isinstance(error, discord.HTTPException):
        return _refused(error)
    return DeliveryError(f"Discord cannot be reached ({type(error).__name__})")


def is_doubtful(error: Exception) -> bool:
    """Tell whether a message may have arrived although sending it failed."""
    if isinstance(error, discord.RateLimited):
        return False
    return not isinstance(error, discord.HTTPException) or error.status >= BROKEN


def is_dead(error: discord.HTTPException) -> bool:
    """Tell whether an interaction cannot be answered any more."""
    return error.code in DEAD_TOKEN


def _refused(error: discord.HTTPException) -> DeliveryError:
    if error.status == TOO_MANY:
        return DeliveryError("Discord asks to wait", retry_after=_retry_after(error))
    if error.status >= BROKEN:
        return DeliveryError(f"Discord answers {error.status}")
    if error.code == UNKNOWN_MESSAGE:
        return DeliveryError("the message is gone", is_permanent=True)
    if error.status in (FORBIDDEN, NOT_FOUND):
        return DestinationGone(f"Discord takes no messages for this chat ({error.status}, code {error.code})")
    return DeliveryError(f"Discord refuses the message ({error.status}, code {error.code})", is_permanent=True)


def _retry_after(error: discord.HTTPException) -> timedelta | None:
    text = error.response.headers.get("Retry-After", "")
    return timedelta(seconds=float(text)) if text.replace(".", "", 1).isdigit() else None
