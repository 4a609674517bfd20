"""Sender of messages to channels, threads and private chats, by the channel's id."""

import asyncio
import hashlib
import json
import logging
import secrets
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from functools import partial
from typing import Final, NamedTuple

import discord

from adapters.chat.discord.render import limits
from adapters.chat.discord.render.components import DiscordMessage, message_files, message_view
from adapters.chat.discord.transport.errors import LIBRARY_ERRORS, delivery_error, edit_error, is_doubtful, thread_error
from adapters.chat.rate_limiter import RateLimit, RateLimiter, SendPriority
from bot.domain.errors import DeliveryError, DestinationGone, TopicRefused
from bot.domain.events import NotificationLevel
from bot.ports.clock import Clock

logger = logging.getLogger(__name__)

DEADLINE_SECONDS = 60.0
"""Deadline of a call, in which the library waits for rate limits and retries; after it we retry."""
NONCE_BYTES = 12
MESSAGE_LIMIT = RateLimit(messages=5, window=timedelta(seconds=5))
NONCE_LIFETIME = timedelta(seconds=60)
"""Time for which Discord surely recognises a message by its nonce; it says "a few minutes"."""
MAX_DOUBTS = 1000
EDIT_KEY_PREFIX = "edits of "
WEEK_MINUTES: Final = 10080
"""Minutes without a message after which Discord archives a thread; the next message reopens it."""
NO_MENTIONS = discord.AllowedMentions.none()

FindOperator = Callable[[str], Awaitable[str]]
"""Returns the Discord id of the operator to mention in a channel, an empty text for none."""

SendKey = tuple[str, str]
"""Address and digest of the content."""


class SendAttempt(NamedTuple):
    """A try whose `nonce` lets Discord recognise a message that may have arrived although sending failed."""

    nonce: str
    started_at: datetime


