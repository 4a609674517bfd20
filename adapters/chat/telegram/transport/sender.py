"""Sender of messages, within Telegram's rate limits and once each."""

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta

from telegram import Bot
from telegram.error import ChatMigrated, RetryAfter

from adapters.chat.rate_limiter import RateLimit, RateLimiter, SendPriority
from adapters.chat.telegram.render import limits
from adapters.chat.telegram.render.markup import html_text
from adapters.chat.telegram.render.message import TelegramMessage, TelegramReply
from adapters.chat.telegram.transport import api_calls
from adapters.chat.telegram.transport.api_calls import DEADLINE_SECONDS, SendOptions
from adapters.chat.telegram.transport.errors import LIBRARY_ERRORS, delivery_error, edit_error, retry_delay, topic_error
from adapters.chat.telegram.transport.request_mapping import PLATFORM, TelegramAddress, parse_address, parse_message_id
from bot.domain.errors import DeliveryError
from bot.engine.people.chats import Chats
from bot.ports.clock import Clock

ALL_CHATS = ""
PRIVATE_LIMIT = RateLimit(messages=4, window=timedelta(seconds=4), reserved=1)
GROUP_LIMIT = RateLimit(messages=18, window=timedelta(seconds=60), reserved=4)
OVERALL_LIMIT = RateLimit(messages=25, window=timedelta(seconds=1), reserved=5)
"""A little less than Telegram's 1 a second, 20 a minute and 30 a second; measured by running it (FACTS.md)."""
MAX_REMEMBERED = 1000


