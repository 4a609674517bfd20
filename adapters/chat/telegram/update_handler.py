"""Update handling: queue by user, dispatch, reply; and follow chats that move, block or unblock us."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial

from telegram import Bot, CallbackQuery, ChatMemberUpdated, Message, Update
from telegram.constants import ChatAction, ChatMemberStatus

from adapters.chat.reply_parts import EXPIRED, NOT_SHOWN
from adapters.chat.telegram.reply_sender import ReplySender
from adapters.chat.telegram.transport.callback_answer import CallbackAnswer
from adapters.chat.telegram.transport.command_menu import CommandMenu
from adapters.chat.telegram.transport.errors import LIBRARY_ERRORS
from adapters.chat.telegram.transport.request_mapping import (
    PLATFORM,
    ReceivedUpdate,
    RequestOrigin,
    callback_origin,
    message_origin,
    parse_address,
)
from bot.commands.dispatch.gateway_context import GatewayContext
from bot.commands.dispatch.user_queue import UserQueues
from bot.commands.reply.blocks import Button, ButtonStyle, Reply, sentence_reply
from bot.domain.errors import DeliveryError, DestinationGone
from bot.domain.people import Operator
from bot.engine.concurrency.task_scope import TaskScope

logger = logging.getLogger(__name__)

TOO_MANY = "Refused: too much at once. Wait for the answers that are on their way, then press it again."
ALREADY_DONE = "Done already, before I was restarted. /bots shows how things are."
SHUTDOWN_GRACE_SECONDS = 0.5
TYPING_DELAY = timedelta(milliseconds=150)
"""Delay before the typing indicator; a reply that comes sooner needs none."""
CLOSED_STATUSES = frozenset({ChatMemberStatus.LEFT, ChatMemberStatus.BANNED})

OnDone = Callable[[], None]
UpdateWork = Callable[[], Awaitable[None]]


class UpdateHandler:
    """Handles updates, each user's in order."""

    def __init__(self, bot: Bot, context: GatewayContext, reply_sender: ReplySender, task_scope: TaskScope) -> None:
        self._bot = bot
        self._context = context
        self._reply_sender = reply_sender
        self._task_scope = task_scope
        self._user_queues = UserQueues(task_scope)
        self._command_menu = CommandMenu(bot, context.registry, context.key_value_store(PLATFORM))

    async def on_connected(self) -> None:
        """Register our deep links, and send the command menus."""
        name = self._bot.username
        self._context.deep_links.register_platform(PLATFORM, lambda payload: f"t.me/{name}?start={payload}")
        await self._command_menu.sync_menus()

    async def wait_for_answers(self) -> None:
        """Wait a moment at shutdown for running replies; the next start goes on with the rest."""
        with suppress(TimeoutError):
            async with asyncio.timeout(SHUTDOWN_GRACE_SECONDS):
                await self._user_queues.wait_until_idle()

    def handle_update(self, update: Update, waiting_since: datetime, on_done: OnDone) -> None:
        """Handle an update in the queue of its user; call `on_done` when it is handled."""
        received = ReceivedUpdate(update_id=f"{self._bot.id}:{update.update_id}", waiting_since=waiting_since)
        message = update.message or update.channel_post
        if update.callback_query is not None:
            self._handle_callback(update.callback_query, received, on_done)
        elif message is not None and message.migrate_to_chat_id is not None:
            self._enqueue_work("chats", partial(self._record_migration, message), on_done)
        elif message is not None:
            self._handle_message(message, received, on_done)
        elif update.my_chat_member is not None:
            self._enqueue_work("chats", partial(self._record_membership, update.my_chat_member), on_done)
        else:
            on_done()

    def _handle_message(self, message: Message, received: ReceivedUpdate, on_done: OnDone) -> None:
        origin = message_origin(message, received, self._bot.username)
        if origin is None:
            on_done()
            return
        typing = self._task_scope.start_task(self._show_typing(origin), "typing")

        def finish() -> None:
            typing.cancel()
            on_done()

        self._enqueue_work(origin.queue_key, partial(self._answer_request, origin), finish)

    def _handle_callback(self, query: CallbackQuery, received: ReceivedUpdate, on_done: OnDone) -> None:
        callback_answer = CallbackAnswer(self._bot, query.id, self._context.clock)
        callback_answer.schedule_silent_answer(self._task_scope)
        origin = callback_origin(query, received)
        if origin is None or not query.data:
            self._enqueue_work(f"{query.from_user.id}", callback_answer.answer_silently, on_done)
            return
        origin = replace(origin, callback_answer=callback_answer)
        work = partial(self._answer_press, origin, query.data, callback_answer)
        if not self._enqueue_work(origin.queue_key, work, on_done):

            async def refuse() -> None:
                await callback_answer.show_popup(TOO_MANY)

            self._task_scope.start_task(refuse(), "press")

    def _enqueue_work(self, queue_key: str, work: UpdateWork, on_done: OnDone) -> bool:
        is_taken = self._user_queues.enqueue_work(queue_key, partial(self._run_guarded, work, on_done))
        if not is_taken:
            on_done()
        return is_taken

    async def _run_guarded(self, work: UpdateWork, on_done: OnDone) -> None:
        """Run work and survive its errors; this is the guard that keeps one update from ending the others."""
        try:
            await work()
        except DestinationGone as error:
            logger.info("answer not wanted", extra={"error": str(error)})
        except DeliveryError as error:
            logger.warning("answer not delivered", extra={"error": str(error)})
        except Exception:
            logger.exception("update not handled")
        finally:
            on_done()

    async def _answer_press(self, origin: RequestOrigin, payload: str, callback_answer: CallbackAnswer) -> None:
        try:
            found = await self._context.button_codec.decode_press(payload)
            if found is None:
                await callback_answer.show_popup(EXPIRED)
                return
            request = replace(origin.request, text=found.line)
            await self._answer_request(replace(origin, request=request, pressed_tag=found.tag))
        finally:
            await callback_answer.answer_silently()

    async def _answer_request(self, origin: RequestOrigin) -> None:
        """Answer a request; if the reply cannot be shown, say so."""
        reply = await self._context.pipeline.dispatch_request(origin.request)
        if reply is not None:
            await self._send_reply(origin, reply)
        else:
            await self._answer_repeat(origin)
        await self._update_menu(origin)

    async def _answer_repeat(self, origin: RequestOrigin) -> None:
        """Tell an operator that an earlier process handled this request, whose reply may be lost."""
        if await self._find_operator(origin) is not None and not await origin.show_popup(ALREADY_DONE):
            reply = sentence_reply(ALREADY_DONE, Button("Bots", "/bots", ButtonStyle.PRIMARY))
            await self._send_reply(origin.without_press(), reply)

    async def _send_reply(self, origin: RequestOrigin, reply: Reply) -> None:
        try:
            await self._reply_sender.send_reply(origin, reply)
        except DeliveryError as error:
            if not error.is_permanent:
                raise
            logger.warning("answer not shown", extra={"error": str(error)})
            with suppress(DeliveryError):
                await self._reply_sender.send_reply(origin.without_press(), sentence_reply(NOT_SHOWN))

    async def _update_menu(self, origin: RequestOrigin) -> None:
        if origin.request.is_private:
            operator = await self._find_operator(origin)
            await self._command_menu.set_chat_menu(origin.request.chat, operator.role if operator else None)

    async def _show_typing(self, origin: RequestOrigin) -> None:
        """Show operators after a delay that a reply is coming; strangers must not learn that they were heard."""
        await self._context.clock.sleep(TYPING_DELAY)
        if await self._find_operator(origin) is None:
            return
        address = parse_address(origin.request.chat)
        try:
            await self._bot.send_chat_action(address.chat_id, ChatAction.TYPING, message_thread_id=address.thread_id)
        except LIBRARY_ERRORS as error:
            logger.info("typing not shown", extra={"error": type(error).__name__})

    async def _find_operator(self, origin: RequestOrigin) -> Operator | None:
        return await self._context.ownership.operator_by_identity(PLATFORM, origin.request.platform_id)

    async def _record_migration(self, message: Message) -> None:
        await self._context.chats.move_chat(PLATFORM, f"{message.chat.id}", f"{message.migrate_to_chat_id}")

    async def _record_membership(self, change: ChatMemberUpdated) -> None:
        if change.new_chat_member.status in CLOSED_STATUSES:
            await self._context.chats.mark_blocked(PLATFORM, f"{change.chat.id}", "we were blocked or removed there")
        else:
            await self._context.chats.mark_unblocked(PLATFORM, f"{change.chat.id}")
