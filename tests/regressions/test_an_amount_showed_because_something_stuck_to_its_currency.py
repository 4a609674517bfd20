"""In a group `7 USDT7` stayed: an amount was hidden only where its currency ended the word."""

from bot.commands.reply.blocks import Headline, sentence
from bot.commands.text.amount_masking import discreet


def test_an_amount_is_hidden_whatever_sticks_to_its_currency() -> None:
    seen = discreet(sentence("holds 7 USDT7 and 1.5 USDTs · flat"), frozenset({"USDT"}))
    assert seen.blocks == (Headline("holds … and … · flat"),)
