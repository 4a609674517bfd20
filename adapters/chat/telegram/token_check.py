"""Check of the Telegram token for `quarterdeck check`."""

from telegram.error import InvalidToken

from adapters.chat.telegram.transport.connection import create_connection
from adapters.chat.telegram.transport.errors import LIBRARY_ERRORS, delivery_error
from bot.domain.errors import Unavailable

REJECTED_BY_TELEGRAM = "Telegram does not accept the token in TELEGRAM_TOKEN: @BotFather has the right one"


async def check_token(token: str, api_url: str) -> str:
    """Return the bot's user name; raise Unavailable with the reason if Telegram refuses the token."""
    async with create_connection(token, api_url).open_bot() as bot:
        try:
            me = await bot.get_me()
        except InvalidToken:
            raise Unavailable(REJECTED_BY_TELEGRAM) from None
        except LIBRARY_ERRORS as error:
            raise Unavailable(str(delivery_error(error))) from None
    return f"@{me.username}"
