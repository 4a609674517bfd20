"""Layout of pairs: labels left, figures right; a sentence beside its label, or below it."""

from bot.commands.reply.blocks import Align, KeyValues
from bot.commands.reply.safe_text import safe_cell
from bot.commands.reply.text_width import GAP, cell_width, pad_text, wrap_text

WIDEST_FIGURE = 40
"""A wider value counts as a sentence: it is left-aligned and may be wrapped."""
NARROWEST_SENTENCE = 24
"""With less room beside the labels than this, sentences go below them."""

Row = tuple[str, ...]


def pair_lines(block: KeyValues, width: int) -> list[str]:
    """Lay out labels left and figures right, second ones in a column of their own; sentences follow their label."""
    rows = [tuple(map(safe_cell, row)) for row in block.cell_texts if row]
    if not rows:
        return []
    widest = max((cell_width(value) for row in rows for value in row[1:]), default=0)
    if widest > min(WIDEST_FIGURE, width):
        return _sentences(rows, width)
    return _figures(rows, width)


def _figures(rows: list[Row], width: int) -> list[str]:
    tails = _tails(rows)
    label = max(cell_width(row[0]) for row in rows)
    tail = max((cell_width(text) for text in tails), default=0)
    if label + len(GAP) + tail <= width:
        return [
            (pad_text(row[0], label, Align.LEFT) + GAP + pad_text(text, tail, Align.RIGHT)).rstrip()
            for row, text in zip(rows, tails, strict=True)
        ]
    # Both values in one column, or below the label where even that is too wide.
    needed = (max(sum(map(cell_width, row)) + len(GAP) * (len(row) - 1), *map(cell_width, row)) for row in rows)
    total = min(width, max(needed))
    return [line for row in rows for line in _pair(row, total)]


def _tails(rows: list[Row]) -> list[str]:
    """Return the values of each row as one text, in columns."""
    most = max(len(row) for row in rows) - 1
    full = [row for row in rows if len(row) - 1 == most]
    widths = [max(cell_width(row[index]) for row in full) for index in range(1, most + 1)]
    return [
        GAP.join(pad_text(value, size, Align.RIGHT) for value, size in zip(row[1:], widths, strict=True))
        if len(row) - 1 == most
        else GAP.join(row[1:])
        for row in rows
    ]


def _pair(row: Row, width: int) -> list[str]:
    tail = GAP.join(value for value in row[1:] if value)
    if cell_width(row[0]) + len(GAP) + cell_width(tail) <= width:
        return [row[0] + pad_text(tail, width - cell_width(row[0]), Align.RIGHT)]
    if cell_width(tail) <= width:
        return [row[0], pad_text(tail, width, Align.RIGHT)]
    return [row[0], *(pad_text(value, width, Align.RIGHT) for value in row[1:])]


def _sentences(rows: list[Row], width: int) -> list[str]:
    label = min(max(cell_width(row[0]) for row in rows), width // 2)
    room = width - label - len(GAP)
    if room < NARROWEST_SENTENCE:
        return [line for row in rows for line in _below(row, width)]
    lines: list[str] = []
    for first, *values in rows:
        head = pad_text(first, label, Align.LEFT)
        if cell_width(first) > label:
            lines.append(first)
            head = " " * label
        for part in wrap_text(GAP.join(values), room):
            lines.append((head + GAP + part).rstrip())
            head = " " * label
    return lines


def _below(row: Row, width: int) -> list[str]:
    tail = GAP.join(row[1:])
    if cell_width(row[0]) + len(GAP) + cell_width(tail) <= width:
        return [f"{row[0]}{GAP}{tail}".rstrip()]
    return [row[0], *wrap_text(GAP + tail, width)]