class TelegramSender:
    """Sends by the bot, within the rate limit of each chat; topics share that of their group."""

    def __init__(self, bot: Bot, chats: Chats, clock: Clock) -> None:
        self._bot = bot
        self._chats = chats
        self._rate_limiter = RateLimiter(clock, _limit_for)
        self._partial_sends: OrderedDict[tuple[str, str], list[int]] = OrderedDict()

    async def send_rendered(self, rendered: TelegramReply, options: SendOptions, priority: SendPriority) -> str:
        """Send a reply's messages and return the id of the one with buttons.

        After a failure, the messages that were sent are not sent again.
        """
        messages = rendered.messages
        key = str(options.address), _content_digest(messages)
        # Popped, since an equal reply that is sent at the same time is another message.
        ids = self._partial_sends.pop(key, [])
        try:
            for message in messages[len(ids) :]:
                ids.append(await self._send_one(message, _next_options(options, ids), priority))
        except DeliveryError:
            self._remember_partial_send(key, ids)
            raise
        return str(next((number for message, number in zip(messages, ids, strict=True) if message.button_rows), ids[0]))

    async def edit_rendered(self, address: str, message_id: str, rendered: TelegramReply) -> None:
        """Change a message as a reply to a waiting user."""
        to, number = parse_address(address), parse_message_id(message_id)
        await self._acquire_slot(to, SendPriority.ANSWER)
        async with self._translate_errors(to, edit_error):
            await api_calls.edit_message(self._bot, to, number, rendered.single_message)

    async def edit_rendered_now(self, address: str, message_id: str, rendered: TelegramReply) -> None:
        """Change a message if the rate limit allows it now; raise DeliveryError with `retry_after` if not."""
        async with self._change_now(address, message_id) as (to, number):
            await api_calls.edit_message(self._bot, to, number, rendered.single_message)

    async def pin_message(self, address: str, message_id: str) -> None:
        """Pin a message, at once or not at all; an error says nothing about the chat."""
        async with self._change_now(address, message_id) as (to, number), asyncio.timeout(DEADLINE_SECONDS):
            await self._bot.pin_chat_message(to.chat_id, number, disable_notification=True)

    async def unpin_message(self, address: str, message_id: str) -> None:
        """Unpin a message, at once or not at all."""
        async with self._change_now(address, message_id) as (to, number), asyncio.timeout(DEADLINE_SECONDS):
            await self._bot.unpin_chat_message(to.chat_id, number)

    async def delete_message(self, address: str, message_id: int) -> bool:
        """Delete a message; return whether that succeeded."""
        try:
            return await self._bot.delete_message(parse_address(address).chat_id, message_id)
        except LIBRARY_ERRORS:
            return False

    async def create_topic(self, group_address: str, name: str) -> str:
        """Create a topic in a group; return its address."""
        to = parse_address(group_address)
        await self._acquire_slot(to, SendPriority.ANSWER)
        async with self._translate_errors(to, topic_error), asyncio.timeout(DEADLINE_SECONDS):
            topic = await self._bot.create_forum_topic(to.chat_id, name[: limits.TOPIC_NAME])
        return str(TelegramAddress(to.chat_id, topic.message_thread_id))

    async def rename_topic(self, address: str, name: str) -> None:
        to = parse_address(address)
        if to.thread_id is not None:
            async with self._translate_errors(to, topic_error), asyncio.timeout(DEADLINE_SECONDS):
                await self._bot.edit_forum_topic(to.chat_id, to.thread_id, name[: limits.TOPIC_NAME])

    async def _send_one(self, outgoing: TelegramMessage, options: SendOptions, priority: SendPriority) -> int:
        await self._acquire_slot(options.address, priority)
        try:
            async with self._translate_errors(options.address, delivery_error):
                return await api_calls.send_message(self._bot, outgoing, options)
        except DeliveryError as error:
            if not isinstance(error.__cause__, ChatMigrated):
                raise
            new_id = error.__cause__.new_chat_id
            await self._chats.move_chat(PLATFORM, f"{options.address.chat_id}", f"{new_id}")
            moved = replace(options, address=TelegramAddress(new_id), reply_to=None)
            return await self._send_one(outgoing, moved, priority)

    @asynccontextmanager
    async def _change_now(self, address: str, message_id: str) -> AsyncIterator[tuple[TelegramAddress, int]]:
        """Change a message within the block, if the rate limit allows it now."""
        to, number = parse_address(address), parse_message_id(message_id)
        wait = max(self._rate_limiter.wait_time(name, SendPriority.NOTIFICATION) for name in _limited_chats(to))
        if wait:
            raise DeliveryError("too many messages at once", retry_after=wait)
        await self._acquire_slot(to, SendPriority.NOTIFICATION)
        async with self._translate_errors(to, edit_error):
            yield to, number

    @asynccontextmanager
    async def _translate_errors(
        self, address: TelegramAddress, translate: Callable[[Exception], DeliveryError]
    ) -> AsyncIterator[None]:
        """Translate the library's errors within the block, which sets its own deadline."""
        try:
            yield
        except LIBRARY_ERRORS as error:
            if isinstance(error, RetryAfter):
                self._rate_limiter.pause_chat(f"{address.chat_id}", retry_delay(error))
            raise translate(error) from error

    async def _acquire_slot(self, address: TelegramAddress, priority: SendPriority) -> None:
        for name in _limited_chats(address):
            await self._rate_limiter.acquire_slot(name, priority)

    def _remember_partial_send(self, key: tuple[str, str], ids: list[int]) -> None:
        if ids:
            self._partial_sends[key] = ids
        while len(self._partial_sends) > MAX_REMEMBERED:
            self._partial_sends.popitem(last=False)


def _limited_chats(address: TelegramAddress) -> tuple[str, str]:
    return f"{address.chat_id}", ALL_CHATS


def _limit_for(chat: str) -> RateLimit:
    if chat == ALL_CHATS:
        return OVERALL_LIMIT
    return PRIVATE_LIMIT if parse_address(chat).is_private else GROUP_LIMIT


def _next_options(options: SendOptions, ids: list[int]) -> SendOptions:
    """Return the options of the next message of several: it replies to the first and is silent."""
    return SendOptions(address=options.address, reply_to=ids[0], is_silent=True) if ids else options


def _content_digest(messages: tuple[TelegramMessage, ...]) -> str:
    texts = "\0".join(html_text(message.text) for message in messages)
    return hashlib.blake2b(texts.encode(errors="replace"), digest_size=16).hexdigest()
