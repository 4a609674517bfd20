"""Connections to the Bot API: one pool for what is sent, one line for what is heard."""

import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from telegram import Bot, Update
from telegram.request import HTTPXRequest

logger = logging.getLogger(__name__)

POOL_SIZE = 64
TIMEOUT_SECONDS, MEDIA_TIMEOUT_SECONDS = 15.0, 40.0
WARNING_LOGGERS = ("httpx", "httpcore", "telegram")
CRITICAL_LOGGERS = ("telegram.request",)


class _UpdatesRequest(HTTPXRequest):
    """The line for updates: one that the library cannot read must not keep those after it from being heard."""

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, object]:
        """Read an answer."""
        return drop_unreadable_updates(HTTPXRequest.parse_json_payload(payload))


@dataclass(frozen=True, slots=True)
class TelegramConnection:
    """A bot and what carries its calls."""

    bot: Bot
    requests: tuple[HTTPXRequest, ...]

    @asynccontextmanager
    async def open_bot(self) -> AsyncIterator[Bot]:
        """Give the bot; its connections are closed with the block."""
        async with AsyncExitStack() as stack:
            for request in self.requests:
                await stack.enter_async_context(request)
            yield self.bot


def create_connection(token: str, api_url: str) -> TelegramConnection:
    """Make a bot for a server; nothing is sent yet."""
    for name in WARNING_LOGGERS:
        # They log addresses, and the token is part of each; and what is sent and heard, codes and keys with it.
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in CRITICAL_LOGGERS:
        # It logs whole answers that it cannot read; what we make of them is logged by us.
        logging.getLogger(name).setLevel(logging.CRITICAL)
    speaking = HTTPXRequest(
        connection_pool_size=POOL_SIZE,
        read_timeout=TIMEOUT_SECONDS,
        write_timeout=TIMEOUT_SECONDS,
        connect_timeout=TIMEOUT_SECONDS,
        pool_timeout=TIMEOUT_SECONDS,
        media_write_timeout=MEDIA_TIMEOUT_SECONDS,
    )
    hearing = _UpdatesRequest(connection_pool_size=2, connect_timeout=TIMEOUT_SECONDS, pool_timeout=TIMEOUT_SECONDS)
    base, files = f"{api_url}/bot", f"{api_url}/file/bot"
    bot = Bot(token, base_url=base, base_file_url=files, request=speaking, get_updates_request=hearing)
    return TelegramConnection(bot, (speaking, hearing))


def drop_unreadable_updates(answer: dict[str, object]) -> dict[str, object]:
    """Return an answer with updates in which those the library cannot read are empty."""
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
