"""Reply sender: shows a reply in place of a message, as a new one, as a pop-up, or in the private chat."""

import logging
from collections import OrderedDict
from dataclasses import replace
from datetime import timedelta

from adapters.chat.rate_limiter import SendPriority
from adapters.chat.reply_parts import SENT_PRIVATELY
from adapters.chat.telegram.render import limits
from adapters.chat.telegram.render.message import TelegramReply
from adapters.chat.telegram.render.renderer import render_reply
from adapters.chat.telegram.transport.api_calls import SendOptions
from adapters.chat.telegram.transport.request_mapping import PLATFORM, RequestOrigin, parse_address
from adapters.chat.telegram.transport.sender import TelegramSender
from bot.commands.dispatch.gateway_context import GatewayContext
from bot.commands.notify.event_messages import mark_as_repeat
from bot.commands.reply.blocks import Button, ButtonStyle, Reply, WarningText, sentence_reply
from bot.commands.reply.replacement import can_replace, is_error_reply
from bot.domain.errors import DeliveryError, DestinationGone
from bot.engine.concurrency.backoff import Backoff

logger = logging.getLogger(__name__)

PRIVATE_CHAT_NOT_OPEN = "That answer is for you alone. Open the private chat and press Start, then send it again."
REQUEST_NOT_DELETED = "I may not delete your message here: delete it yourself."
MOST_ATTEMPTS = 4
FIRST_PAUSE = timedelta(seconds=1)
LONGEST_PAUSE = timedelta(seconds=60)
MAX_CHATS = 1000
FORM_PREFIX = "form:"


class ReplySender:
    """Sends replies, with several tries each."""

    def __init__(self, context: GatewayContext, sender: TelegramSender) -> None:
        self._context = context
        self._sender = sender
        self._newest_messages: OrderedDict[str, tuple[str, str]] = OrderedDict()

    async def send_reply(self, origin: RequestOrigin, reply: Reply) -> None:
        """Show a reply where its request came from."""
        reply = await self._delete_request(origin, reply)
        request = origin.request
        if is_error_reply(reply) and not reply.buttons and await origin.show_popup(reply.headline):
            return
        if reply.is_private and not request.is_private:
            await self._send_privately(origin, reply)
            return
        message_id = await self._replace_message(origin, reply) or await self._send_new_message(origin, reply)
        self._remember_newest(request.chat, reply, message_id)
        await self._context.live_messages.register_message(request, reply, message_id)

    def clear_newest_message(self, address: str) -> None:
        """Forget the newest message of a chat, because another was sent."""
        self._newest_messages.pop(address, None)

    async def _delete_request(self, origin: RequestOrigin, reply: Reply) -> Reply:
        """Delete the message that held a code or key; add a warning if that is forbidden."""
        if not reply.is_request_secret or origin.request.is_button_press:
            return reply
        if await self._sender.delete_message(origin.request.chat, origin.message_id):
            return reply
        return replace(reply, blocks=(*reply.blocks, WarningText(REQUEST_NOT_DELETED)))

    async def _send_privately(self, origin: RequestOrigin, reply: Reply) -> None:
        notice = sentence_reply(SENT_PRIVATELY)
        try:
            await self._deliver_reply(reply, SendOptions(address=parse_address(origin.request.platform_id)))
        except DestinationGone:
            link = self._context.deep_links.platform_link(PLATFORM, "hello")
            opened = (Button("Open private chat", "", ButtonStyle.PRIMARY, url=link),) if link else ()
            notice = sentence_reply(PRIVATE_CHAT_NOT_OPEN, *opened)
        if notice.buttons or not await origin.show_popup(notice.headline):
            await self._send_new_message(origin, notice)

    async def _replace_message(self, origin: RequestOrigin, reply: Reply) -> str:
        """Replace the message that the reply may replace; return its id, an empty text if there is none."""
        if is_error_reply(reply):
            # Nothing changed, and in a group the message may be somebody else's.
            return ""
        address = origin.request.chat
        if can_replace(origin.pressed_tag, reply):
            message_id = str(origin.message_id)
        else:
            message_id = "" if origin.pressed_tag else self._open_form_message(address, reply)
        return message_id if message_id and await self._edit_message(address, message_id, reply) else ""

    async def _edit_message(self, address: str, message_id: str, reply: Reply) -> bool:
        """Change a message; return False if it failed and a new message may help."""
        rendered = await self.render_reply(reply)
        for _ in range(MOST_ATTEMPTS):
            try:
                await self._sender.edit_rendered(address, message_id, rendered)
            except DeliveryError as error:
                logger.info("message not changed", extra={"error": str(error)})
                if error.retry_after is None or error.retry_after > LONGEST_PAUSE:
                    return False
            else:
                return True
        return False

    def _open_form_message(self, address: str, reply: Reply) -> str:
        """Return the id of the form that was answered in words, if it is the newest message."""
        subject_key, message_id = self._newest_messages.get(address, ("", ""))
        return message_id if subject_key.startswith(FORM_PREFIX) and reply.subject_key == subject_key else ""

    async def _send_new_message(self, origin: RequestOrigin, reply: Reply) -> str:
        request = origin.request
        # In a private chat it is plain what is answered.
        answers = None if request.is_private or not origin.message_id else origin.message_id
        return await self._deliver_reply(reply, SendOptions(address=parse_address(request.chat), reply_to=answers))

    async def _deliver_reply(self, reply: Reply, options: SendOptions) -> str:
        """Send a reply until it arrives; mark it as a repeat once a try may have arrived."""
        is_doubtful, backoff = False, Backoff(first=FIRST_PAUSE, longest=LONGEST_PAUSE)
        for attempt in range(MOST_ATTEMPTS):
            try:
                rendered = await self.render_reply(mark_as_repeat(reply) if is_doubtful else reply)
                return await self._sender.send_rendered(rendered, options, SendPriority.ANSWER)
            except DestinationGone:
                raise
            except DeliveryError as error:
                pause = backoff.next_pause()
                wait = error.retry_after or pause
                if error.is_permanent or attempt == MOST_ATTEMPTS - 1 or wait > LONGEST_PAUSE:
                    raise
                is_doubtful = is_doubtful or error.is_doubtful
                await self._context.clock.sleep(wait)
        raise DeliveryError("the answer did not arrive")

    async def render_reply(self, reply: Reply) -> TelegramReply:
        return render_reply(reply, await self._context.button_codec.encode_buttons(reply, limits.PAYLOAD_BYTES))

    def _remember_newest(self, address: str, reply: Reply, message_id: str) -> None:
        self._newest_messages[address] = (reply.subject_key, message_id)
        self._newest_messages.move_to_end(address)
        while len(self._newest_messages) > MAX_CHATS:
            self._newest_messages.popitem(last=False)
