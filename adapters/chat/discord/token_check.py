"""Check of the Discord token for `quarterdeck check`."""

import asyncio

import discord

from adapters.chat.discord.transport.errors import LIBRARY_ERRORS, explain_outage
from bot.domain.errors import Unavailable

TIMEOUT_SECONDS = 20.0


async def check_token(token: str) -> str:
    """Return the bot's user name; raise Unavailable with the reason if Discord refuses the token."""
    async with discord.Client(intents=discord.Intents.none()) as client:
        try:
            async with asyncio.timeout(TIMEOUT_SECONDS):
                await client.login(token)
        except LIBRARY_ERRORS as error:
            raise Unavailable(explain_outage(error).reason) from None
        return str(client.user)
