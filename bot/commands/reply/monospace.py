"""Monospaced layout for a width in terminal cells; every gateway passes its own width.

Nothing is ever cut, and only sentences are broken at their blanks.
"""

from bot.commands.reply.pair_layout import pair_lines
from bot.commands.reply.table_layout import table_lines
from bot.commands.reply.text_width import GAP, cells, pad
from bot.commands.reply.word_wrap import wrapped

__all__ = ["GAP", "cells", "pad", "pair_lines", "table_lines", "wrap"]


def wrap(text: str, width: int) -> list[str]:
    """Break prose at blanks; long words stay whole."""
    return [part for line in text.split("\n") for part in wrapped(line, width)]
