"""Interaction handling: acknowledge, queue by user, dispatch, and reply where it was asked."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from functools import partial

from adapters.chat.discord.interactions.interaction_response import InteractionResponder
from adapters.chat.discord.interactions.request_mapping import (
    Interaction,
    can_send_unasked,
    is_private,
    request_from_interaction,
)
from adapters.chat.discord.interactions.slash_commands import command_line
from adapters.chat.discord.render.components import MAX_PAYLOAD, DiscordMessage
from adapters.chat.discord.render.renderer import render_reply
from adapters.chat.discord.transport.errors import LIBRARY_ERRORS
from adapters.chat.discord.transport.sender import DiscordSender
from adapters.chat.reply_parts import EXPIRED, NOT_SHOWN
from bot.commands.dispatch.gateway_context import GatewayContext
from bot.commands.dispatch.user_queue import UserQueues
from bot.commands.reply.blocks import LiveMode, Reply, sentence_reply
from bot.commands.reply.replacement import MessageTag, can_replace, is_error_reply, parse_tag
from bot.commands.spec.request import Request
from bot.commands.spec.spec import Privacy
from bot.domain.errors import DeliveryError

logger = logging.getLogger(__name__)

TOO_MANY = "Refused: too much at once. Wait for the answers that are on their way, then send it again."
NOT_A_MEMBER = "Refused: a message is kept live only where I am a member. Invite me to this server first."

InteractionWork = Callable[[InteractionResponder], Awaitable[None]]


class InteractionHandler:
    """Acknowledges interactions within three seconds and answers them in the order of their user."""

    def __init__(self, context: GatewayContext, user_queues: UserQueues, sender: DiscordSender) -> None:
        self._context = context
        self._user_queues = user_queues
        self._sender = sender

    async def handle_command(self, interaction: Interaction, name: str, words: Mapping[str, str]) -> None:
        """Answer a slash command, ephemerally where its spec says so."""
        named = self._context.registry.find_command(name)
        line = command_line(name, named, words) if named else f"/{name}"
        is_discreet = named is not None and (named.spec.is_ephemeral or named.spec.privacy is not Privacy.ANYWHERE)
        is_ephemeral = is_discreet and not is_private(interaction)
        request = replace(request_from_interaction(interaction, line), is_ephemeral=is_ephemeral)
        work = partial(self.answer_request, request=request)
        await self.handle_interaction(interaction, work, is_ephemeral=is_ephemeral)

    async def handle_press(self, interaction: Interaction, payload: str) -> None:
        """Answer a pressed button, or a line chosen in a list, by its payload."""
        await self.handle_interaction(interaction, partial(self._answer_press, interaction, payload))

    async def handle_answer(self, interaction: Interaction, line: str, tag: str, *, is_button_press: bool) -> None:
        """Answer a line that a person entered or chose below the message with this tag."""
        request = request_from_interaction(interaction, line, is_button_press=is_button_press)
        work = partial(self.answer_request, request=request, pressed_tag=parse_tag(tag))
        await self.handle_interaction(interaction, work)

    async def refuse_interaction(self, interaction: Interaction, text: str, *, is_ephemeral: bool = False) -> None:
        """Answer an interaction that cannot be handled with a sentence that only its user sees."""
        await self.handle_interaction(interaction, partial(_send_sentence, text=text), is_ephemeral=is_ephemeral)

    async def handle_interaction(
        self, interaction: Interaction, work: InteractionWork, *, is_ephemeral: bool = False
    ) -> None:
        """Acknowledge an interaction and run its work in the user's queue."""
        responder = InteractionResponder(interaction, self._sender, is_ephemeral=is_ephemeral)
        # Enqueued before anything is awaited, so that interactions are answered in the order they were sent.
        is_taken = self._user_queues.enqueue_work(str(interaction.user.id), partial(self._run_work, responder, work))
        await responder.acknowledge_interaction()
        if not is_taken:
            await self._run_work(responder, partial(_send_sentence, text=TOO_MANY))

    async def answer_request(
        self, responder: InteractionResponder, request: Request, pressed_tag: MessageTag | None = None
    ) -> None:
        """Answer a request; `pressed_tag` is that of the message whose button was pressed."""
        reply = await self._context.pipeline.dispatch_request(request)
        await self.show_reply(responder, request, reply, pressed_tag)

    async def show_reply(
        self,
        responder: InteractionResponder,
        request: Request,
        reply: Reply | None,
        pressed_tag: MessageTag | None,
        page: int = 0,
    ) -> None:
        """Show a reply; after a press it replaces the button's message if it may."""
        if reply is None:
            await responder.delete_deferred_response()
            return
        can_stay_live = can_send_unasked(responder.interaction)
        if reply.live_mode is LiveMode.PINNED and (responder.is_ephemeral or not can_stay_live):
            reply = sentence_reply(NOT_A_MEMBER)
        rendered = await self._render_reply(reply, page)
        is_popup = responder.interaction.message is not None and is_error_reply(reply)
        is_ephemeral = is_popup or (reply.is_private and not request.is_private)
        if not is_ephemeral and can_replace(pressed_tag, reply):
            message_id = await responder.replace_message(rendered)
        else:
            message_id = await responder.send_message(rendered, is_ephemeral=is_ephemeral)
        if message_id and can_stay_live and not (is_ephemeral or responder.is_ephemeral):
            await self._context.live_messages.register_message(request, reply, message_id)

    async def _render_reply(self, reply: Reply, page: int) -> DiscordMessage:
        payloads = await self._context.button_codec.encode_buttons(reply, MAX_PAYLOAD)
        return render_reply(reply, payloads, self._context.clock.now(), page)

    async def _run_work(self, responder: InteractionResponder, work: InteractionWork) -> None:
        """Run work and survive its errors; this is the guard that keeps one interaction from ending the others."""
        try:
            await responder.acknowledged.wait()
            await work(responder)
        except Exception:
            logger.exception("answer not shown")
            with suppress(DeliveryError, *LIBRARY_ERRORS):
                await _send_sentence(responder, NOT_SHOWN)

    async def _answer_press(self, interaction: Interaction, payload: str, responder: InteractionResponder) -> None:
        pressed = await self._context.button_codec.decode_press(payload)
        if pressed is None:
            await _send_sentence(responder, EXPIRED)
            return
        request = request_from_interaction(interaction, pressed.line, is_button_press=True)
        await self.answer_request(responder, request, pressed.tag)


async def _send_sentence(responder: InteractionResponder, text: str) -> None:
    """Reply with one sentence that only the user sees."""
    await responder.send_message(DiscordMessage(content=text), is_ephemeral=True)
