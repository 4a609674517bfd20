"""One connection to Discord: what the library calls, handed to whoever takes it."""

import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import discord
from discord import app_commands

from adapters.chat.discord.interactions.autocomplete import Suggestions
from adapters.chat.discord.interactions.dynamic_items import Presses, is_known, press_items
from adapters.chat.discord.interactions.inputs import Inputs
from adapters.chat.discord.interactions.interaction_handler import Reception
from adapters.chat.discord.interactions.request_mapping import Interaction
from adapters.chat.discord.interactions.slash_commands import slash_commands
from bot.commands.spec.registry import CommandRegistry

logger = logging.getLogger(__name__)

LONGEST_WAIT = 30.0
"""Seconds for which the library itself waits for a rate limit; what takes longer the relay tries again."""
CUSTOM_ID = "custom_id"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ears:
    """Who takes what people do, who waits between logins, and who is told how the connection is."""

    reception: Reception
    inputs: Inputs
    suggestions: Suggestions
    pause: Callable[[], Awaitable[None]]
    ready: Callable[["DeskClient"], Awaitable[None]]
    standing: Callable[[], None]
    fallen: Callable[[], None]


class DeskClient(discord.Client):
    """Needs no privileged intent; answers in servers, in private chats, and where a person brought it along."""

    def __init__(self, registry: CommandRegistry, ears: Ears) -> None:
        super().__init__(
            intents=discord.Intents(guilds=True),
            allowed_mentions=discord.AllowedMentions.none(),
            max_messages=None,
            # Nothing is looked up among servers, so their list is not waited for.
            guild_ready_timeout=0,
            max_ratelimit_timeout=LONGEST_WAIT,
        )
        self._ears = ears
        self.was_ready = False
        self.tree = DeskTree(self, ears.reception)
        for one in slash_commands(registry, ears.inputs.command, ears.suggestions):
            self.tree.add_command(one)
        inputs = ears.inputs
        presses = Presses(press=ears.reception.press, ask=inputs.ask, fill=inputs.fill, choose=inputs.choose)
        self.add_dynamic_items(*press_items(presses))

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Wait before another login on one connection, by the clock of the desk."""
        del shard_id
        if not initial:
            await self._ears.pause()

    async def on_ready(self) -> None:
        """Tell that the connection stands; called after each new login."""
        self.was_ready = True
        self._ears.standing()
        await self._ears.ready(self)

    async def on_resumed(self) -> None:
        """Tell that the connection stands again."""
        self._ears.standing()

    async def on_disconnect(self) -> None:
        """Tell that the connection fell; what ended it for good is told by who made it."""
        if not self.is_closed():
            self._ears.fallen()

    async def on_interaction(self, interaction: Interaction) -> None:
        """Take what the library finds nobody for: modals, and buttons of other times."""
        if interaction.type is discord.InteractionType.modal_submit:
            await self._ears.inputs.submitted(interaction)
        elif interaction.type is discord.InteractionType.component:
            data = dict(interaction.data or {})
            if not is_known(str(data.get(CUSTOM_ID, ""))):
                await self._ears.reception.stale(interaction)


class DeskTree(app_commands.CommandTree[DeskClient]):
    """The slash commands; one that Discord still shows though it has changed is answered all the same."""

    def __init__(self, client: DeskClient, reception: Reception) -> None:
        super().__init__(
            client,
            allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True),
            allowed_installs=app_commands.AppInstallationType(guild=True, user=True),
        )
        self._reception = reception

    async def on_error(
        self, interaction: discord.Interaction[DeskClient], error: app_commands.AppCommandError, /
    ) -> None:
        """Answer a command that cannot be carried out as it came."""
        logger.warning("slash command not understood", extra={"error": type(error).__name__})
        await self._reception.outdated(interaction)
