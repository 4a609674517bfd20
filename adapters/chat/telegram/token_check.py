"""Whether Telegram knows the bot, for the doctor."""

from telegram.error import InvalidToken

from adapters.chat.telegram.transport.connection import connection
from adapters.chat.telegram.transport.errors import FOREIGN, delivery_error
from bot.domain.errors import Unavailable

REVOKED = "Telegram does not accept the token in TELEGRAM_TOKEN: @BotFather has the right one"


async def examine(token: str, api_url: str) -> str:
    """Return who the bot is; raise Unavailable and say why there is none."""
    async with connection(token, api_url).opened() as bot:
        try:
            me = await bot.get_me()
        except InvalidToken:
            raise Unavailable(REVOKED) from None
        except FOREIGN as error:
            raise Unavailable(str(delivery_error(error))) from None
    return f"@{me.username}"
