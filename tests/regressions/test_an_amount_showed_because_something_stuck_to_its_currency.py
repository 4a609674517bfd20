"""In a group `7 USDT7` stayed: an amount was hidden only where its currency ended the word."""

from bot.commands.reply.amount_visibility import hide_amounts
from bot.commands.reply.inline_time import plain_text
from bot.commands.reply.input_text import quote_reason


def test_an_amount_is_hidden_whatever_sticks_to_its_currency() -> None:
    assert plain_text(hide_amounts(quote_reason("holds 7 USDT7 and 1.5 USDTs · flat"))) == "holds … and … · flat"
