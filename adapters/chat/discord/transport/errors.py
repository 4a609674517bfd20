"""Translation of discord.py's errors, and the codes of Discord that matter."""

from dataclasses import dataclass
from datetime import timedelta

import aiohttp
import discord

from bot.domain.errors import DeliveryError, DestinationGone, MessageGone, TopicGone, TopicRefused

LIBRARY_ERRORS = (discord.DiscordException, aiohttp.ClientError, OSError, TimeoutError, RuntimeError)
"""Errors that a call of the library may raise; RuntimeError comes from a session that was closed meanwhile."""
UNKNOWN_CHANNEL, UNKNOWN_MESSAGE = 10003, 10008
THREAD_LOCKED = 50083
"""The thread is archived and we may not open it."""
UNKNOWN_WEBHOOK, UNKNOWN_INTERACTION, INVALID_TOKEN = 10015, 10062, 50027
ALREADY_ACKNOWLEDGED = 40060
TOO_MANY_REQUESTS, FORBIDDEN, NOT_FOUND, SERVER_ERROR = 429, 403, 404, 500
DEAD_INTERACTION_CODES = frozenset({UNKNOWN_WEBHOOK, UNKNOWN_INTERACTION, INVALID_TOKEN})
"""The interaction can no longer be answered: it is too old, or we were too slow."""
BAD_TOKEN_CODES, BAD_INTENTS_CODES = frozenset({4004}), frozenset({4013, 4014})
BAD_SETUP_CODES = frozenset({4010, 4011, 4012})
"""Codes with which Discord's gateway closes for good."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outage:
    """Reason of a lost connection, in words for the owner; `is_final` when only a person can fix it."""

    reason: str
    is_final: bool = False
    retry_after: timedelta = timedelta()


TOKEN_REJECTED = Outage(
    reason="Discord does not accept the token in DISCORD_TOKEN: make a new one there", is_final=True
)
INTENTS_REFUSED = Outage(reason="Discord refuses the intents of this bot, although none is privileged", is_final=True)


def explain_outage(error: Exception | None) -> Outage:
    """Translate the error that ended a connection; None is an end without error."""
    match error:
        case None:
            return Outage(reason="the connection to Discord ended")
        case discord.LoginFailure():
            return TOKEN_REJECTED
        case discord.PrivilegedIntentsRequired():
            return INTENTS_REFUSED
        case discord.ConnectionClosed():
            return _closed_outage(error.code)
        case _ if isinstance(error, LIBRARY_ERRORS):
            translated = delivery_error(error)
            return Outage(reason=str(translated), retry_after=translated.retry_after or timedelta())
        case _:
            return Outage(reason=f"the connection to Discord broke ({type(error).__name__})")


def _closed_outage(code: int) -> Outage:
    if code in BAD_TOKEN_CODES:
        return TOKEN_REJECTED
    if code in BAD_INTENTS_CODES:
        return INTENTS_REFUSED
    return Outage(reason=f"Discord closed the connection (code {code})", is_final=code in BAD_SETUP_CODES)


def delivery_error(error: Exception) -> DeliveryError:
    """Translate an error of sending; the result contains neither the message's text nor a token."""
    if isinstance(error, discord.RateLimited):
        return DeliveryError("Discord asks to wait", retry_after=timedelta(seconds=error.retry_after))
    if isinstance(error, discord.HTTPException):
        return _http_error(error)
    return DeliveryError(f"Discord cannot be reached ({type(error).__name__})")


def thread_error(error: Exception) -> DeliveryError:
    if isinstance(error, discord.Forbidden) and error.code:
        return TopicRefused("I may not make threads here: give me the permission Create Public Threads")
    return delivery_error(error)


def edit_error(error: Exception) -> DeliveryError:
    """Translate an error of changing a message; one that cannot be changed says nothing about its chat."""
    translated = delivery_error(error)
    return MessageGone(str(translated)) if isinstance(translated, DestinationGone) else translated


def is_doubtful(error: Exception) -> bool:
    """Return whether a message may have arrived although sending it failed."""
    if isinstance(error, discord.RateLimited | aiohttp.ClientConnectorError):
        return False
    return not isinstance(error, discord.HTTPException) or error.status >= SERVER_ERROR


def _http_error(error: discord.HTTPException) -> DeliveryError:
    if error.status == TOO_MANY_REQUESTS:
        return DeliveryError("Discord asks to wait", retry_after=_retry_after(error))
    if error.status >= SERVER_ERROR:
        return DeliveryError(f"Discord answers {error.status}")
    if error.code == UNKNOWN_MESSAGE:
        return MessageGone()
    if error.status in (FORBIDDEN, NOT_FOUND) and not error.code:
        # Discord always names a code; this is a page of a proxy on the way.
        return DeliveryError(f"Discord cannot be reached: something on the way answers {error.status}")
    if error.code in (UNKNOWN_CHANNEL, THREAD_LOCKED):
        return TopicGone("Discord does not know this channel or thread any more, or it takes no messages")
    if error.status in (FORBIDDEN, NOT_FOUND):
        return DestinationGone(f"Discord takes no messages for this chat ({error.status}, code {error.code})")
    return DeliveryError(f"Discord refuses the message ({error.status}, code {error.code})", is_permanent=True)


def _retry_after(error: discord.HTTPException) -> timedelta | None:
    text = error.response.headers.get("Retry-After", "")
    return timedelta(seconds=float(text)) if text.replace(".", "", 1).isdigit() else None
