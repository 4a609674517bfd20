"""What is done with updates: keep each person's order, dispatch, answer; follow chats that move, close and open."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from contextlib import suppress
from functools import partial

from telegram import Bot, CallbackQuery, ChatMemberUpdated, Message, Update
from telegram.constants import ChatMemberStatus

from adapters.chat.phrases import EXPIRED, NOT_SHOWN
from adapters.chat.telegram.reply_sender import Answering
from adapters.chat.telegram.transport.callback_answer import Bell
from adapters.chat.telegram.transport.command_menu import Menus
from adapters.chat.telegram.transport.request_mapping import PLATFORM, Origin, pressed, spoken
from adapters.chat.telegram.transport.typing_indicator import TypingSign
from bot.commands.dispatch.gateway_context import GatewayContext
from bot.commands.dispatch.user_queue import UserQueues
from bot.commands.reply.blocks import Button, ButtonStyle, Reply, sentence_reply
from bot.commands.reply.replacement import MessageTag
from bot.domain.errors import DeliveryError, DestinationGone
from bot.engine.concurrency.task_scope import TaskScope

logger = logging.getLogger(__name__)

TOO_MANY = "Refused: too much at once. Wait for the answers that are on their way, then press it again."
DONE_ALREADY = "Done already, before I was restarted. /bots shows how things are."
LAST_MOMENT_SECONDS = 0.5
GONE = frozenset({ChatMemberStatus.LEFT, ChatMemberStatus.BANNED})

Done = Callable[[], None]
Work = Callable[[], Awaitable[None]]


class Reception:
    """Takes updates in; each person's are handled in order."""

    def __init__(self, bot: Bot, gateway_context: GatewayContext, answering: Answering, nest: TaskScope) -> None:
        self._bot = bot
        self._gateway_context = gateway_context
        self._answering = answering
        self._nest = nest
        self._user_queues = UserQueues(nest)
        self._menus = Menus(bot, gateway_context.registry, gateway_context.key_value_store)
        self._sign = TypingSign(bot, gateway_context.ownership, gateway_context.clock)

    async def connected(self) -> None:
        """Tell the desk who we are here, and Telegram which commands there are."""
        name = self._bot.username
        self._gateway_context.deep_links.register_platform(PLATFORM, lambda payload: f"t.me/{name}?start={payload}")
        await self._menus.sync()

    async def finish(self) -> None:
        """Give what is being answered a moment at the end; the next start goes on with the rest."""
        with suppress(TimeoutError):
            async with asyncio.timeout(LAST_MOMENT_SECONDS):
                await self._user_queues.wait_until_idle()

    def take(self, update: Update, done: Done) -> None:
        """Handle an update in the turn of its person, and say when it is done."""
        mark = f"{self._bot.id}:{update.update_id}"
        message = update.message or update.channel_post
        if update.callback_query is not None:
            self._take_press(update.callback_query, mark, done)
        elif message is not None and message.migrate_to_chat_id is not None:
            self._in_turn("chats", partial(self._moved, message), done)
        elif message is not None:
            self._take_message(message, mark, done)
        elif update.my_chat_member is not None:
            self._in_turn("chats", partial(self._member, update.my_chat_member), done)
        else:
            done()

    def _take_message(self, message: Message, mark: str, done: Done) -> None:
        origin = spoken(message, mark, self._bot.username)
        if origin is None:
            done()
            return
        sign = self._nest.start_task(self._sign.show(origin), "typing")

        def answered() -> None:
            sign.cancel()
            done()

        self._in_turn(origin.person, partial(self._answer, origin), answered)

    def _take_press(self, query: CallbackQuery, mark: str, done: Done) -> None:
        bell = Bell(self._bot, query.id, self._gateway_context.clock)
        bell.start(self._nest)
        origin = pressed(query, mark)
        if origin is None or not query.data:
            self._in_turn(f"{query.from_user.id}", bell.hush, done)
            return
        work = partial(self._press, origin, query.data, bell)
        if not self._in_turn(origin.person, work, done):
            self._nest.start_task(_said(bell, TOO_MANY), "press")

    def _in_turn(self, person: str, work: Work, done: Done) -> bool:
        is_taken = self._user_queues.enqueue_work(person, partial(self._guarded, work, done))
        if not is_taken:
            done()
        return is_taken

    async def _guarded(self, work: Work, done: Done) -> None:
        """Do a piece of work whatever happens: this is the guard that keeps one update from ending the others."""
        try:
            await work()
        except DestinationGone as error:
            logger.info("answer not wanted", extra={"error": str(error)})
        except DeliveryError as error:
            logger.warning("answer not delivered", extra={"error": str(error)})
        except Exception:
            logger.exception("update not handled")
        finally:
            done()

    async def _press(self, origin: Origin, payload: str, bell: Bell) -> None:
        try:
            found = await self._gateway_context.button_codec.decode_press(payload)
            if found is None:
                await bell.say(EXPIRED)
                return
            await self._answer(origin.asking(found.line), found.tag, bell)
        finally:
            await bell.hush()

    async def _answer(self, origin: Origin, tag: MessageTag | None = None, bell: Bell | None = None) -> None:
        """Answer a request; an answer that cannot be shown is still answered."""
        reply = await self._gateway_context.pipeline.dispatch_request(origin.request)
        if reply is not None:
            await self._show(origin, reply, tag, bell)
        else:
            await self._say_done(origin, bell)
        await self._menu(origin)

    async def _say_done(self, origin: Origin, bell: Bell | None) -> None:
        """Tell whom we know that an earlier process did this: nothing else of theirs stays without an answer."""
        known = await self._gateway_context.ownership.operator_by_identity(PLATFORM, origin.request.platform_id)
        if known is None or (bell is not None and await bell.say(DONE_ALREADY)):
            return
        await self._show(origin, sentence_reply(DONE_ALREADY, Button("Bots", "/bots", ButtonStyle.PRIMARY)), None, None)

    async def _show(self, origin: Origin, reply: Reply, tag: MessageTag | None, bell: Bell | None) -> None:
        try:
            await self._answering.show(origin, reply, tag, bell)
        except DeliveryError as error:
            if not error.is_permanent:
                raise
            logger.warning("answer not shown", extra={"error": str(error)})
            with suppress(DeliveryError):
                await self._answering.show(origin, sentence_reply(NOT_SHOWN))

    async def _menu(self, origin: Origin) -> None:
        request = origin.request
        if request.is_private:
            known = await self._gateway_context.ownership.operator_by_identity(PLATFORM, request.platform_id)
            await self._menus.show(request.chat, known.role if known else None)

    async def _moved(self, message: Message) -> None:
        await self._gateway_context.chats.move_chat(PLATFORM, f"{message.chat.id}", f"{message.migrate_to_chat_id}")

    async def _member(self, change: ChatMemberUpdated) -> None:
        """Note that a chat was closed to us, or opened again."""
        if change.new_chat_member.status in GONE:
            await self._gateway_context.chats.mark_blocked(
                PLATFORM, f"{change.chat.id}", "we were blocked or removed there"
            )
        else:
            await self._gateway_context.chats.mark_unblocked(PLATFORM, f"{change.chat.id}")


async def _said(bell: Bell, text: str) -> None:
    await bell.say(text)
