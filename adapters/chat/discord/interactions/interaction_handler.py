"""What is done with interactions: acknowledge, keep each person's order, dispatch, answer where it was asked."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from functools import partial

from adapters.chat.discord.interactions.interaction_response import Reaction
from adapters.chat.discord.interactions.options import line_of
from adapters.chat.discord.interactions.request_mapping import (
    Interaction,
    is_at_home,
    is_private,
    person_of,
    request_of,
)
from adapters.chat.discord.render.components import MAX_PAYLOAD
from adapters.chat.discord.render.message import Drawn
from adapters.chat.discord.render.renderer import draw
from adapters.chat.discord.transport.errors import FOREIGN
from adapters.chat.discord.transport.sender import Postbox
from adapters.chat.phrases import EXPIRED, NOT_SHOWN
from bot.commands.dispatch.gateway_context import GatewayContext
from bot.commands.dispatch.user_queue import UserQueues
from bot.commands.reply.blocks import LiveMode, Reply, sentence_reply
from bot.commands.reply.replacement import MessageTag, can_replace, is_error_reply
from bot.commands.spec.request import Request
from bot.commands.spec.spec import CommandSpec, Privacy
from bot.domain.errors import DeliveryError

logger = logging.getLogger(__name__)

TOO_MANY = "Refused: too much at once. Wait for the answers that are on their way, then send it again."
OUTDATED = "Refused: this command has changed meanwhile. Type it anew, and Discord shows what it takes now."
NOT_AT_HOME = "Refused: a message is kept live only where I am a member. Invite me to this server first."

Work = Callable[[Reaction], Awaitable[None]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What somebody asked for, the message whose button they pressed, and the page of a form they filled in."""

    interaction: Interaction
    request: Request
    pressed_tag: MessageTag | None = None


class Reception:
    """Takes interactions in; what it does not do within three seconds it does in the person's turn."""

    def __init__(self, gateway_context: GatewayContext, user_queues: UserQueues, postbox: Postbox) -> None:
        self._gateway_context = gateway_context
        self._user_queues = user_queues
        self._postbox = postbox

    async def command(self, interaction: Interaction, name: str, words: Mapping[str, str]) -> None:
        """Answer a slash command, for one person's eyes where its spec says so."""
        named = self._gateway_context.registry.find_command(name)
        line = line_of(name, named, words) if named else f"/{name}"
        is_aside = named is not None and _is_for_one(named.spec) and not is_private(interaction)
        request = replace(request_of(interaction, line), is_ephemeral=is_aside)
        asked = Asked(interaction=interaction, request=request)
        await self.take(interaction, partial(self._answered, asked), is_ephemeral=is_aside)

    async def press(self, interaction: Interaction, payload: str) -> None:
        """Do what a button, or the line picked from a list, carries."""
        await self.take(interaction, partial(self._pressed, interaction, payload))

    async def stale(self, interaction: Interaction) -> None:
        """Answer a button that nothing is known of."""
        await self.take(interaction, partial(said, text=EXPIRED))

    async def outdated(self, interaction: Interaction) -> None:
        """Answer a command that Discord still shows as it was."""
        await self.take(interaction, partial(said, text=OUTDATED), is_ephemeral=True)

    async def take(self, interaction: Interaction, work: Work, *, is_ephemeral: bool = False) -> None:
        """Acknowledge, and do a piece of work in the turn of its person."""
        reaction = Reaction(interaction, self._postbox, is_ephemeral=is_ephemeral)
        # The turn is taken before anything is waited for: what was sent first is done first.
        is_taken = self._user_queues.enqueue_work(person_of(interaction), partial(self._done, reaction, work))
        await reaction.begin()
        if not is_taken:
            await self._done(reaction, partial(said, text=TOO_MANY))

    async def dispatch(self, request: Request) -> Reply | None:
        """Return what the desk answers."""
        return await self._gateway_context.pipeline.dispatch_request(request)

    async def show(self, asked: Asked, reply: Reply | None, reaction: Reaction, *, page: int = 0) -> None:
        """Show an answer; to a press it changes the message of the button if it may take its place."""
        if reply is None:
            await reaction.nothing()
            return
        if reply.live_mode is LiveMode.PINNED and (reaction.is_ephemeral or not is_at_home(asked.interaction)):
            reply = sentence_reply(NOT_AT_HOME)
        drawn = await self.drawn(reply, page)
        is_popup = asked.interaction.message is not None and is_error_reply(reply)
        is_aside = is_popup or (reply.is_private and not asked.request.is_private)
        if not is_aside and can_replace(asked.pressed_tag, reply):
            message_id = await reaction.replace(drawn)
        else:
            message_id = await reaction.show(drawn, privately=is_aside)
        if message_id and not (is_aside or reaction.is_ephemeral) and is_at_home(asked.interaction):
            await self._gateway_context.live_messages.register_message(asked.request, reply, message_id)

    async def drawn(self, reply: Reply, page: int = 0) -> Drawn:
        """Draw a reply with what its buttons carry."""
        payloads = await self._gateway_context.button_codec.encode_buttons(reply, MAX_PAYLOAD)
        return draw(reply, payloads, self._gateway_context.clock.now(), page)

    async def _done(self, reaction: Reaction, work: Work) -> None:
        """Do a piece of work whatever happens: this is the guard that keeps one answer from ending the others."""
        try:
            await reaction.begun()
            await work(reaction)
        except Exception:
            logger.exception("answer not shown")
            with suppress(DeliveryError, *FOREIGN):
                await said(reaction, NOT_SHOWN)

    async def _pressed(self, interaction: Interaction, payload: str, reaction: Reaction) -> None:
        pressed = await self._gateway_context.button_codec.decode_press(payload)
        if pressed is None:
            await said(reaction, EXPIRED)
            return
        request = request_of(interaction, pressed.line, is_button_press=True)
        await self._answered(Asked(interaction=interaction, request=request, pressed_tag=pressed.tag), reaction)

    async def _answered(self, asked: Asked, reaction: Reaction) -> None:
        await self.show(asked, await self.dispatch(asked.request), reaction)


def _is_for_one(spec: CommandSpec) -> bool:
    return spec.is_ephemeral or spec.privacy is not Privacy.ANYWHERE


async def said(reaction: Reaction, text: str) -> None:
    """Say one sentence to who asked alone."""
    await reaction.show(Drawn(content=text), privately=True)
