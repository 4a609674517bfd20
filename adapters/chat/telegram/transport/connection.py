"""Connections to the Bot API: one pool for what is sent, one line for what is heard."""

import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass

from telegram import Bot, Update
from telegram.request import HTTPXRequest

logger = logging.getLogger(__name__)

POOL = 64
SECONDS, MEDIA_SECONDS = 15.0, 40.0
QUIET = ("httpx", "httpcore", "telegram")
MUTE = ("telegram.request",)


class _HeardRequest(HTTPXRequest):
    """The line for updates: one that the library cannot read must not keep those after it from being heard."""

    @staticmethod
    def parse_json_payload(payload: bytes) -> dict[str, object]:
        """Read an answer."""
        return readable(HTTPXRequest.parse_json_payload(payload))


@dataclass(frozen=True, slots=True)
class Connection:
    """A bot and what carries its calls."""

    bot: Bot
    requests: tuple[HTTPXRequest, ...]

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[Bot]:
        """Give the bot; its connections are closed with the block."""
        async with AsyncExitStack() as stack:
            for request in self.requests:
                await stack.enter_async_context(request)
            yield self.bot


def connection(token: str, api_url: str) -> Connection:
    """Make a bot for a server; nothing is sent yet."""
    for name in QUIET:
        # They log addresses, and the token is part of each; and what is sent and heard, codes and keys with it.
        logging.getLogger(name).setLevel(logging.WARNING)
    for name in MUTE:
        # It logs whole answers that it cannot read; what we make of them is logged by us.
        logging.getLogger(name).setLevel(logging.CRITICAL)
    speaking = HTTPXRequest(
        connection_pool_size=POOL,
        read_timeout=SECONDS,
        write_timeout=SECONDS,
        connect_timeout=SECONDS,
        pool_timeout=SECONDS,
        media_write_timeout=MEDIA_SECONDS,
    )
    hearing = _HeardRequest(connection_pool_size=2, connect_timeout=SECONDS, pool_timeout=SECONDS)
    base, files = f"{api_url}/bot", f"{api_url}/file/bot"
    bot = Bot(token, base_url=base, base_file_url=files, request=speaking, get_updates_request=hearing)
    return Connection(bot, (speaking, hearing))


def readable(answer: dict[str, object]) -> dict[str, object]:
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
