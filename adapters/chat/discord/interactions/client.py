"""Discord client of one connection: hands interactions on and reports the connection's state."""

import hashlib
import json
import logging
from datetime import timedelta
from functools import partial

import discord
from discord import app_commands

from adapters.chat.discord.interactions.autocomplete import suggest_values
from adapters.chat.discord.interactions.inputs import ModalInputs
from adapters.chat.discord.interactions.interaction_handler import InteractionHandler
from adapters.chat.discord.interactions.request_mapping import PLATFORM, Interaction
from adapters.chat.discord.interactions.slash_commands import create_slash_commands
from adapters.chat.discord.transport.errors import LIBRARY_ERRORS, delivery_error
from adapters.chat.discord.transport.sender import DiscordSender
from bot.commands.dispatch.gateway_context import GatewayContext

logger = logging.getLogger(__name__)

LONGEST_RATE_LIMIT_SECONDS = 30.0
"""Longest rate limit for which the library itself waits; after a longer one the relay tries again."""
LOGIN_PAUSE = timedelta(seconds=5)
"""Pause between two logins of one connection, as Discord asks."""
COMMANDS_KEY = "commands"
COMMANDS_RETRY_DELAY = timedelta(minutes=1)
OUTDATED_COMMAND = "Refused: this command has changed meanwhile. Type it anew, and Discord shows what it takes now."
CONNECTION_LOST = "the connection to Discord fell, it is being made again"


class DiscordClient(discord.Client):
    """Client without privileged intents; answers in servers, in private chats, and where it is a user's own app."""

    def __init__(self, context: GatewayContext, handler: InteractionHandler, sender: DiscordSender) -> None:
        super().__init__(
            intents=discord.Intents(guilds=True),
            allowed_mentions=discord.AllowedMentions.none(),
            max_messages=None,
            # Nothing is looked up among servers, so their list is not waited for.
            guild_ready_timeout=0,
            max_ratelimit_timeout=LONGEST_RATE_LIMIT_SECONDS,
        )
        self._context = context
        self._interaction_handler = handler
        self._modal_inputs = ModalInputs(context, handler)
        self._sender = sender
        self.was_ready = False
        self.tree = app_commands.CommandTree(
            self,
            allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True),
            allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
        )
        self.tree.error(self._answer_outdated_command)
        suggest = partial(suggest_values, context)
        for command in create_slash_commands(context.registry, self._modal_inputs.handle_command, suggest):
            self.tree.add_command(command)

    def dispatch(self, event: str, /, *args: object, **kwargs: object) -> None:
        """Drop an event that comes after the end: a closed client has no loop left to handle it on."""
        if not self.is_closed():
            super().dispatch(event, *args, **kwargs)

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Wait before another login on one connection, by our clock."""
        del shard_id
        if not initial:
            await self._context.clock.sleep(LOGIN_PAUSE)

    async def on_ready(self) -> None:
        """Report that the connection is up after a login, and send the commands until Discord takes them."""
        self.was_ready = True
        self._context.platform_health.mark_up(PLATFORM)
        self._sender.client = self
        while not self.is_closed() and not await self._sync_commands():
            await self._context.clock.sleep(COMMANDS_RETRY_DELAY)

    async def on_resumed(self) -> None:
        """Report that the connection is up again."""
        self._context.platform_health.mark_up(PLATFORM)

    async def on_disconnect(self) -> None:
        """Report that the connection fell; its final end is reported by the gateway."""
        if not self.is_closed():
            self._context.platform_health.mark_down(PLATFORM, CONNECTION_LOST)

    async def on_interaction(self, interaction: Interaction) -> None:
        """Handle modals, buttons and lists; of commands the tree takes care."""
        if interaction.type is discord.InteractionType.modal_submit:
            await self._modal_inputs.handle_modal(interaction)
        elif interaction.type is discord.InteractionType.component:
            await self._modal_inputs.handle_component(interaction)

    async def _answer_outdated_command(self, interaction: Interaction, error: app_commands.AppCommandError) -> None:
        """Answer a command that Discord still shows in an old version."""
        logger.warning("slash command not understood", extra={"error": type(error).__name__})
        await self._interaction_handler.refuse_interaction(interaction, OUTDATED_COMMAND, is_ephemeral=True)

    async def _sync_commands(self) -> bool:
        """Send the commands if they differ from those that any process sent last; return whether Discord has them."""
        store = self._context.key_value_store(PLATFORM)
        commands = [command.to_dict(self.tree) for command in self.tree.get_commands()]
        record = json.dumps([self.application_id, commands], sort_keys=True)
        digest = hashlib.blake2b(record.encode(), digest_size=16).hexdigest()
        if await store.read_value(COMMANDS_KEY) == digest:
            return True
        try:
            await self.tree.sync()
        except LIBRARY_ERRORS as error:
            logger.warning("commands not sent to Discord", extra={"error": str(delivery_error(error))})
            return False
        await store.save_value(COMMANDS_KEY, digest)
        logger.info("commands sent to Discord", extra={"count": len(commands)})
        return True
