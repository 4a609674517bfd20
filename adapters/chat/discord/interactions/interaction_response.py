"""Answering one interaction: acknowledged first, then where it was asked, and elsewhere once that is too late."""

import asyncio
import logging
from collections.abc import Awaitable, Callable

import discord

from adapters.chat.discord.interactions.request_mapping import Interaction, address_of, is_private
from adapters.chat.discord.render.components import files_of, view_of
from adapters.chat.discord.render.message import Drawn
from adapters.chat.discord.transport.errors import ACKNOWLEDGED, FOREIGN, UNKNOWN_MESSAGE, delivery_error, is_dead
from adapters.chat.discord.transport.sender import DEADLINE_SECONDS, NOBODY, Postbox
from adapters.chat.phrases import SENT_PRIVATELY
from bot.domain.errors import DeliveryError

logger = logging.getLogger(__name__)

PATIENCE_SECONDS = 10.0
"""After this Discord has long given up on an interaction; the answer goes elsewhere."""


class Reaction:
    """What becomes of one interaction; `is_ephemeral` is fixed when it is acknowledged."""

    def __init__(self, interaction: Interaction, postbox: Postbox, *, is_ephemeral: bool) -> None:
        self._interaction = interaction
        self._postbox = postbox
        message = interaction.message
        self._is_press = message is not None
        self.is_ephemeral = message.flags.ephemeral if message is not None else is_ephemeral
        self._is_open = False
        self._is_promised = False
        self._begun = asyncio.Event()

    async def begun(self) -> None:
        """Return when the interaction is acknowledged, or can no longer be."""
        await self._begun.wait()

    async def begin(self) -> None:
        """Acknowledge within Discord's three seconds; whoever was too slow answers elsewhere."""
        try:
            await self._acknowledge()
        finally:
            self._begun.set()

    async def _acknowledge(self) -> None:
        response = self._interaction.response
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await response.defer(ephemeral=self.is_ephemeral, thinking=not self._is_press)
            self._is_open = True
            self._is_promised = not self._is_press
        except discord.HTTPException as error:
            # Acknowledged already: a second delivery, which the pipeline will know.
            self._is_open = error.code == ACKNOWLEDGED
            logger.warning("interaction not acknowledged", extra={"code": error.code, "status": error.status})
        except FOREIGN as error:
            logger.warning("interaction not acknowledged", extra={"error": str(delivery_error(error))})

    async def show(self, drawn: Drawn, *, privately: bool = False) -> str:
        """Show a new message, to who asked alone if `privately`; return its id, an empty text if it is elsewhere."""
        is_private_here = self.is_ephemeral or is_private(self._interaction)
        if self._is_press:
            aside = privately or self.is_ephemeral
            return await self._tried(lambda: self._follow(drawn, privately=aside), drawn, privately=aside)
        if privately and not is_private_here:
            return await self._tried(lambda: self._aside(drawn), drawn, privately=True)
        return await self._tried(lambda: self._original(drawn), drawn, privately=privately or self.is_ephemeral)

    async def replace(self, drawn: Drawn) -> str:
        """Change the message whose button was pressed; one that is gone meanwhile is shown anew."""
        try:
            return await self._tried(lambda: self._original(drawn), drawn, privately=self.is_ephemeral)
        except discord.NotFound as error:
            if error.code != UNKNOWN_MESSAGE:
                raise
            return await self.show(drawn)

    async def nothing(self) -> None:
        """Say nothing: take back that an answer was promised."""
        if self._is_promised:
            try:
                await self._interaction.delete_original_response()
            except FOREIGN as error:
                logger.info("promise of an answer stays", extra={"error": str(delivery_error(error))})

    async def _tried(self, way: Callable[[], Awaitable[str]], drawn: Drawn, *, privately: bool) -> str:
        if not self._is_open or self._interaction.is_expired():
            return await self._elsewhere(drawn, privately=privately)
        try:
            async with asyncio.timeout(DEADLINE_SECONDS):
                return await way()
        except discord.HTTPException as error:
            if not is_dead(error):
                raise
            return await self._elsewhere(drawn, privately=privately)

    async def _original(self, drawn: Drawn) -> str:
        message = await self._interaction.edit_original_response(
            content=drawn.content,
            embeds=drawn.embeds,
            attachments=files_of(drawn),
            view=view_of(drawn),
            allowed_mentions=NOBODY,
        )
        return str(message.id)

    async def _follow(self, drawn: Drawn, *, privately: bool) -> str:
        view = view_of(drawn)
        message = await self._interaction.followup.send(
            drawn.content,
            embeds=drawn.embeds,
            files=files_of(drawn),
            view=discord.utils.MISSING if view is None else view,
            ephemeral=privately,
            allowed_mentions=NOBODY,
            wait=True,
        )
        return str(message.id)

    async def _aside(self, drawn: Drawn) -> str:
        """Answer for one person's eyes although the acknowledgement promised an answer for all."""
        await self._interaction.edit_original_response(content=SENT_PRIVATELY, allowed_mentions=NOBODY)
        return await self._follow(drawn, privately=True)

    async def _elsewhere(self, drawn: Drawn, *, privately: bool) -> str:
        """Answer in the chat, or in private if others read there or the desk may not write there."""
        if not privately or is_private(self._interaction):
            try:
                await self._postbox.answer(address_of(self._interaction), drawn)
            except DeliveryError as error:
                logger.info("answer goes to the private chat", extra={"error": str(error)})
            else:
                return ""
        await self._postbox.answer(await self._postbox.private_address(self._interaction.user.id), drawn)
        return ""
