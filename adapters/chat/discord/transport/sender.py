"""Sends and changes messages of channels, threads and private chats, by the channel's id."""

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
from adapters.chat.discord.render.components import files_of, view_of
from adapters.chat.discord.render.message import Drawn
from adapters.chat.discord.transport.errors import FOREIGN, delivery_error, is_doubtful
from adapters.chat.rate_limiter import Pace, Rate, Urgency
from bot.domain.errors import DeliveryError, DestinationGone, MessageGone
from bot.domain.events import NotificationLevel
from bot.ports.clock import Clock

logger = logging.getLogger(__name__)

DEADLINE_SECONDS = 60.0
"""The library waits for its rate limits and tries again by itself; longer than this we try again."""
NONCE_BYTES = 12
RATE = Rate(messages=5, window=timedelta(seconds=5))
NONCE_LIFE = timedelta(seconds=60)
"""How long Discord surely knows a message again by its nonce; it says "a few minutes"."""
MAX_DOUBTS = 1000
EDITS = "edits of "
NOBODY = discord.AllowedMentions.none()

FindOperator = Callable[[str], Awaitable[str]]
"""Return the Discord id of the operator to call in a channel, an empty text where nobody is to be called."""


class _Extras(TypedDict, total=False):
    view: ui.View
    reference: discord.MessageReference


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """A message that may have arrived although its sending failed, since when, and by what Discord knows it."""

    address: str
    mark: str
    nonce: str
    since: datetime

    @property
    def key(self) -> tuple[str, str]:
        """Return where it goes and what it says."""
        return self.address, self.mark


class Postbox:
    """Knows the connected client, if there is one."""

    def __init__(self, clock: Clock, find_operator: FindOperator) -> None:
        self._pace = Pace(clock, lambda _: RATE)
        self._find_operator = find_operator
        self._clock = clock
        self._doubts: dict[tuple[str, str], Doubt] = {}
        self.client: discord.Client | None = None

    async def send(self, address: str, drawn: Drawn, *, level: NotificationLevel, answers: str = "") -> str:
        """Send news; return the message's id."""
        await self._pace.turn(address, Urgency.NEWS)
        caller = (
            await self._find_operator(address) if level in (NotificationLevel.LOUD, NotificationLevel.CRITICAL) else ""
        )
        post = partial(self._post, address, is_silent=level is NotificationLevel.SILENT, answers=answers, caller=caller)
        try:
            return await post(drawn)
        except DestinationGone:
            if not drawn.uploads:
                raise
            # Perhaps it is only files that the desk may not send there.
            return await post(drawn.without_files())

    async def answer(self, address: str, drawn: Drawn) -> str:
        """Send an answer that can no longer be given where it was asked for; it goes before news."""
        await self._pace.turn(address, Urgency.ANSWER)
        return await self._post(address, drawn, is_silent=False)

    def leave(self, client: discord.Client) -> None:
        """Forget a client that is over."""
        if self.client is client:
            self.client = None

    async def private_address(self, user_id: int) -> str:
        """Return the address of somebody's private chat."""
        client = self.connected()
        try:
            async with asyncio.timeout(DEADLINE_SECONDS):
                channel = await client.create_dm(discord.Object(user_id))
        except FOREIGN as error:
            raise delivery_error(error) from error
        return str(channel.id)

    async def edit(self, address: str, message_id: str, drawn: Drawn) -> None:
        """Change a message now, or raise DeliveryError that says when."""
        wait = self._pace.wait(EDITS + address, Urgency.NEWS)
        if wait:
            raise DeliveryError("too many changes at once", retry_after=wait)
        await self._pace.turn(EDITS + address, Urgency.NEWS)
        message = self._message(address, message_id)
        await _done_to(
            message.edit(
                content=drawn.content,
                embeds=drawn.embeds,
                attachments=files_of(drawn),
                view=view_of(drawn),
                allowed_mentions=NOBODY,
            )
        )

    async def pin(self, address: str, message_id: str) -> None:
        """Pin a message."""
        await _done_to(self._message(address, message_id).pin())

    async def unpin(self, address: str, message_id: str) -> None:
        """Unpin a message."""
        await _done_to(self._message(address, message_id).unpin())

    async def _post(self, address: str, drawn: Drawn, *, is_silent: bool, answers: str = "", caller: str = "") -> str:
        channel = self._channel(address)
        extras = _extras(address, drawn, answers)
        letter = self._letter(address, _mark(drawn))
        content, mentions = _called(drawn.content, caller)
        try:
            async with asyncio.timeout(DEADLINE_SECONDS):
                message = await channel.send(
                    content,
                    embeds=drawn.embeds,
                    files=files_of(drawn),
                    silent=is_silent,
                    nonce=letter.nonce,
                    allowed_mentions=mentions,
                    **extras,
                )
        except FOREIGN as error:
            if is_doubtful(error):
                self._note(letter)
            raise delivery_error(error) from error
        self._doubts.pop(letter.key, None)
        return str(message.id)

    def _note(self, letter: Doubt) -> None:
        self._doubts[letter.key] = letter
        while len(self._doubts) > MAX_DOUBTS:
            self._doubts.pop(next(iter(self._doubts)))

    def _letter(self, address: str, mark: str) -> Doubt:
        """Return by what Discord knows the message again if it arrived although its sending failed.

        Raise DeliveryError that says so if Discord may have forgotten it meanwhile.
        """
        now = self._clock.now()
        fresh = Doubt(address=address, mark=mark, nonce=secrets.token_hex(NONCE_BYTES), since=now)
        # A failure that is not doubtful says nothing of the tries before it: the doubt stays.
        before = self._doubts.get(fresh.key, fresh)
        if now - before.since > NONCE_LIFE:
            self._doubts.pop(before.key)
            raise DeliveryError("the message may have arrived some time ago", is_doubtful=True)
        return before

    def _channel(self, address: str) -> discord.PartialMessageable:
        return self.connected().get_partial_messageable(read_id(address))

    def _message(self, address: str, message_id: str) -> discord.PartialMessage:
        return self._channel(address).get_partial_message(read_id(message_id))

    def connected(self) -> discord.Client:
        """Return the connected client; raise DeliveryError when there is none."""
        if self.client is None or self.client.is_closed():
            raise DeliveryError("Discord is not connected")
        return self.client


