"""Sender of messages to channels, threads and private chats, by the channel's id."""

import asyncio
import hashlib
import json
import logging
import secrets
from collections.abc import Awaitable, Callable, Coroutine
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import TypedDict

import discord
from discord import ui

from adapters.chat.discord.render import limits
from adapters.chat.discord.render.components import message_files, message_view
from adapters.chat.discord.render.message import DiscordMessage
from adapters.chat.discord.transport.errors import LIBRARY_ERRORS, delivery_error, is_doubtful
from adapters.chat.rate_limiter import RateLimit, RateLimiter, SendPriority
from bot.domain.errors import DeliveryError, DestinationGone, MessageGone
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
NO_MENTIONS = discord.AllowedMentions.none()

FindOperator = Callable[[str], Awaitable[str]]
"""Returns the Discord id of the operator to mention in a channel, an empty text for none."""


class _Extras(TypedDict, total=False):
    view: ui.View
    reference: discord.MessageReference


@dataclass(frozen=True, slots=True, kw_only=True)
class DoubtfulDelivery:
    """A message that may have arrived although sending it failed; Discord recognises it by the nonce."""

    address: str
    digest: str
    nonce: str
    since: datetime

    @property
    def key(self) -> tuple[str, str]:
        """Return the address and the digest of the content."""
        return self.address, self.digest


class DiscordSender:
    """Sends over the connected client, if there is one."""

    def __init__(self, clock: Clock, find_operator: FindOperator) -> None:
        self._rate_limiter = RateLimiter(clock, lambda _: MESSAGE_LIMIT)
        self._find_operator = find_operator
        self._clock = clock
        self._doubts: dict[tuple[str, str], DoubtfulDelivery] = {}
        self.client: discord.Client | None = None

    async def send_message(
        self, address: str, rendered: DiscordMessage, *, level: NotificationLevel, reply_to: str = ""
    ) -> str:
        """Send a notification; return the message's id."""
        await self._rate_limiter.acquire_slot(address, SendPriority.NOTIFICATION)
        mentioned_user = (
            await self._find_operator(address) if level in (NotificationLevel.LOUD, NotificationLevel.CRITICAL) else ""
        )
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
        """Forget a closed client."""
        if self.client is client:
            self.client = None

    async def open_private_chat(self, user_id: int) -> str:
        """Return the address of a user's private chat."""
        client = self.connected_client()
        try:
            async with asyncio.timeout(DEADLINE_SECONDS):
                channel = await client.create_dm(discord.Object(user_id))
        except LIBRARY_ERRORS as error:
            raise delivery_error(error) from error
        return str(channel.id)

    async def edit_message(self, address: str, message_id: str, rendered: DiscordMessage) -> None:
        """Change a message now; raise DeliveryError, with a time to retry, if the rate limit forbids it."""
        wait = self._rate_limiter.wait_time(EDIT_KEY_PREFIX + address, SendPriority.NOTIFICATION)
        if wait:
            raise DeliveryError("too many changes at once", retry_after=wait)
        await self._rate_limiter.acquire_slot(EDIT_KEY_PREFIX + address, SendPriority.NOTIFICATION)
        message = self._message(address, message_id)
        await _change_message(
            message.edit(
                content=rendered.content,
                embeds=rendered.embeds,
                attachments=message_files(rendered),
                view=message_view(rendered),
                allowed_mentions=NO_MENTIONS,
            )
        )

    async def pin_message(self, address: str, message_id: str) -> None:
        await _change_message(self._message(address, message_id).pin())

    async def unpin_message(self, address: str, message_id: str) -> None:
        await _change_message(self._message(address, message_id).unpin())

    async def _send_to_channel(
        self, address: str, rendered: DiscordMessage, *, is_silent: bool, reply_to: str = "", mentioned_user: str = ""
    ) -> str:
        channel = self._channel(address)
        extras = _extras(address, rendered, reply_to)
        delivery = self._delivery_to_try(address, _content_digest(rendered))
        content, mentions = _mention_operator(rendered.content, mentioned_user)
        try:
            async with asyncio.timeout(DEADLINE_SECONDS):
                message = await channel.send(
                    content,
                    embeds=rendered.embeds,
                    files=message_files(rendered),
                    silent=is_silent,
                    nonce=delivery.nonce,
                    allowed_mentions=mentions,
                    **extras,
                )
        except LIBRARY_ERRORS as error:
            if is_doubtful(error):
                self._remember_doubt(delivery)
            raise delivery_error(error) from error
        self._doubts.pop(delivery.key, None)
        return str(message.id)

    def _remember_doubt(self, delivery: DoubtfulDelivery) -> None:
        self._doubts[delivery.key] = delivery
        while len(self._doubts) > MAX_DOUBTS:
            self._doubts.pop(next(iter(self._doubts)))

    def _delivery_to_try(self, address: str, digest: str) -> DoubtfulDelivery:
        """Return the doubtful delivery of this message, or a new one, with the nonce to send it with.

        Raise a doubtful DeliveryError if Discord may have forgotten the nonce.
        """
        now = self._clock.now()
        fresh = DoubtfulDelivery(address=address, digest=digest, nonce=secrets.token_hex(NONCE_BYTES), since=now)
        # A failure that is not doubtful says nothing about earlier tries: the doubt stays.
        before = self._doubts.get(fresh.key, fresh)
        if now - before.since > NONCE_LIFETIME:
            self._doubts.pop(before.key)
            raise DeliveryError("the message may have arrived some time ago", is_doubtful=True)
        return before

    def _channel(self, address: str) -> discord.PartialMessageable:
        return self.connected_client().get_partial_messageable(parse_id(address))

    def _message(self, address: str, message_id: str) -> discord.PartialMessage:
        return self._channel(address).get_partial_message(parse_id(message_id))

    def connected_client(self) -> discord.Client:
        """Return the connected client; raise DeliveryError if there is none."""
        if self.client is None or self.client.is_closed():
            raise DeliveryError("Discord is not connected")
        return self.client


async def _change_message(call: Coroutine[object, object, object]) -> None:
    """Change a message; one that cannot be changed raises MessageGone, which says nothing about its chat."""
    try:
        async with asyncio.timeout(DEADLINE_SECONDS):
            await call
    except LIBRARY_ERRORS as error:
        translated = delivery_error(error)
        is_gone = isinstance(translated, DestinationGone)
        raise MessageGone(str(translated)) if is_gone else translated from error


def parse_id(text: str) -> int:
    """Parse the id of a channel or message; raise DeliveryError for anything else."""
    if not (text.isascii() and text.isdecimal()):
        raise DeliveryError(f"a number is expected for an id of Discord, found {text[:20]!r}", is_permanent=True)
    return int(text)


def _extras(address: str, rendered: DiscordMessage, reply_to: str) -> _Extras:
    extras = _Extras()
    view = message_view(rendered)
    if view is not None:
        extras["view"] = view
    if reply_to:
        extras["reference"] = discord.MessageReference(
            message_id=parse_id(reply_to), channel_id=parse_id(address), fail_if_not_exists=False
        )
    return extras


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