class DiscordSender:
    """Sends over the connected client, if there is one."""

    def __init__(self, clock: Clock, find_operator: FindOperator) -> None:
        self._rate_limiter = RateLimiter(clock, lambda _: MESSAGE_LIMIT)
        self._find_operator = find_operator
        self._clock = clock
        self._doubts: dict[SendKey, SendAttempt] = {}
        self.client: discord.Client | None = None

    async def send_rendered(
        self, address: str, rendered: DiscordMessage, *, level: NotificationLevel, reply_to: str = ""
    ) -> str:
        """Send a notification; return the message's id."""
        await self._rate_limiter.acquire_slot(address, SendPriority.NOTIFICATION)
        is_loud = level in (NotificationLevel.LOUD, NotificationLevel.CRITICAL)
        mentioned_user = await self._find_operator(address) if is_loud else ""
        message = partial(
            self._send_to_channel,
            address,
            is_silent=level is NotificationLevel.SILENT,
            reply_to=reply_to,
            mentioned_user=mentioned_user,
        )
        try:
            return await message(rendered)
        except DestinationGone:
            if not rendered.uploads:
                raise
            # Perhaps only files are forbidden there.
            return await message(rendered.without_files())

    async def send_answer(self, address: str, rendered: DiscordMessage) -> str:
        """Send a reply that can no longer be given to its interaction, before waiting notifications."""
        await self._rate_limiter.acquire_slot(address, SendPriority.ANSWER)
        return await self._send_to_channel(address, rendered, is_silent=False)

    def forget_client(self, client: discord.Client) -> None:
        if self.client is client:
            self.client = None

    async def open_private_chat(self, user_id: int) -> str:
        """Return the address of a user's private chat."""
        async with _translate_errors():
            return str((await self.connected_client().create_dm(discord.Object(user_id))).id)

    async def edit_rendered(self, address: str, message_id: str, rendered: DiscordMessage) -> None:
        """Change a message now; raise DeliveryError, with a time to retry, if the rate limit forbids it."""
        wait = self._rate_limiter.wait_time(EDIT_KEY_PREFIX + address, SendPriority.NOTIFICATION)
        if wait:
            raise DeliveryError("too many changes at once", retry_after=wait)
        await self._rate_limiter.acquire_slot(EDIT_KEY_PREFIX + address, SendPriority.NOTIFICATION)
        async with _translate_errors(edit_error):
            await self._message(address, message_id).edit(
                content=rendered.content,
                embeds=rendered.embeds,
                attachments=message_files(rendered),
                view=message_view(rendered),
                allowed_mentions=NO_MENTIONS,
            )

    async def pin_message(self, address: str, message_id: str) -> None:
        async with _translate_errors(edit_error):
            await self._message(address, message_id).pin()

    async def unpin_message(self, address: str, message_id: str) -> None:
        async with _translate_errors(edit_error):
            await self._message(address, message_id).unpin()

    async def create_topic(self, group_address: str, name: str) -> str:
        """Create a public thread in a text channel; return its address."""
        client, number = self.connected_client(), parse_id(group_address)
        async with _translate_errors(thread_error):
            channel = client.get_channel(number) or await client.fetch_channel(number)
            if not isinstance(channel, discord.TextChannel):
                raise TopicRefused("threads are made in text channels of a server")
            thread = await channel.create_thread(
                name=name[: limits.THREAD_NAME],
                type=discord.ChannelType.public_thread,
                auto_archive_duration=WEEK_MINUTES,
            )
        return str(thread.id)

    async def rename_topic(self, address: str, name: str) -> None:
        async with _translate_errors():
            thread = await self.connected_client().fetch_channel(parse_id(address))
            if isinstance(thread, discord.Thread):
                await thread.edit(name=name[: limits.THREAD_NAME])

    async def _send_to_channel(
        self, address: str, rendered: DiscordMessage, *, is_silent: bool, reply_to: str = "", mentioned_user: str = ""
    ) -> str:
        send: Callable[..., Awaitable[discord.Message]] = self._channel(address).send
        if view := message_view(rendered):
            send = partial(send, view=view)
        if reply_to:
            message_id, channel_id = parse_id(reply_to), parse_id(address)
            reference = discord.MessageReference(message_id=message_id, channel_id=channel_id, fail_if_not_exists=False)
            send = partial(send, reference=reference)
        key = address, _content_digest(rendered)
        attempt = self._next_attempt(key)
        content, mentions = _mention_operator(rendered.content, mentioned_user)
        try:
            async with asyncio.timeout(DEADLINE_SECONDS):
                message = await send(
                    content,
                    embeds=rendered.embeds,
                    files=message_files(rendered),
                    silent=is_silent,
                    nonce=attempt.nonce,
                    allowed_mentions=mentions,
                )
        except LIBRARY_ERRORS as error:
            if is_doubtful(error):
                self._doubts[key] = attempt
                if len(self._doubts) > MAX_DOUBTS:
                    self._doubts.pop(next(iter(self._doubts)))
            raise delivery_error(error) from error
        self._doubts.pop(key, None)
        return str(message.id)

    def _next_attempt(self, key: SendKey) -> SendAttempt:
        """Return the doubtful attempt to send this message, or a new one.

        Raise a doubtful DeliveryError if Discord may have forgotten the nonce.
        """
        now = self._clock.now()
        # A failure that is not doubtful says nothing about earlier tries: the doubt stays.
        attempt = self._doubts.get(key) or SendAttempt(secrets.token_hex(NONCE_BYTES), now)
        if now - attempt.started_at > NONCE_LIFETIME:
            self._doubts.pop(key)
            raise DeliveryError("the message may have arrived some time ago", is_doubtful=True)
        return attempt

    def _channel(self, address: str) -> discord.PartialMessageable:
        return self.connected_client().get_partial_messageable(parse_id(address))

    def _message(self, address: str, message_id: str) -> discord.PartialMessage:
        return self._channel(address).get_partial_message(parse_id(message_id))

    def connected_client(self) -> discord.Client:
        """Return the connected client; raise DeliveryError if there is none."""
        if self.client is None or self.client.is_closed():
            raise DeliveryError("Discord is not connected")
        return self.client


@asynccontextmanager
async def _translate_errors(translate: Callable[[Exception], DeliveryError] = delivery_error) -> AsyncIterator[None]:
    """Translate the library's errors within the block, and set it a deadline."""
    try:
        async with asyncio.timeout(DEADLINE_SECONDS):
            yield
    except LIBRARY_ERRORS as error:
        raise translate(error) from error


def parse_id(text: str) -> int:
    """Parse the id of a channel or message; raise DeliveryError for anything else."""
    if not (text.isascii() and text.isdecimal()):
        raise DeliveryError(f"a number is expected for an id of Discord, found {text[:20]!r}", is_permanent=True)
    return int(text)


def _mention_operator(content: str, mentioned_user: str) -> tuple[str, discord.AllowedMentions]:
    """Mention the operator at the end of line 1, if there is room."""
    mention = f" <@{mentioned_user}>" if mentioned_user.isdecimal() else ""
    if not mention or len(content) + len(mention) > limits.CONTENT:
        return content, NO_MENTIONS
    users = [discord.Object(int(mentioned_user))]
    return content + mention, discord.AllowedMentions(everyone=False, roles=False, replied_user=False, users=users)


def _content_digest(rendered: DiscordMessage) -> str:
    """Return a digest that is the same when the message is rendered again."""
    embeds = [{key: value for key, value in embed.to_dict().items() if key != "timestamp"} for embed in rendered.embeds]
    record = json.dumps([rendered.content, embeds, [upload.filename for upload in rendered.uploads]], sort_keys=True)
    return hashlib.blake2b(record.encode(), digest_size=16).hexdigest()
