"""In a group `7 USDT7` stayed: an amount was hidden only where its currency ended the word."""

from bot.commands.reply.blocks import Headline, sentence_reply
from bot.commands.text.amount_masking import mask_reply


def test_an_amount_is_hidden_whatever_sticks_to_its_currency() -> None:
    seen = mask_reply(sentence_reply("holds 7 USDT7 and 1.5 USDTs · flat"), frozenset({"USDT"}))
    assert seen.blocks == (Headline("holds … and … · flat"),)
