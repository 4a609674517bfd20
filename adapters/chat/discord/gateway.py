"""Discord gateway: serves interactions over one connection after the other, and sends messages."""

import asyncio
import logging
from datetime import timedelta

import discord

from adapters.chat.discord.interactions.client import DiscordClient
from adapters.chat.discord.interactions.interaction_handler import InteractionHandler
from adapters.chat.discord.interactions.request_mapping import PLATFORM
from adapters.chat.discord.render.components import MAX_PAYLOAD, DiscordMessage
from adapters.chat.discord.render.renderer import render_reply
from adapters.chat.discord.transport.errors import LIBRARY_ERRORS, Outage, explain_outage
from adapters.chat.discord.transport.sender import DiscordSender
from bot.commands.dispatch.gateway_context import GatewayContext
from bot.commands.dispatch.user_queue import UserQueues
from bot.commands.reply.blocks import Reply
from bot.domain.errors import Unavailable
from bot.domain.events import NotificationLevel
from bot.engine.concurrency.backoff import Backoff
from bot.engine.concurrency.task_scope import TaskScope, task_scope

logger = logging.getLogger(__name__)

FIRST_PAUSE, LONGEST_PAUSE = timedelta(seconds=1), timedelta(minutes=2)
STABLE_CONNECTION = timedelta(minutes=2)
"""A connection that fell sooner counts as failed: Discord allows a thousand logins a day."""
LOGIN_TIMEOUT_SECONDS, CHECK_TIMEOUT_SECONDS = 60.0, 20.0
FINAL_PAUSE = timedelta(minutes=10)
"""Pause after a refusal that only a person can fix: a token may become valid again without a restart."""


class DiscordGateway(DiscordSender):
    """`PlatformGateway` of Discord; each login has a client of its own, since a closed one cannot be used again."""

    platform = PLATFORM
    can_edit = True

    def __init__(self, context: GatewayContext, token: str) -> None:
        super().__init__(context.clock, self._find_operator)
        self._context = context
        self._token = token

    async def send_message(self, address: str, reply: Reply, *, level: NotificationLevel, reply_to: str = "") -> str:
        """Send a reply to a channel, thread or private chat; return the message's id."""
        return await self.send_rendered(address, await self._render_reply(reply), level=level, reply_to=reply_to)

    async def edit_message(self, address: str, message_id: str, reply: Reply) -> None:
        await self.edit_rendered(address, message_id, await self._render_reply(reply))

    async def run(self) -> None:
        """Serve interactions for ever; an outage is reported to the platform health and the connection retried."""
        backoff, clock = Backoff(first=FIRST_PAUSE, longest=LONGEST_PAUSE), self._context.clock
        async with task_scope() as scope:
            while True:
                client, begun_at = self.create_client(scope), clock.now()
                outage = await self._serve_client(client)
                self._context.platform_health.mark_down(PLATFORM, outage.reason, is_final=outage.is_final)
                logger.warning("not connected to Discord", extra={"reason": outage.reason})
                if client.was_ready and clock.now() - begun_at >= STABLE_CONNECTION:
                    backoff.reset()
                pause = backoff.next_pause()
                await clock.sleep(FINAL_PAUSE if outage.is_final else max(pause, outage.retry_after))

    def create_client(self, task_scope: TaskScope) -> DiscordClient:
        """Create the client of one login; requests are answered by tasks of the scope."""
        handler = InteractionHandler(self._context, UserQueues(task_scope), self)
        return DiscordClient(self._context, handler, self)

    async def _serve_client(self, client: DiscordClient) -> Outage:
        """Serve over one client until it fails; this is the guard between the library and the engine."""
        try:
            async with client:
                async with asyncio.timeout(LOGIN_TIMEOUT_SECONDS):
                    await client.login(self._token)
                # With reconnect=True the library waits by its own clock, and gives up at some failures only.
                await client.connect(reconnect=False)
        except Exception as error:
            if not isinstance(error, LIBRARY_ERRORS):
                logger.exception("the connection to Discord broke")
            return explain_outage(error)
        finally:
            self.forget_client(client)
        return explain_outage(None)

    async def _find_operator(self, address: str) -> str:
        return await self._context.chats.group_owner_id(PLATFORM, address)

    async def _render_reply(self, reply: Reply) -> DiscordMessage:
        payloads = await self._context.button_codec.encode_buttons(reply, MAX_PAYLOAD)
        return render_reply(reply, payloads, self._context.clock.now())


async def check_token(token: str) -> str:
    """Return the bot's user name; raise Unavailable with the reason if Discord refuses the token."""
    async with discord.Client(intents=discord.Intents.none()) as client:
        try:
            async with asyncio.timeout(CHECK_TIMEOUT_SECONDS):
                await client.login(token)
        except LIBRARY_ERRORS as error:
            raise Unavailable(explain_outage(error).reason) from None
        return str(client.user)
