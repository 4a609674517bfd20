"""Connections to the Bot API: a pool for calls, and one for polling; and the check of the token."""

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from telegram import Bot, Update
from telegram.error import InvalidToken
from telegram.request import HTTPXRequest

from adapters.chat.telegram.transport.errors import LIBRARY_ERRORS, delivery_error
from bot.domain.errors import Unavailable

logger = logging.getLogger(__name__)

POOL_SIZE = 64
TIMEOUT_SECONDS, MEDIA_TIMEOUT_SECONDS = 15.0, 40.0
WARNING_LOGGERS = ("httpx", "httpcore", "telegram")
CRITICAL_LOGGERS = ("telegram.request",)
REJECTED_BY_TELEGRAM = "Telegram does not accept the token in TELEGRAM_TOKEN: @BotFather has the right one"


class _UpdatesRequest(HTTPXRequest):
    """Connection for polling: an update the library cannot parse must not block those after it."""

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, object]:
        return drop_unreadable_updates(HTTPXRequest.parse_json_payload(payload))


@dataclass(frozen=True, slots=True)
class TelegramConnection:
    """A bot with its connections."""

    bot: Bot
    requests: tuple[HTTPXRequest, HTTPXRequest]

    @asynccontextmanager
    async def open_bot(self) -> AsyncIterator[Bot]:
        """Yield the bot; its connections are closed with the block."""
        calls, updates = self.requests
        async with calls, updates:
            yield self.bot


def create_connection(token: str, api_url: str) -> TelegramConnection:
    """Create the bot of a server; nothing is sent yet."""
    for name in WARNING_LOGGERS:
        # They log addresses, which contain the token, and messages, which may contain codes and keys.
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in CRITICAL_LOGGERS:
        # It logs whole answers that it cannot parse; we log those errors ourselves.
        logging.getLogger(name).setLevel(logging.CRITICAL)
    calls = HTTPXRequest(
        connection_pool_size=POOL_SIZE,
        read_timeout=TIMEOUT_SECONDS,
        write_timeout=TIMEOUT_SECONDS,
        connect_timeout=TIMEOUT_SECONDS,
        pool_timeout=TIMEOUT_SECONDS,
        media_write_timeout=MEDIA_TIMEOUT_SECONDS,
    )
    updates = _UpdatesRequest(connection_pool_size=2, connect_timeout=TIMEOUT_SECONDS, pool_timeout=TIMEOUT_SECONDS)
    base, files = f"{api_url}/bot", f"{api_url}/file/bot"
    bot = Bot(token, base_url=base, base_file_url=files, request=calls, get_updates_request=updates)
    return TelegramConnection(bot, (calls, updates))


async def check_token(token: str, api_url: str) -> str:
    """Return the bot's user name; raise Unavailable with the reason if Telegram refuses the token."""
    async with create_connection(token, api_url).open_bot() as bot:
        try:
            me = await bot.get_me()
        except InvalidToken:
            raise Unavailable(REJECTED_BY_TELEGRAM) from None
        except LIBRARY_ERRORS as error:
            raise Unavailable(str(delivery_error(error))) from None
    return f"@{me.username}"


def drop_unreadable_updates(answer: dict[str, object]) -> dict[str, object]:
    """Return an answer in which the updates that the library cannot parse are empty."""
    updates = answer.get("result")
    if not isinstance(updates, list):
        return answer
    kept = [update if _is_readable(update) else {"update_id": update["update_id"]} for update in updates]
    return {**answer, "result": kept}


def _is_readable(update: dict[str, object]) -> bool:
    try:
        Update.de_json(update, None)
    except (KeyError, TypeError, ValueError, AttributeError, OverflowError, OSError) as error:
        logger.warning("an update cannot be read", extra={"error": type(error).__name__})
        return False
    return True
