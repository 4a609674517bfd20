"""Pieces of text fitted into one message, or divided among several; nothing is lost without saying so."""

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
"""With less room than this left, a line that is too long is left out as a whole."""

TextBlocks = tuple[TelegramTextBlock, ...]


def text_length(text_blocks: TextBlocks) -> int:
    """Return how long pieces are below each other."""
    lines = [line for piece in text_blocks for line in piece.lines]
    return sum(map(line_length, lines)) + max(len(lines) - 1, 0)


def fit_text_blocks(text_blocks: TextBlocks, room: int) -> TextBlocks:
    """Return all pieces; where they do not fit, the first lines and how many more there are."""
    rows = [(piece.kind, line) for piece in text_blocks for line in piece.lines]
    if text_length(text_blocks) <= room:
        return _join_lines(rows)
    kept: list[tuple[TextBlockKind, TelegramLine]] = []
    left = room - TAIL_LENGTH
    for shape, line in rows:
        if line_length(line) > left:
            if not kept or left >= LEAST_CUT_LENGTH:
                kept.append((shape, cut_line(line, left)))
            break
        kept.append((shape, line))
        left -= line_length(line) + 1
    missing = len(rows) - len(kept)
    tail = ((TextBlockKind.PROSE, (TelegramSpan(f"… {missing} more"),)),) if missing else ()
    return _join_lines([*kept, *tail])


def split_into_pages(text_blocks: TextBlocks, room: int) -> tuple[TextBlocks, ...]:
    """Divide pieces among as many messages as they need, between lines where that can be."""
    done: list[TextBlocks] = []
    now: list[tuple[TextBlockKind, TelegramLine]] = []
    left = room
    for shape, line in _split_long_lines(text_blocks, room):
        size = line_length(line) + (1 if now else 0)
        if size > left:
            done.append(_join_lines(now))
            now, left = [], room
            size = line_length(line)
        now.append((shape, line))
        left -= size
    return tuple(page for page in (*done, _join_lines(now)) if page)


def _split_long_lines(text_blocks: TextBlocks, room: int) -> Iterator[tuple[TextBlockKind, TelegramLine]]:
    for piece in text_blocks:
        for line in piece.lines:
            rest = line
            while line_length(rest) > room:
                first, rest = split_line(rest, room)
                yield piece.kind, first
            yield piece.kind, rest


def _join_lines(rows: list[tuple[TextBlockKind, TelegramLine]]) -> TextBlocks:
    """Put lines of one shape that follow each other together again; Telegram takes blanks at the beginning away."""
    pieces: list[TelegramTextBlock] = []
    for shape, line in _strip_leading_blanks(_limit_times(rows)):
        if pieces and pieces[-1].kind is shape:
            pieces[-1] = TelegramTextBlock((*pieces[-1].lines, line), shape)
        else:
            pieces.append(TelegramTextBlock((line,), shape))
    return tuple(pieces)


def _limit_times(rows: list[tuple[TextBlockKind, TelegramLine]]) -> list[tuple[TextBlockKind, TelegramLine]]:
    """Leave room for other marks: of all marks of a message beyond its most, Telegram makes nothing."""
    done: list[tuple[TextBlockKind, TelegramLine]] = []
    left = MAX_TIMES
    for shape, line in rows:
        count = sum(span.time is not None for span in line)
        done.append((shape, line if count <= left else strip_times(line)))
        left -= count
    return done


def _strip_leading_blanks(rows: list[tuple[TextBlockKind, TelegramLine]]) -> list[tuple[TextBlockKind, TelegramLine]]:
    blank = next((index for index, (_, line) in enumerate(rows) if line_text(line).strip()), len(rows))
    if blank == len(rows):
        return []
    shape, line = rows[blank]
    return [(shape, strip_line(line)), *rows[blank + 1 :]]
