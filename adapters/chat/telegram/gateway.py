"""Telegram gateway: serves updates by polling, and sends messages."""

from adapters.chat.rate_limiter import SendPriority
from adapters.chat.telegram.reply_sender import ReplySender
from adapters.chat.telegram.transport.api_calls import SendOptions
from adapters.chat.telegram.transport.connection import TelegramConnection, create_connection
from adapters.chat.telegram.transport.polling import Polling
from adapters.chat.telegram.transport.request_mapping import PLATFORM, parse_address, parse_message_id
from adapters.chat.telegram.transport.sender import TelegramSender
from adapters.chat.telegram.update_handler import UpdateHandler
from bot.commands.dispatch.gateway_context import GatewayContext
from bot.commands.notify.gateway import PlatformGateway
from bot.commands.reply.blocks import Reply
from bot.domain.events import NotificationLevel
from bot.engine.concurrency.task_scope import task_scope


class TelegramGateway(TelegramSender):
    """`PlatformGateway` of one Telegram bot."""

    platform = PLATFORM
    can_edit = True

    def __init__(self, connection: TelegramConnection, context: GatewayContext) -> None:
        super().__init__(connection.bot, context.chats, context.clock)
        self._connection = connection
        self._context = context
        self._reply_sender = ReplySender(context, self)

    async def run(self) -> None:
        """Serve updates until the task is cancelled."""
        async with self._connection.open_bot() as bot, task_scope() as scope:
            handler = UpdateHandler(bot, self._context, self._reply_sender, scope)
            polling = Polling(bot, self._context, handler.on_connected, handler.handle_update)
            try:
                await polling.run()
            finally:
                await handler.wait_for_answers()
                await polling.save_offset()

    async def send_message(self, address: str, reply: Reply, *, level: NotificationLevel, reply_to: str = "") -> str:
        """Send a reply as a notification; return the message's id."""
        options = SendOptions(
            address=parse_address(address),
            reply_to=parse_message_id(reply_to) if reply_to else None,
            is_silent=level is NotificationLevel.SILENT,
        )
        rendered = await self._reply_sender.render_reply(reply)
        message_id = await self.send_rendered(rendered, options, SendPriority.NOTIFICATION)
        self._reply_sender.clear_newest_message(address)
        return message_id

    async def edit_message(self, address: str, message_id: str, reply: Reply) -> None:
        """Change a sent message, at once or not at all."""
        await self.edit_rendered_now(address, message_id, await self._reply_sender.render_reply(reply))


def create_telegram_gateway(token: str, api_url: str, context: GatewayContext) -> PlatformGateway:
    """Create the gateway of the bot with this token, on the server at `api_url`."""
    return TelegramGateway(create_connection(token, api_url), context)
