"""Texts cut to one message, or split into several; whatever is left out is counted."""

from collections.abc import Iterable, Iterator
from itertools import dropwhile

from adapters.chat.telegram.render.markup import TelegramLine, TelegramSpan, TelegramText, cut_line, split_line

TAIL_LENGTH = len("\n… 1000000 more")
MAX_TIMES = 60
"""Telegram ignores all markup of a message beyond its maximum."""
LEAST_CUT_LENGTH = 200
"""With less room than this left, a line that is too long is left out instead of cut."""


def text_length(lines: TelegramText) -> int:
    """Return the length of a text in UTF-16 units."""
    return sum(line.length for line in lines) + max(len(lines) - 1, 0)


def fit_text(lines: TelegramText, room: int) -> TelegramText:
    """Return all lines; if they are too long, the first ones and how many are missing."""
    if text_length(lines) <= room:
        return _finish_text(lines)
    kept: list[TelegramLine] = []
    left = room - TAIL_LENGTH
    for line in lines:
        if line.length > left:
            if not kept or left >= LEAST_CUT_LENGTH:
                kept.append(cut_line(line, left))
            break
        kept.append(line)
        left -= line.length + 1
    missing = len(lines) - len(kept)
    tail = (TelegramLine((TelegramSpan(f"… {missing} more"),)),) if missing else ()
    return _finish_text((*kept, *tail))


def split_into_pages(lines: TelegramText, room: int) -> tuple[TelegramText, ...]:
    """Split a text into as many messages as it needs, between lines if possible."""
    pages: list[list[TelegramLine]] = [[]]
    left = room + 1
    for line in _split_long_lines(lines, room):
        if line.length + 1 > left:
            pages.append([])
            left = room + 1
        pages[-1].append(line)
        left -= line.length + 1
    return tuple(page for page in map(_finish_text, pages) if page)


def _split_long_lines(lines: TelegramText, room: int) -> Iterator[TelegramLine]:
    for line in lines:
        rest = line
        while rest.length > room:
            first, rest = split_line(rest, room)
            yield first
        yield rest


def _finish_text(lines: Iterable[TelegramLine]) -> TelegramText:
    """Keep at most `MAX_TIMES` times, and drop blanks at the beginning, which Telegram removes."""
    limited: list[TelegramLine] = []
    left = MAX_TIMES
    for line in lines:
        count = sum(span.time is not None for span in line.spans)
        limited.append(line if count <= left else line.without_times())
        left -= count
    shown = list(dropwhile(lambda line: not line.text.strip(), limited))
    if not shown:
        return ()
    text = shown[0].text
    return (shown[0].slice(len(text) - len(text.lstrip())), *shown[1:])
