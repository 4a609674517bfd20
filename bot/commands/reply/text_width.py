"""Width of text in terminal cells, padding and word wrap."""

from collections.abc import Iterator

from wcwidth import wcswidth, wcwidth

from bot.commands.reply.blocks import Align

GAP = "  "
WIDE_CHARACTER_CELLS = 2


def cell_width(text: str) -> int:
    """Return the number of terminal cells of a text; East Asian wide characters take two."""
    width = wcswidth(text)
    return width if width >= 0 else sum(max(wcwidth(char), 0) for char in text)


def pad_text(text: str, width: int, align: Align) -> str:
    """Pad a text with blanks to a width in cells."""
    blanks = " " * max(width - cell_width(text), 0)
    return f"{blanks}{text}" if align is Align.RIGHT else f"{text}{blanks}"


def wrap_text(line: str, width: int, indent: str = "") -> list[str]:
    """Wrap a line at its blanks; further lines are indented like the line itself plus `indent`.

    A word is never broken, except between East Asian wide characters, which need no blanks.
    """
    if cell_width(line) <= width:
        return [line]
    lead = line[: len(line) - len(line.lstrip(" "))]
    margin = lead + indent
    lines: list[str] = []
    current = lead
    is_begun = False
    for word, is_joined in _words(line, max(width - len(margin), WIDE_CHARACTER_CELLS)):
        gap = " " if is_begun and not is_joined else ""
        if is_begun and cell_width(current) + len(gap) + cell_width(word) > width:
            lines.append(current)
            current, gap = margin, ""
        current += gap + word
        is_begun = True
    return [*lines, current]


def _words(line: str, width: int) -> Iterator[tuple[str, bool]]:
    """Yield words, and whether each continues the one before without a blank."""
    for word in line.split(" "):
        if not word:
            continue
        for index, piece in enumerate(_pieces(word, width)):
            yield piece, index > 0


def _pieces(word: str, width: int) -> Iterator[str]:
    if cell_width(word) <= width:
        yield word
        return
    piece = ""
    for char in word:
        is_break = bool(piece) and WIDE_CHARACTER_CELLS in (wcwidth(char), wcwidth(piece[-1])) and wcwidth(char) > 0
        if is_break and cell_width(piece) + WIDE_CHARACTER_CELLS > width:
            yield piece
            piece = ""
        piece += char
    yield piece
