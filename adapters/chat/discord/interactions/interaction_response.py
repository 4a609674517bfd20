"""Response to one interaction: acknowledged first, then sent there, or to the chat once the interaction expired."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from functools import partial

import discord

from adapters.chat.discord.interactions.request_mapping import Interaction, chat_address, is_private
from adapters.chat.discord.render.components import DiscordMessage, message_files, message_view
from adapters.chat.discord.transport.errors import (
    ALREADY_ACKNOWLEDGED,
    DEAD_INTERACTION_CODES,
    LIBRARY_ERRORS,
    UNKNOWN_MESSAGE,
    delivery_error,
)
from adapters.chat.discord.transport.sender import DEADLINE_SECONDS, NO_MENTIONS, DiscordSender
from adapters.chat.reply_parts import SENT_PRIVATELY
from bot.domain.errors import DeliveryError

logger = logging.getLogger(__name__)

ACKNOWLEDGE_TIMEOUT_SECONDS = 10.0
"""Time after which Discord has long given up on an interaction; the reply goes elsewhere."""


class InteractionResponder:
    """Responds to one interaction; `is_ephemeral` is fixed when it is acknowledged."""

    def __init__(self, interaction: Interaction, sender: DiscordSender, *, is_ephemeral: bool) -> None:
        self.interaction = interaction
        self._sender = sender
        message = interaction.message
        self._is_press = message is not None
        self.is_ephemeral = message.flags.ephemeral if message is not None else is_ephemeral
        self._is_open = False
        self._is_deferred = False
        self.acknowledged = asyncio.Event()

    async def acknowledge_interaction(self) -> None:
        """Acknowledge within Discord's three seconds; if that fails the reply goes elsewhere."""
        try:
            async with asyncio.timeout(ACKNOWLEDGE_TIMEOUT_SECONDS):
                await self.interaction.response.defer(ephemeral=self.is_ephemeral, thinking=not self._is_press)
            self._is_open = True
            self._is_deferred = not self._is_press
        except discord.HTTPException as error:
            # Acknowledged already: a second delivery, which the pipeline recognises as a duplicate.
            self._is_open = error.code == ALREADY_ACKNOWLEDGED
            logger.warning("interaction not acknowledged", extra={"code": error.code, "status": error.status})
        except LIBRARY_ERRORS as error:
            logger.warning("interaction not acknowledged", extra={"error": str(delivery_error(error))})
        finally:
            self.acknowledged.set()

    async def send_message(self, rendered: DiscordMessage, *, is_ephemeral: bool = False) -> str:
        """Send a new message; return its id, an empty text if it went elsewhere."""
        is_hidden = is_ephemeral or self.is_ephemeral
        if self._is_press:
            send = partial(self._send_followup, rendered, is_ephemeral=is_hidden)
        elif is_ephemeral and not (self.is_ephemeral or is_private(self.interaction)):
            send = partial(self._send_ephemeral, rendered)
        else:
            send = partial(self._edit_original, rendered)
        return await self._try_or_send_elsewhere(send, rendered, is_ephemeral=is_hidden)

    async def replace_message(self, rendered: DiscordMessage) -> str:
        """Replace the message whose button was pressed; send a new one if it was deleted."""
        try:
            send = partial(self._edit_original, rendered)
            return await self._try_or_send_elsewhere(send, rendered, is_ephemeral=self.is_ephemeral)
        except discord.NotFound as error:
            if error.code != UNKNOWN_MESSAGE:
                raise
            return await self.send_message(rendered)

    async def delete_deferred_response(self) -> None:
        """Send no reply: delete the deferred response."""
        if self._is_deferred:
            try:
                await self.interaction.delete_original_response()
            except LIBRARY_ERRORS as error:
                logger.info("promise of an answer stays", extra={"error": str(delivery_error(error))})

    async def _try_or_send_elsewhere(
        self, send: Callable[[], Awaitable[str]], rendered: DiscordMessage, *, is_ephemeral: bool
    ) -> str:
        if not self._is_open or self.interaction.is_expired():
            return await self._send_elsewhere(rendered, is_ephemeral=is_ephemeral)
        try:
            async with asyncio.timeout(DEADLINE_SECONDS):
                return await send()
        except discord.HTTPException as error:
            if error.code not in DEAD_INTERACTION_CODES:
                raise
            return await self._send_elsewhere(rendered, is_ephemeral=is_ephemeral)

    async def _edit_original(self, rendered: DiscordMessage) -> str:
        message = await self.interaction.edit_original_response(
            content=rendered.content,
            embeds=rendered.embeds,
            attachments=message_files(rendered),
            view=message_view(rendered),
            allowed_mentions=NO_MENTIONS,
        )
        return str(message.id)

    async def _send_followup(self, rendered: DiscordMessage, *, is_ephemeral: bool) -> str:
        view = message_view(rendered)
        message = await self.interaction.followup.send(
            rendered.content,
            embeds=rendered.embeds,
            files=message_files(rendered),
            view=discord.utils.MISSING if view is None else view,
            ephemeral=is_ephemeral,
            allowed_mentions=NO_MENTIONS,
            wait=True,
        )
        return str(message.id)

    async def _send_ephemeral(self, rendered: DiscordMessage) -> str:
        """Reply ephemerally although the acknowledgement promised a public reply."""
        await self.interaction.edit_original_response(content=SENT_PRIVATELY, allowed_mentions=NO_MENTIONS)
        return await self._send_followup(rendered, is_ephemeral=True)

    async def _send_elsewhere(self, rendered: DiscordMessage, *, is_ephemeral: bool) -> str:
        """Send a reply to the chat, or to the private chat if it is ephemeral or we may not write there."""
        if not is_ephemeral or is_private(self.interaction):
            try:
                await self._sender.send_answer(chat_address(self.interaction), rendered)
            except DeliveryError as error:
                logger.info("answer goes to the private chat", extra={"error": str(error)})
            else:
                return ""
        await self._sender.send_answer(await self._sender.open_private_chat(self.interaction.user.id), rendered)
        return ""
