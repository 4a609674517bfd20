"""Discord client of one connection: passes the library's events to handlers."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import discord
from discord import app_commands

from adapters.chat.discord.interactions.autocomplete import Autocomplete
from adapters.chat.discord.interactions.inputs import ModalInputs
from adapters.chat.discord.interactions.interaction_handler import InteractionHandler
from adapters.chat.discord.interactions.pressed_items import handle_pressed_item
from adapters.chat.discord.interactions.request_mapping import Interaction
from adapters.chat.discord.interactions.slash_commands import create_slash_commands
from bot.commands.spec.registry import CommandRegistry

logger = logging.getLogger(__name__)

LONGEST_RATE_LIMIT_SECONDS = 30.0
"""Longest rate limit for which the library itself waits; after a longer one the relay tries again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClientHandlers:
    """Handlers of interactions and of the connection's state, and the pause between logins."""

    interaction_handler: InteractionHandler
    modal_inputs: ModalInputs
    autocomplete: Autocomplete
    wait_before_login: Callable[[], Awaitable[None]]
    on_ready: Callable[["DiscordClient"], Awaitable[None]]
    on_connected: Callable[[], None]
    on_disconnected: Callable[[], None]


class DiscordClient(discord.Client):
    """Client without privileged intents; answers in servers, in private chats, and where it is a user's own app."""

    def __init__(self, registry: CommandRegistry, handlers: ClientHandlers) -> None:
        super().__init__(
            intents=discord.Intents(guilds=True),
            allowed_mentions=discord.AllowedMentions.none(),
            max_messages=None,
            # Nothing is looked up among servers, so their list is not waited for.
            guild_ready_timeout=0,
            max_ratelimit_timeout=LONGEST_RATE_LIMIT_SECONDS,
        )
        self._event_handlers = handlers
        self.was_ready = False
        self.tree = DiscordCommandTree(self, handlers.interaction_handler)
        for one in create_slash_commands(registry, handlers.modal_inputs.handle_command, handlers.autocomplete):
            self.tree.add_command(one)

    def dispatch(self, event: str, /, *args: object, **kwargs: object) -> None:
        """Drop an event that comes after the end: a closed client has no loop left to handle it on."""
        if not self.is_closed():
            super().dispatch(event, *args, **kwargs)

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Wait before another login on one connection, by our clock."""
        del shard_id
        if not initial:
            await self._event_handlers.wait_before_login()

    async def on_ready(self) -> None:
        """Report that the connection is up after a login."""
        self.was_ready = True
        self._event_handlers.on_connected()
        await self._event_handlers.on_ready(self)

    async def on_resumed(self) -> None:
        """Report that the connection is up again."""
        self._event_handlers.on_connected()

    async def on_disconnect(self) -> None:
        """Report that the connection fell; its final end is reported by the gateway."""
        if not self.is_closed():
            self._event_handlers.on_disconnected()

    async def on_interaction(self, interaction: Interaction) -> None:
        """Handle modals, buttons and lists; of commands the tree takes care."""
        if interaction.type is discord.InteractionType.modal_submit:
            await self._event_handlers.modal_inputs.handle_modal(interaction)
        elif interaction.type is discord.InteractionType.component:
            handlers = self._event_handlers
            await handle_pressed_item(interaction, handlers.interaction_handler, handlers.modal_inputs)


class DiscordCommandTree(app_commands.CommandTree[DiscordClient]):
    """Slash commands; one that Discord still shows in an old version is answered too."""

    def __init__(self, client: DiscordClient, interaction_handler: InteractionHandler) -> None:
        super().__init__(
            client,
            allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True),
            allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
        )
        self._interaction_handler = interaction_handler

    async def on_error(
        self, interaction: discord.Interaction[DiscordClient], error: app_commands.AppCommandError, /
    ) -> None:
        """Answer a command that does not have the form it has now."""
        logger.warning("slash command not understood", extra={"error": type(error).__name__})
        await self._interaction_handler.answer_outdated_command(interaction)
