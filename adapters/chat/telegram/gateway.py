"""Telegram as a chat platform."""

from adapters.chat.rate_limiter import Urgency
from adapters.chat.telegram.render import limits
from adapters.chat.telegram.render.address import read_address, read_message_id
from adapters.chat.telegram.render.message import Drawn
from adapters.chat.telegram.render.renderer import draw
from adapters.chat.telegram.reply_sender import Answering
from adapters.chat.telegram.transport.api_calls import Way
from adapters.chat.telegram.transport.connection import Connection, connection
from adapters.chat.telegram.transport.polling import Polling
from adapters.chat.telegram.transport.request_mapping import PLATFORM
from adapters.chat.telegram.transport.sender import Postbox
from adapters.chat.telegram.update_handler import Reception
from bot.commands.dispatch.gateway_context import GatewayContext
from bot.commands.notify.gateway import PlatformGateway
from bot.commands.reply.blocks import Reply
from bot.domain.events import NotificationLevel
from bot.engine.concurrency.task_scope import task_scope


class TelegramGateway:
    """A `PlatformGateway` for one bot of Telegram."""

    platform = PLATFORM
    can_edit = True

    def __init__(self, connection: Connection, gateway_context: GatewayContext) -> None:
        self._connection = connection
        self._gateway_context = gateway_context
        self._postbox = Postbox(connection.bot, gateway_context.chats, gateway_context.clock)
        self._answering = Answering(gateway_context, self._postbox)

    async def run(self) -> None:
        """Serve people until the task is canceled."""
        async with self._connection.opened() as bot, task_scope() as nest:
            reception = Reception(bot, self._gateway_context, self._answering, nest)
            polling = Polling(bot, self._gateway_context, reception.connected, reception.take)
            try:
                await polling.run()
            finally:
                await reception.finish()
                await polling.keep()

    async def send_message(self, address: str, reply: Reply, *, level: NotificationLevel, reply_to: str = "") -> str:
        """Send news."""
        way = Way(
            to=read_address(address),
            answers=read_message_id(reply_to) if reply_to else None,
            is_silent=level is NotificationLevel.SILENT,
        )
        message_id = await self._postbox.send(await self._drawn(reply), way, Urgency.NEWS)
        self._answering.told(address)
        return message_id

    async def edit_message(self, address: str, message_id: str, reply: Reply) -> None:
        """Change a message that was sent, at once or not at all."""
        await self._postbox.edit_now(address, message_id, await self._drawn(reply))

    async def pin_message(self, address: str, message_id: str) -> None:
        """Pin a message."""
        await self._postbox.pin(address, message_id)

    async def unpin_message(self, address: str, message_id: str) -> None:
        """Unpin a message."""
        await self._postbox.unpin(address, message_id)

    async def create_topic(self, group_address: str, name: str) -> str:
        """Make a topic in a group; return its address."""
        return await self._postbox.create_topic(group_address, name[: limits.TOPIC_NAME])

    async def rename_topic(self, address: str, name: str) -> None:
        """Give a topic another name."""
        await self._postbox.rename_topic(address, name[: limits.TOPIC_NAME])

    async def _drawn(self, reply: Reply) -> Drawn:
        return draw(reply, await self._gateway_context.button_codec.encode_buttons(reply, limits.PAYLOAD_BYTES))


def telegram_gateway(token: str, api_url: str, gateway_context: GatewayContext) -> PlatformGateway:
    """Make the gateway of a bot by its token, on the server with this address."""
    return TelegramGateway(connection(token, api_url), gateway_context)
