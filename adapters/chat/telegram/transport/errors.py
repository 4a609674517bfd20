"""Translation of the library's errors into texts of our own: theirs may contain the token."""

import os
from datetime import timedelta

import httpx
from telegram.error import (
    BadRequest,
    ChatMigrated,
    Conflict,
    Forbidden,
    InvalidToken,
    NetworkError,
    RetryAfter,
    TelegramError,
)

from bot.domain.errors import DeliveryError, DestinationGone, MessageGone, TopicGone, TopicRefused

# Durations are timedelta then, as they always will be in the library's next version.
os.environ.setdefault("PTB_TIMEDELTA", "1")

LIBRARY_ERRORS = (TelegramError, OSError, TimeoutError, RuntimeError)
"""Errors that a call of the library may raise; RuntimeError comes after it was shut down."""
UNSENT_ERRORS = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, RuntimeError)
BLOCKED_BY_PROXY = "Telegram cannot be reached: something on the way answers instead"
NOT_MODIFIED = "message is not modified"
UNPARSABLE = "can't parse entities"
NO_TEXT, NO_MEDIA = "there is no text in the message", "there is no media in the message"
INVALID_PICTURE = ("photo_invalid_dimensions", "image_process_failed")
_CHAT_GONE = (
    "chat not found",
    "user is deactivated",
    "chat_write_forbidden",
    "not enough rights to send",
    "have no rights to send",
    "need administrator rights",
    "peer_id_invalid",
    "group chat was upgraded",
    "channel_private",
)
_TOPIC_GONE = ("message thread not found", "topic_deleted", "topic_closed", "topic_id_invalid")
_NO_RIGHT = ("not enough rights", "have no rights", "administrator rights", "admin_required", "admin privileges")
_MESSAGE_GONE = (
    "message to edit not found",
    "message can't be edited",
    "message_id_invalid",
    "message identifier is not specified",
)


def has_error_text(error: Exception, *texts: str) -> bool:
    """Return whether a refusal of Telegram contains one of these texts."""
    if not isinstance(error, BadRequest):
        return False
    message = error.message.casefold()
    return any(text in message for text in texts)


def is_proxy_page(error: Exception) -> bool:
    """Return whether a proxy on the way refused with a page of its own, which says nothing about Telegram."""
    is_refusal = isinstance(error, BadRequest | Conflict | Forbidden | InvalidToken)
    return is_refusal and isinstance(error.__cause__, TelegramError)


def delivery_error(error: Exception) -> DeliveryError:
    """Translate an error of sending."""
    match error:
        case _ if is_proxy_page(error):
            return DeliveryError(BLOCKED_BY_PROXY)
        case RetryAfter():
            return DeliveryError("Telegram asks to wait", retry_after=retry_delay(error))
        case Forbidden():
            return DestinationGone("Telegram takes no messages for this chat: blocked, left or deleted")
        case BadRequest():
            return _bad_request_error(error)
        case ChatMigrated():
            return DeliveryError("the group has moved")
        case InvalidToken():
            return DeliveryError("Telegram does not accept the token")
        case _:
            # The request cannot have reached Telegram if there was no connection.
            is_unsent = isinstance(error, NetworkError | OSError) and isinstance(error.__cause__, UNSENT_ERRORS)
            return DeliveryError(f"Telegram cannot be reached ({type(error).__name__})", is_doubtful=not is_unsent)


def edit_error(error: Exception) -> DeliveryError:
    """Translate an error of changing a message; it never says that the chat is gone."""
    if has_error_text(error, *_MESSAGE_GONE):
        return MessageGone()
    translated = delivery_error(error)
    if isinstance(translated, DestinationGone):
        return DeliveryError(str(translated), is_permanent=True)
    return translated


def topic_error(error: Exception) -> DeliveryError:
    if has_error_text(error, "not a forum"):
        return TopicRefused("this group has no topics: who owns it can switch them on in its settings")
    if has_error_text(error, *_NO_RIGHT):
        return TopicRefused("I may not make topics here: make me an administrator who may manage topics")
    return delivery_error(error)


def retry_delay(error: RetryAfter) -> timedelta:
    pause = error.retry_after
    return pause if isinstance(pause, timedelta) else timedelta(seconds=pause)


def _bad_request_error(error: BadRequest) -> DeliveryError:
    if has_error_text(error, *_TOPIC_GONE):
        return TopicGone("Telegram takes no messages for this topic: it is deleted or closed")
    if has_error_text(error, *_CHAT_GONE):
        return DestinationGone("Telegram takes no messages for this chat: it is gone, or we may not write there")
    return DeliveryError(f"Telegram refuses the message: {error.message[:100]}", is_permanent=True)
