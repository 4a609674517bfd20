"""Mapping of interactions to requests."""

import discord

from bot.commands.spec.request import Request

PLATFORM = "discord"
Interaction = discord.Interaction[discord.Client]


def request_from_interaction(interaction: Interaction, text: str, *, is_button_press: bool = False) -> Request:
    """Return the request of an interaction; its id makes a second delivery harmless."""
    return Request(
        platform=PLATFORM,
        platform_id=str(interaction.user.id),
        chat=chat_address(interaction),
        text=text,
        display_name=interaction.user.display_name,
        chat_title=str(getattr(interaction.channel, "name", None) or ""),
        is_private=is_private(interaction),
        is_ephemeral=interaction.message is not None and interaction.message.flags.ephemeral,
        is_button_press=is_button_press,
        # Discord shows commands and presses to nobody else, nor the ephemeral replies to them.
        is_input_hidden=True,
        has_multiple_selects=True,
        topic_parent=_topic_parent(interaction),
        update_id=str(interaction.id),
        sent_at=interaction.created_at,
    )


def _topic_parent(interaction: Interaction) -> str:
    """Return the channel that can hold threads: this one or the thread's, if we are a member of the server."""
    if interaction.guild_id is None or interaction.client.get_guild(interaction.guild_id) is None:
        return ""
    channel = interaction.channel
    if isinstance(channel, discord.Thread) and channel.is_private():
        # More people read the channel than the private thread.
        return ""
    parent = channel.parent if isinstance(channel, discord.Thread) else channel
    return str(parent.id) if isinstance(parent, discord.TextChannel) and not parent.is_news() else ""


def chat_address(interaction: Interaction) -> str:
    """Return the address of the chat: the id of its channel or thread."""
    return str(interaction.channel_id or "")


def is_private(interaction: Interaction) -> bool:
    """Return whether this is a private chat with us; in one between other people we are a guest."""
    if interaction.guild_id is not None:
        return False
    context = interaction.context
    if context.private_channel:
        return False
    return bool(context.dm_channel) or isinstance(interaction.channel, discord.DMChannel)


def can_send_unasked(interaction: Interaction) -> bool:
    """Return whether we may send and change messages here without an interaction."""
    return is_private(interaction) or (interaction.guild_id is not None and interaction.is_guild_integration())