async def _done_to(call: Coroutine[object, object, object]) -> None:
    """Do something to a message; one that cannot be changed says nothing about its chat."""
    try:
        async with asyncio.timeout(DEADLINE_SECONDS):
            await call
    except FOREIGN as error:
        translated = delivery_error(error)
        is_gone = isinstance(translated, DestinationGone)
        raise MessageGone(str(translated)) if is_gone else translated from error


def read_id(text: str) -> int:
    """Read the id of a channel or a message; raise DeliveryError for anything else."""
    if not (text.isascii() and text.isdecimal()):
        raise DeliveryError(f"a number is expected for an id of Discord, found {text[:20]!r}", is_permanent=True)
    return int(text)


def _extras(address: str, drawn: Drawn, answers: str) -> _Extras:
    extras = _Extras()
    view = view_of(drawn)
    if view is not None:
        extras["view"] = view
    if answers:
        extras["reference"] = discord.MessageReference(
            message_id=read_id(answers), channel_id=read_id(address), fail_if_not_exists=False
        )
    return extras


def _called(content: str, caller: str) -> tuple[str, discord.AllowedMentions]:
    """Call the operator by name at the end of line 1, where there is room."""
    call = f" <@{caller}>" if caller.isdecimal() else ""
    if not call or len(content) + len(call) > limits.CONTENT:
        return content, NOBODY
    users = [discord.Object(int(caller))]
    return content + call, discord.AllowedMentions(everyone=False, roles=False, replied_user=False, users=users)


def _mark(drawn: Drawn) -> str:
    """Return what is the same when a message is drawn once more."""
    embeds = [{key: value for key, value in embed.to_dict().items() if key != "timestamp"} for embed in drawn.embeds]
    record = json.dumps([drawn.content, embeds, [upload.filename for upload in drawn.uploads]], sort_keys=True)
    return hashlib.blake2b(record.encode(), digest_size=16).hexdigest()
