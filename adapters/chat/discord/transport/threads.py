"""Threads of channels: what a topic is at Discord."""

import asyncio
from typing import Final

import discord

from adapters.chat.discord.render import limits
from adapters.chat.discord.transport.errors import FOREIGN, delivery_error, thread_error
from adapters.chat.discord.transport.sender import DEADLINE_SECONDS, Postbox, read_id
from bot.domain.errors import TopicRefused

WEEK_MINUTES: Final = 10080
"""After so long without a message a thread is archived; the next message brings it back."""


async def make_thread(postbox: Postbox, home: str, name: str) -> str:
    """Make a public thread in a text channel; return its id."""
    client = postbox.connected()
    try:
        async with asyncio.timeout(DEADLINE_SECONDS):
            channel = client.get_channel(read_id(home)) or await client.fetch_channel(read_id(home))
            if not isinstance(channel, discord.TextChannel):
                raise TopicRefused("threads are made in text channels of a server")
            thread = await channel.create_thread(
                name=name[: limits.THREAD_NAME],
                type=discord.ChannelType.public_thread,
                auto_archive_duration=WEEK_MINUTES,
            )
    except FOREIGN as error:
        raise thread_error(error) from error
    return str(thread.id)


async def rename_thread(postbox: Postbox, address: str, name: str) -> None:
    """Give a thread another name."""
    try:
        async with asyncio.timeout(DEADLINE_SECONDS):
            thread = await postbox.connected().fetch_channel(read_id(address))
            if isinstance(thread, discord.Thread):
                await thread.edit(name=name[: limits.THREAD_NAME])
    except FOREIGN as error:
        raise delivery_error(error) from error
