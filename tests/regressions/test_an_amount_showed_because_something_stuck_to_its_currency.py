"""In a group `7 USDT7` stayed: an amount was hidden only where its currency ended the word."""

from bot.commands.discretion import discreet
from bot.commands.reply import Headline, sentence


def test_an_amount_is_hidden_whatever_sticks_to_its_currency() -> None:
    seen = discreet(sentence("holds 7 USDT7 and 1.5 USDTs · flat"), frozenset({"USDT"}))
    assert seen.blocks == (Headline("holds … and … · flat"),)
