"""Whether Discord knows the bot, for the doctor."""

import asyncio

import discord

from adapters.chat.discord.transport.errors import FOREIGN, outage
from bot.domain.errors import Unavailable

LONGEST_SECONDS = 20.0


async def examine(token: str) -> str:
    """Return who the bot is; raise Unavailable and say why there is none."""
    async with discord.Client(intents=discord.Intents.none()) as client:
        try:
            async with asyncio.timeout(LONGEST_SECONDS):
                await client.login(token)
        except FOREIGN as error:
            raise Unavailable(outage(error).reason) from None
        return str(client.user)
