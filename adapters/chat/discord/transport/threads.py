"""Threads of channels, Discord's topics."""

import asyncio
from typing import Final

import discord

from adapters.chat.discord.render import limits
from adapters.chat.discord.transport.errors import LIBRARY_ERRORS, delivery_error, thread_error
from adapters.chat.discord.transport.sender import DEADLINE_SECONDS, DiscordSender, parse_id
from bot.domain.errors import TopicRefused

WEEK_MINUTES: Final = 10080
"""Minutes without a message after which Discord archives a thread; the next message reopens it."""


async def create_thread(sender: DiscordSender, channel_address: str, name: str) -> str:
    """Create a public thread in a text channel; return its id."""
    client = sender.connected_client()
    try:
        async with asyncio.timeout(DEADLINE_SECONDS):
            channel = client.get_channel(parse_id(channel_address)) or await client.fetch_channel(
                parse_id(channel_address)
            )
            if not isinstance(channel, discord.TextChannel):
                raise TopicRefused("threads are made in text channels of a server")
            thread = await channel.create_thread(
                name=name[: limits.THREAD_NAME],
                type=discord.ChannelType.public_thread,
                auto_archive_duration=WEEK_MINUTES,
            )
    except LIBRARY_ERRORS as error:
        raise thread_error(error) from error
    return str(thread.id)


async def rename_thread(sender: DiscordSender, address: str, name: str) -> None:
    try:
        async with asyncio.timeout(DEADLINE_SECONDS):
            thread = await sender.connected_client().fetch_channel(parse_id(address))
            if isinstance(thread, discord.Thread):
                await thread.edit(name=name[: limits.THREAD_NAME])
    except LIBRARY_ERRORS as error:
        raise delivery_error(error) from error
