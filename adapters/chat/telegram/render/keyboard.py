"""Where buttons stand: three in a row, two or one as their labels are long; digits five; eight rows (UX.md, 2)."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from telegram import CopyTextButton, InlineKeyboardButton, InlineKeyboardMarkup

from adapters.chat.button_rows import in_rows
from adapters.chat.telegram.render import limits
from adapters.chat.telegram.render.markup import Span, cut, is_seen, plain, units
from adapters.chat.telegram.render.message import Copy, Key, Link, Press, Row
from bot.commands.reply.blocks import Actions, Button, ButtonStyle, FormChoices, Reply
from bot.commands.reply.safe_text import safe_line

WIDTHS = ((4, 5), (12, 3), (18, 2))
"""Labels up to a length, and how many of them may stand in a row."""
WIDEST = 5
NAMELESS = "…"


def arranged(reply: Reply, payloads: Mapping[Button, str]) -> tuple[Row, ...]:
    """Arrange the buttons of a reply; those that carry nothing and open nothing are left out."""
    groups = (block for block in reply.blocks if isinstance(block, Actions | FormChoices))
    shelves = [_shelf(row, payloads) for group in groups for row in group.rows]
    rows = [row for shelf in shelves if shelf for row in in_rows(shelf, _widest(shelf))]
    if len(rows) > limits.ROWS:
        rows = _dense(shelves)
    return tuple(rows)


def markup_of(rows: tuple[Row, ...]) -> InlineKeyboardMarkup | None:
    """Return a keyboard for Telegram, None without buttons."""
    return InlineKeyboardMarkup([[_button(key) for key in row] for row in rows]) if rows else None


def _button(key: Key) -> InlineKeyboardButton:
    style = None if key.meaning is ButtonStyle.NONE else key.meaning.value
    match key:
        case Press():
            return InlineKeyboardButton(key.label, callback_data=key.payload, style=style)
        case Link():
            return InlineKeyboardButton(key.label, url=key.url, style=style)
        case Copy():
            return InlineKeyboardButton(key.label, copy_text=CopyTextButton(key.text), style=style)


def _shelf(row: tuple[Button, ...], payloads: Mapping[Button, str]) -> Row:
    found = (_key(button, payloads) for button in row)
    return tuple(key for key in found if key is not None)


def _key(button: Button, payloads: Mapping[Button, str]) -> Key | None:
    label = plain(cut((Span(safe_line(button.label)),), limits.LABEL))
    label = label if is_seen(label) else NAMELESS
    if button in payloads:
        return Press(label, payloads[button], button.style)
    if button.copy_text:
        is_short = is_seen(button.copy_text) and units(button.copy_text) <= limits.COPIED
        return Copy(label, button.copy_text, button.style) if is_short else None
    url = button.url if not button.url or "://" in button.url else f"https://{button.url}"
    return Link(label, url, button.style) if _is_address(url) else None


def _is_address(url: str) -> bool:
    if not url.isascii() or not url.isprintable() or " " in url or len(url) > limits.URL:
        return False
    parts = urlsplit(url)
    return parts.scheme in {"http", "https"} and "." in (parts.hostname or "")


def _widest(shelf: Row) -> int:
    longest = max(len(key.label) for key in shelf)
    return next((count for length, count in WIDTHS if longest <= length), 1)


def _dense(shelves: list[Row]) -> list[Row]:
    """Close up what is more than eight rows, all but the last; what finds no room can be typed."""
    *before, last = [shelf for shelf in shelves if shelf]
    final = in_rows(last, max(_widest(last), -(-len(last) // limits.ROWS)))[: limits.ROWS]
    keys = tuple(key for shelf in before for key in shelf)[: WIDEST * (limits.ROWS - len(final))]
    return [*(in_rows(keys, max(_widest(keys), -(-len(keys) // (limits.ROWS - len(final))))) if keys else ()), *final]
