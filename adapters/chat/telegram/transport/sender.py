"""Sends and changes messages at the pace Telegram allows, each once."""

import asyncio
import hashlib
from collections import OrderedDict
from collections.abc import Coroutine
from dataclasses import replace
from datetime import timedelta

from telegram import Bot
from telegram.error import ChatMigrated, RetryAfter

from adapters.chat.rate_limiter import Pace, Rate, Urgency
from adapters.chat.telegram.render.address import Address, read_address, read_message_id
from adapters.chat.telegram.render.markup import html_of
from adapters.chat.telegram.render.message import Drawn, Post
from adapters.chat.telegram.transport import api_calls
from adapters.chat.telegram.transport.api_calls import Way
from adapters.chat.telegram.transport.errors import FOREIGN, delivery_error, edit_error, pause_of, topic_error
from adapters.chat.telegram.transport.request_mapping import PLATFORM
from bot.domain.errors import DeliveryError
from bot.engine.people.chats import Chats
from bot.ports.clock import Clock

EVERYWHERE = ""
PRIVATE = Rate(messages=4, window=timedelta(seconds=4), kept=1)
GROUP = Rate(messages=18, window=timedelta(seconds=60), kept=4)
OVERALL = Rate(messages=25, window=timedelta(seconds=1), kept=5)
"""A little less than Telegram's 1 a second, 20 a minute and 30 a second; measured by running it (FACTS.md)."""
MAX_REMEMBERED = 1000


class Postbox:
    """Knows the bot and the pace of each chat; topics share that of their group."""

    def __init__(self, bot: Bot, chats: Chats, clock: Clock) -> None:
        self._bot = bot
        self._chats = chats
        self._pace = Pace(clock, _rate_of)
        self._begun: OrderedDict[tuple[str, str], list[int]] = OrderedDict()

    async def send(self, drawn: Drawn, way: Way, urgency: Urgency) -> str:
        """Send a reply; return the id of the message with its buttons. What was sent of it is not sent again."""
        posts = drawn.posts
        place = str(way.to), _mark(posts)
        # Taken out: what somebody else is told alike at the same time is another message.
        ids = self._begun.pop(place, [])
        try:
            for post in posts[len(ids) :]:
                ids.append(await self._send(post, _next(way, ids), urgency))
        except DeliveryError:
            self._note_begun(place, ids)
            raise
        return str(next((number for post, number in zip(posts, ids, strict=True) if post.rows), ids[0]))

    async def edit(self, address: str, message_id: str, drawn: Drawn) -> None:
        """Change a message as an answer to whoever waits for it."""
        to, number = read_address(address), read_message_id(message_id)
        await self._turn(to, Urgency.ANSWER)
        await self._edit(to, number, drawn)

    async def edit_now(self, address: str, message_id: str, drawn: Drawn) -> None:
        """Change a message if it can be at once; raise DeliveryError with `retry_after` if not."""
        to, number = read_address(address), read_message_id(message_id)
        await self._turn_now(to)
        await self._edit(to, number, drawn)

    async def pin(self, address: str, message_id: str) -> None:
        """Pin a message, at once or not at all; what Telegram says of it is not about the chat."""
        to, number = read_address(address), read_message_id(message_id)
        await self._turn_now(to)
        await self._pinned(to, self._bot.pin_chat_message(to.chat_id, number, disable_notification=True))

    async def unpin(self, address: str, message_id: str) -> None:
        """Unpin a message, at once or not at all."""
        to, number = read_address(address), read_message_id(message_id)
        await self._turn_now(to)
        await self._pinned(to, self._bot.unpin_chat_message(to.chat_id, number))

    async def delete(self, address: str, message_id: int) -> bool:
        """Delete a message; tell whether that could be done."""
        try:
            return await self._bot.delete_message(read_address(address).chat_id, message_id)
        except FOREIGN:
            return False

    async def create_topic(self, group_address: str, name: str) -> str:
        """Make a topic in a group; return its address."""
        to = read_address(group_address)
        await self._turn(to, Urgency.ANSWER)
        try:
            async with asyncio.timeout(api_calls.DEADLINE_SECONDS):
                topic = await self._bot.create_forum_topic(to.chat_id, name)
        except FOREIGN as error:
            self._note(to, error)
            raise topic_error(error) from error
        return str(Address(to.chat_id, topic.message_thread_id))

    async def rename_topic(self, address: str, name: str) -> None:
        """Give a topic another name."""
        to = read_address(address)
        if to.thread_id is None:
            return
        try:
            async with asyncio.timeout(api_calls.DEADLINE_SECONDS):
                await self._bot.edit_forum_topic(to.chat_id, to.thread_id, name)
        except FOREIGN as error:
            raise topic_error(error) from error

    async def _send(self, post: Post, way: Way, urgency: Urgency) -> int:
        await self._turn(way.to, urgency)
        try:
            return await api_calls.send(self._bot, post, way)
        except ChatMigrated as error:
            await self._chats.move_chat(PLATFORM, f"{way.to.chat_id}", f"{error.new_chat_id}")
            return await self._send(post, replace(way, to=Address(error.new_chat_id), answers=None), urgency)
        except FOREIGN as error:
            self._note(way.to, error)
            raise delivery_error(error) from error

    async def _edit(self, to: Address, message_id: int, drawn: Drawn) -> None:
        try:
            await api_calls.edit(self._bot, to, message_id, drawn.single)
        except FOREIGN as error:
            self._note(to, error)
            raise edit_error(error) from error

    async def _pinned(self, to: Address, call: Coroutine[object, object, bool]) -> None:
        try:
            await call
        except FOREIGN as error:
            self._note(to, error)
            raise edit_error(error) from error

    async def _turn_now(self, to: Address) -> None:
        wait = max(self._pace.wait(name, Urgency.NEWS) for name in (f"{to.chat_id}", EVERYWHERE))
        if wait:
            raise DeliveryError("too many messages at once", retry_after=wait)
        await self._turn(to, Urgency.NEWS)

    async def _turn(self, to: Address, urgency: Urgency) -> None:
        await self._pace.turn(f"{to.chat_id}", urgency)
        await self._pace.turn(EVERYWHERE, urgency)

    def _note(self, to: Address, error: Exception) -> None:
        """Let a chat rest that Telegram asks to."""
        if isinstance(error, RetryAfter):
            self._pace.pause(f"{to.chat_id}", pause_of(error))

    def _note_begun(self, place: tuple[str, str], ids: list[int]) -> None:
        """Remember what was sent of these messages before it failed."""
        if ids:
            self._begun[place] = ids
        while len(self._begun) > MAX_REMEMBERED:
            self._begun.popitem(last=False)


def _rate_of(chat: str) -> Rate:
    if chat == EVERYWHERE:
        return OVERALL
    return PRIVATE if read_address(chat).is_private else GROUP


def _next(way: Way, ids: list[int]) -> Way:
    """Return how the next message of several goes: as an answer to the first, and only the first rings."""
    return Way(to=way.to, answers=ids[0], is_silent=True) if ids else way


def _mark(posts: tuple[Post, ...]) -> str:
    texts = "\0".join(html_of(post.pieces) for post in posts)
    return hashlib.blake2b(texts.encode(errors="replace"), digest_size=16).hexdigest()
