"""Pieces of text fitted into one message, or divided among several; nothing is lost without saying so."""

from collections.abc import Iterator

from adapters.chat.telegram.render.markup import (
    Line,
    Piece,
    Shape,
    Span,
    cut,
    line_units,
    plain,
    split,
    stripped,
    timeless,
)

ROOM_FOR_TAIL = len("\n… 1000000 more")
MAX_TIMES = 60
WORTH_CUTTING = 200
"""With less room than this left, a line that is too long is left out as a whole."""

Pieces = tuple[Piece, ...]


def size_of(pieces: Pieces) -> int:
    """Return how long pieces are below each other."""
    lines = [line for piece in pieces for line in piece.lines]
    return sum(map(line_units, lines)) + max(len(lines) - 1, 0)


def fitted(pieces: Pieces, room: int) -> Pieces:
    """Return all pieces; where they do not fit, the first lines and how many more there are."""
    rows = [(piece.shape, line) for piece in pieces for line in piece.lines]
    if size_of(pieces) <= room:
        return _joined(rows)
    kept: list[tuple[Shape, Line]] = []
    left = room - ROOM_FOR_TAIL
    for shape, line in rows:
        if line_units(line) > left:
            if not kept or left >= WORTH_CUTTING:
                kept.append((shape, cut(line, left)))
            break
        kept.append((shape, line))
        left -= line_units(line) + 1
    missing = len(rows) - len(kept)
    tail = ((Shape.PROSE, (Span(f"… {missing} more"),)),) if missing else ()
    return _joined([*kept, *tail])


def pages(pieces: Pieces, room: int) -> tuple[Pieces, ...]:
    """Divide pieces among as many messages as they need, between lines where that can be."""
    done: list[Pieces] = []
    now: list[tuple[Shape, Line]] = []
    left = room
    for shape, line in _short(pieces, room):
        size = line_units(line) + (1 if now else 0)
        if size > left:
            done.append(_joined(now))
            now, left = [], room
            size = line_units(line)
        now.append((shape, line))
        left -= size
    return tuple(page for page in (*done, _joined(now)) if page)


def _short(pieces: Pieces, room: int) -> Iterator[tuple[Shape, Line]]:
    for piece in pieces:
        for line in piece.lines:
            rest = line
            while line_units(rest) > room:
                first, rest = split(rest, room)
                yield piece.shape, first
            yield piece.shape, rest


def _joined(rows: list[tuple[Shape, Line]]) -> Pieces:
    """Put lines of one shape that follow each other together again; Telegram takes blanks at the beginning away."""
    pieces: list[Piece] = []
    for shape, line in _begun(_with_few_times(rows)):
        if pieces and pieces[-1].shape is shape:
            pieces[-1] = Piece((*pieces[-1].lines, line), shape)
        else:
            pieces.append(Piece((line,), shape))
    return tuple(pieces)


def _with_few_times(rows: list[tuple[Shape, Line]]) -> list[tuple[Shape, Line]]:
    """Leave room for other marks: of all marks of a message beyond its most, Telegram makes nothing."""
    done: list[tuple[Shape, Line]] = []
    left = MAX_TIMES
    for shape, line in rows:
        count = sum(span.time is not None for span in line)
        done.append((shape, line if count <= left else timeless(line)))
        left -= count
    return done


def _begun(rows: list[tuple[Shape, Line]]) -> list[tuple[Shape, Line]]:
    blank = next((index for index, (_, line) in enumerate(rows) if plain(line).strip()), len(rows))
    if blank == len(rows):
        return []
    shape, line = rows[blank]
    return [(shape, stripped(line)), *rows[blank + 1 :]]
