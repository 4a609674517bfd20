"""Width of text on monospaced surfaces, and padding."""

from wcwidth import wcswidth, wcwidth

from bot.commands.reply.blocks import Align

GAP = "  "


def cell_width(text: str) -> int:
    """Return the number of terminal cells of a text; East Asian wide characters take two."""
    width = wcswidth(text)
    return width if width >= 0 else sum(max(wcwidth(char), 0) for char in text)


def pad_text(text: str, width: int, align: Align) -> str:
    """Pad a text with blanks to a width in cells."""
    blanks = " " * max(width - cell_width(text), 0)
    return f"{blanks}{text}" if align is Align.RIGHT else f"{text}{blanks}"
