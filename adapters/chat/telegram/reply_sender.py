"""Showing an answer where it belongs: in place of a message, as a new one, as a pop-up, or in private."""

import logging
from collections import OrderedDict
from dataclasses import replace
from datetime import timedelta

from adapters.chat.phrases import SENT_PRIVATELY
from adapters.chat.rate_limiter import Urgency
from adapters.chat.telegram.render import limits
from adapters.chat.telegram.render.address import read_address
from adapters.chat.telegram.render.message import Drawn
from adapters.chat.telegram.render.renderer import draw
from adapters.chat.telegram.transport.api_calls import Way
from adapters.chat.telegram.transport.callback_answer import Bell
from adapters.chat.telegram.transport.request_mapping import PLATFORM, Origin
from adapters.chat.telegram.transport.sender import Postbox
from bot.commands.dispatch.gateway_context import GatewayContext
from bot.commands.notify.notifier import mark_as_repeat
from bot.commands.reply.blocks import Button, ButtonStyle, Reply, WarningText, sentence_reply
from bot.commands.reply.replacement import MessageTag, can_replace, is_error_reply
from bot.domain.errors import DeliveryError, DestinationGone

logger = logging.getLogger(__name__)

NOT_OPEN = "That answer is for you alone. Open the private chat and press Start, then send it again."
NOT_DELETED = "I may not delete your message here: delete it yourself."
TRIES = 4
PAUSE = timedelta(seconds=1)
LONGEST_PAUSE = timedelta(seconds=60)
MAX_CHATS = 1000
FORM = "form:"


class Answering:
    """Answers people; an answer that does not arrive is tried again for a while."""

    def __init__(self, gateway_context: GatewayContext, postbox: Postbox) -> None:
        self._gateway_context = gateway_context
        self._postbox = postbox
        self._newest: OrderedDict[str, tuple[str, str]] = OrderedDict()

    async def show(self, origin: Origin, reply: Reply, tag: MessageTag | None = None, bell: Bell | None = None) -> None:
        """Show an answer; `tag` and `bell` are those of the button that asked for it."""
        reply = await self._without_request(origin, reply)
        if bell is not None and is_error_reply(reply) and not reply.buttons and await bell.say(reply.headline):
            return
        if reply.is_private and not origin.request.is_private:
            await self._privately(origin, reply, bell)
            return
        request = origin.request
        message_id = await self._replaced(origin, reply, tag) or await self._sent(origin, reply)
        self._note(request.chat, reply, message_id)
        await self._gateway_context.live_messages.register_message(request, reply, message_id)

    def told(self, address: str) -> None:
        """Note that something else is the newest message of a chat now."""
        self._newest.pop(address, None)

    async def _without_request(self, origin: Origin, reply: Reply) -> Reply:
        """Delete the message that held a code or a key; say if that may not be done."""
        if not reply.is_request_secret or origin.request.is_button_press:
            return reply
        if await self._postbox.delete(origin.request.chat, origin.message_id):
            return reply
        return replace(reply, blocks=(*reply.blocks, WarningText(NOT_DELETED)))

    async def _privately(self, origin: Origin, reply: Reply, bell: Bell | None) -> None:
        request = origin.request
        note = sentence_reply(SENT_PRIVATELY)
        try:
            await self._delivered(reply, Way(to=read_address(request.platform_id)))
        except DestinationGone:
            link = self._gateway_context.deep_links.platform_link(PLATFORM, "hello")
            opened = (Button("Open private chat", "", ButtonStyle.PRIMARY, url=link),) if link else ()
            note = sentence_reply(NOT_OPEN, *opened)
        if note.buttons or bell is None or not await bell.say(note.headline):
            await self._sent(origin, note)

    async def _replaced(self, origin: Origin, reply: Reply, tag: MessageTag | None) -> str:
        """Change the message the answer may take the place of; return its id, an empty text if there is none."""
        if is_error_reply(reply):
            # It changes nothing, and in a group it is about somebody else's message.
            return ""
        address = origin.request.chat
        message_id = str(origin.message_id) if can_replace(tag, reply) else self._form_before(address, reply, tag)
        return message_id if message_id and await self._changed(address, message_id, reply) else ""

    async def _changed(self, address: str, message_id: str, reply: Reply) -> bool:
        """Change a message; tell whether it shows the answer now. A new one would have to wait just as long."""
        drawn = await self._drawn(reply)
        for attempt in range(TRIES):
            try:
                await self._postbox.edit(address, message_id, drawn)
            except DeliveryError as error:
                if error.retry_after is None or error.retry_after > LONGEST_PAUSE or attempt == TRIES - 1:
                    logger.info("message not changed, sent anew", extra={"error": str(error)})
                    return False
            else:
                return True
        return False

    def _form_before(self, address: str, reply: Reply, tag: MessageTag | None) -> str:
        """Return the form that was answered in words, if nothing has come after it."""
        about, message_id = self._newest.get(address, ("", ""))
        is_typed = tag is None and about.startswith(FORM)
        return message_id if is_typed and reply.subject_key == about else ""

    async def _sent(self, origin: Origin, reply: Reply) -> str:
        request = origin.request
        # In private it is plain what is answered.
        answers = None if request.is_private or not origin.message_id else origin.message_id
        return await self._delivered(reply, Way(to=read_address(request.chat), answers=answers))

    async def _delivered(self, reply: Reply, way: Way) -> str:
        """Send an answer until it arrives; one that may have arrived before says so."""
        is_doubtful = False
        for attempt in range(TRIES):
            try:
                drawn = await self._drawn(mark_as_repeat(reply) if is_doubtful else reply)
                return await self._postbox.send(drawn, way, Urgency.ANSWER)
            except DestinationGone:
                raise
            except DeliveryError as error:
                wait = error.retry_after or PAUSE * 2**attempt
                if error.is_permanent or attempt == TRIES - 1 or wait > LONGEST_PAUSE:
                    raise
                is_doubtful = is_doubtful or error.is_doubtful
                await self._gateway_context.clock.sleep(wait)
        raise DeliveryError("the answer did not arrive")

    async def _drawn(self, reply: Reply) -> Drawn:
        return draw(reply, await self._gateway_context.button_codec.encode_buttons(reply, limits.PAYLOAD_BYTES))

    def _note(self, address: str, reply: Reply, message_id: str) -> None:
        self._newest[address] = (reply.subject_key, message_id)
        self._newest.move_to_end(address)
        while len(self._newest) > MAX_CHATS:
            self._newest.popitem(last=False)
