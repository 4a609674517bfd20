"""How wide text is on a monospaced surface, and filling it up."""

from wcwidth import wcswidth, wcwidth

from bot.commands.reply.blocks import Align

GAP = "  "


def cell_width(text: str) -> int:
    """Return how many terminal cells a text takes; East Asian wide characters take two."""
    width = wcswidth(text)
    return width if width >= 0 else sum(max(wcwidth(char), 0) for char in text)


def pad_text(text: str, width: int, align: Align) -> str:
    """Fill a text up with blanks to a width in cells."""
    blanks = " " * max(width - cell_width(text), 0)
    return f"{blanks}{text}" if align is Align.RIGHT else f"{text}{blanks}"
