"""Messages as Telegram takes them, rendered but not sent; whatever has no room in one is counted or sent after it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import dropwhile

from telegram import InlineKeyboardMarkup

from adapters.chat.reply_parts import ELLIPSIS
from adapters.chat.telegram.render import limits
from adapters.chat.telegram.render.keyboard import TelegramButtonRow
from adapters.chat.telegram.render.markup import (
    TelegramLine,
    TelegramSpan,
    TelegramText,
    cut_line,
    is_visible,
    plain_text,
    split_line,
)
from adapters.chat.uploads import Upload

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


@dataclass(frozen=True, slots=True, kw_only=True)
class TelegramMessage:
    """A rendered message within all limits; with a file the text is its caption."""

    text: TelegramText
    upload: Upload | None = None
    button_rows: tuple[TelegramButtonRow, ...] = ()

    @property
    def keyboard(self) -> InlineKeyboardMarkup | None:
        """Return the keyboard as the library takes it, None without buttons."""
        return InlineKeyboardMarkup(self.button_rows) if self.button_rows else None


@dataclass(frozen=True, slots=True, kw_only=True)
class TelegramReply:
    """A rendered reply; `is_single` keeps it in one message, which can be changed later."""

    text: TelegramText
    uploads: tuple[Upload, ...] = ()
    button_rows: tuple[TelegramButtonRow, ...] = ()
    is_single: bool = False

    @property
    def single_message(self) -> TelegramMessage:
        """Return the reply as one message; lines without room are counted."""
        upload = self.uploads[0] if self.uploads else None
        text = fit_text(self.text, self._room)
        if not upload and not is_visible(plain_text(text)):
            text = (TelegramLine((TelegramSpan(ELLIPSIS),)),)
        return TelegramMessage(text=text, upload=upload, button_rows=self.button_rows)

    @property
    def messages(self) -> tuple[TelegramMessage, ...]:
        """Return the reply as several messages; the buttons are at the picture, else at the last text."""
        files = (TelegramMessage(text=(), upload=upload) for upload in self.uploads[1:])
        if self.is_single or text_length(self.text) <= self._room:
            return (self.single_message, *files)
        if not self.uploads:
            *before, last = split_into_pages(self.text, limits.TEXT)
            return (
                *(TelegramMessage(text=page) for page in before),
                TelegramMessage(text=last, button_rows=self.button_rows),
            )
        # A first line that has to be cut as the caption is repeated whole below.
        caption = fit_text(self.text[:1], limits.CAPTION)
        rest = self.text[1:] if caption == self.text[:1] else self.text
        return (
            TelegramMessage(text=caption, upload=self.uploads[0], button_rows=self.button_rows),
            *(TelegramMessage(text=page) for page in split_into_pages(rest, limits.TEXT)),
            *files,
        )

    @property
    def _room(self) -> int:
        return limits.CAPTION if self.uploads else limits.TEXT
