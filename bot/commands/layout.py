"""Monospaced layout for a width in terminal cells; every gateway passes its own width.

Nothing is ever cut, and only sentences are broken at their blanks.
"""

from bot.commands.cells import GAP, cells, pad
from bot.commands.pair_layout import pair_lines
from bot.commands.prose import wrapped
from bot.commands.table_layout import table_lines

__all__ = ["GAP", "cells", "pad", "pair_lines", "table_lines", "wrap"]


def wrap(text: str, width: int) -> list[str]:
    """Break prose at blanks; long words stay whole."""
    return [part for line in text.split("\n") for part in wrapped(line, width)]
