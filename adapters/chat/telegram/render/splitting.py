"""Text blocks cut to one message, or split into several; whatever is left out is counted."""

from collections.abc import Iterator

from adapters.chat.telegram.render.markup import (
    TelegramLine,
    TelegramSpan,
    TelegramTextBlock,
    TextBlockKind,
    cut_line,
    line_length,
    line_text,
    split_line,
    strip_line,
    strip_times,
)

TAIL_LENGTH = len("\n… 1000000 more")
MAX_TIMES = 60
LEAST_CUT_LENGTH = 200
"""With less room than this left, a line that is too long is left out instead of cut."""

TextBlocks = tuple[TelegramTextBlock, ...]


def text_length(text_blocks: TextBlocks) -> int:
    """Return the length of all lines of blocks, in UTF-16 units."""
    lines = [line for block in text_blocks for line in block.lines]
    return sum(map(line_length, lines)) + max(len(lines) - 1, 0)


def fit_text_blocks(text_blocks: TextBlocks, room: int) -> TextBlocks:
    """Return all blocks; if they are too long, the first lines and how many are missing."""
    rows = [(block.kind, line) for block in text_blocks for line in block.lines]
    if text_length(text_blocks) <= room:
        return _join_lines(rows)
    kept: list[tuple[TextBlockKind, TelegramLine]] = []
    left = room - TAIL_LENGTH
    for kind, line in rows:
        if line_length(line) > left:
            if not kept or left >= LEAST_CUT_LENGTH:
                kept.append((kind, cut_line(line, left)))
            break
        kept.append((kind, line))
        left -= line_length(line) + 1
    missing = len(rows) - len(kept)
    tail = ((TextBlockKind.PROSE, (TelegramSpan(f"… {missing} more"),)),) if missing else ()
    return _join_lines([*kept, *tail])


def split_into_pages(text_blocks: TextBlocks, room: int) -> tuple[TextBlocks, ...]:
    """Split blocks into as many messages as they need, between lines if possible."""
    pages: list[TextBlocks] = []
    now: list[tuple[TextBlockKind, TelegramLine]] = []
    left = room
    for kind, line in _split_long_lines(text_blocks, room):
        size = line_length(line) + (1 if now else 0)
        if size > left:
            pages.append(_join_lines(now))
            now, left = [], room
            size = line_length(line)
        now.append((kind, line))
        left -= size
    return tuple(page for page in (*pages, _join_lines(now)) if page)


def _split_long_lines(text_blocks: TextBlocks, room: int) -> Iterator[tuple[TextBlockKind, TelegramLine]]:
    for block in text_blocks:
        for line in block.lines:
            rest = line
            while line_length(rest) > room:
                first, rest = split_line(rest, room)
                yield block.kind, first
            yield block.kind, rest


def _join_lines(rows: list[tuple[TextBlockKind, TelegramLine]]) -> TextBlocks:
    """Join consecutive lines of one kind to blocks; blanks at the beginning, which Telegram removes, go."""
    blocks: list[TelegramTextBlock] = []
    for kind, line in _strip_leading_blanks(_limit_times(rows)):
        if blocks and blocks[-1].kind is kind:
            blocks[-1] = TelegramTextBlock((*blocks[-1].lines, line), kind)
        else:
            blocks.append(TelegramTextBlock((line,), kind))
    return tuple(blocks)


def _limit_times(rows: list[tuple[TextBlockKind, TelegramLine]]) -> list[tuple[TextBlockKind, TelegramLine]]:
    """Keep at most `MAX_TIMES` times: Telegram ignores all markup of a message beyond its maximum."""
    limited: list[tuple[TextBlockKind, TelegramLine]] = []
    left = MAX_TIMES
    for kind, line in rows:
        count = sum(span.time is not None for span in line)
        limited.append((kind, line if count <= left else strip_times(line)))
        left -= count
    return limited


def _strip_leading_blanks(rows: list[tuple[TextBlockKind, TelegramLine]]) -> list[tuple[TextBlockKind, TelegramLine]]:
    blank = next((index for index, (_, line) in enumerate(rows) if line_text(line).strip()), len(rows))
    if blank == len(rows):
        return []
    kind, line = rows[blank]
    return [(kind, strip_line(line)), *rows[blank + 1 :]]
