"""Monospaced layout for a width in terminal cells; every gateway passes its own width.

Nothing is ever cut, and only sentences are broken at their blanks.
"""

from bot.commands.reply.pair_layout import pair_lines
from bot.commands.reply.table_layout import table_lines
from bot.commands.reply.text_width import GAP, cell_width, pad_text
from bot.commands.reply.word_wrap import wrap_text

__all__ = ["GAP", "cell_width", "pad_text", "pair_lines", "table_lines", "wrap_paragraphs"]


def wrap_paragraphs(text: str, width: int) -> list[str]:
    """Break prose at blanks; long words stay whole."""
    return [part for line in text.split("\n") for part in wrap_text(line, width)]
