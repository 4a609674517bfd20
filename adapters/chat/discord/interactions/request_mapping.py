"""Who did something, where, and what they asked for: from an interaction to a request."""

import discord

from bot.commands.spec.request import Request

PLATFORM = "discord"
Interaction = discord.Interaction[discord.Client]


def request_from_interaction(interaction: Interaction, text: str, *, is_button_press: bool = False) -> Request:
    """Make the request that an interaction is; its id makes a second delivery harmless."""
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
        # Commands and presses are shown to nobody else, nor are private answers to them.
        is_input_hidden=True,
        has_multiple_selects=True,
        topic_parent=_topic_home(interaction),
        update_id=str(interaction.id),
    )


def _topic_home(interaction: Interaction) -> str:
    """Return the channel that can hold threads: this one, or the one that this thread is in, if we are a member."""
    if interaction.guild_id is None or interaction.client.get_guild(interaction.guild_id) is None:
        return ""
    channel = interaction.channel
    if isinstance(channel, discord.Thread) and channel.is_private():
        # More people read the channel than the thread.
        return ""
    home = channel.parent if isinstance(channel, discord.Thread) else channel
    return str(home.id) if isinstance(home, discord.TextChannel) and not home.is_news() else ""


def chat_address(interaction: Interaction) -> str:
    """Return the address of the chat: the id of its channel, which a thread has too."""
    return str(interaction.channel_id or "")


def queue_key(interaction: Interaction) -> str:
    """Return the key under which what somebody does is kept in order."""
    return f"{PLATFORM}:{interaction.user.id}"


def is_private(interaction: Interaction) -> bool:
    """Tell whether this is the chat of one person with the desk; between people the desk is a guest."""
    if interaction.guild_id is not None:
        return False
    context = interaction.context
    if context.private_channel:
        return False
    return bool(context.dm_channel) or isinstance(interaction.channel, discord.DMChannel)


def can_send_unasked(interaction: Interaction) -> bool:
    """Tell whether the desk may write and change messages here also without being asked."""
    return is_private(interaction) or (interaction.guild_id is not None and interaction.is_guild_integration())
