"""A lone isolate between a letter and its accent was dropped after both had been put together, so they stayed apart.

Making the line safe once more then changed it; a search by hypothesis came upon it.
"""

from bot.commands.reply.safe_text import safe_line


def test_an_accent_joins_its_letter_when_a_mark_between_them_goes() -> None:
    assert safe_line("A\u2068\u0300 la carte") == "\u00c0 la carte"
