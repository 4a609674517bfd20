"""Keyboards: one to three buttons in a row by the length of labels, five digits, eight rows (UX.md, 2)."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from telegram import CopyTextButton, InlineKeyboardButton

from adapters.chat.reply_parts import ELLIPSIS, balance_rows, convert_buttons, full_url
from adapters.chat.telegram.render import limits
from adapters.chat.telegram.render.markup import TelegramLine, TelegramSpan, cut_line, is_visible, utf16_length
from bot.commands.reply.blocks import Button, ButtonStyle, Reply
from bot.commands.reply.safe_text import safe_line

ROW_WIDTHS = ((4, 5), (12, 3), (18, 2))
"""Lengths of labels with the number of buttons that then fit into a row."""
MOST_PER_ROW = 5

TelegramButtonRow = tuple[InlineKeyboardButton, ...]


def arrange_buttons(reply: Reply, payloads: Mapping[Button, str]) -> tuple[TelegramButtonRow, ...]:
    """Arrange the buttons of a reply, without those that have neither payload, link nor text to copy."""
    button_rows = convert_buttons(reply, lambda button: _telegram_button(button, payloads))
    rows = [part for row in button_rows for part in balance_rows(row, _buttons_per_row(row))]
    return tuple(rows if len(rows) <= limits.ROWS else _condense_rows(button_rows))


def _telegram_button(button: Button, payloads: Mapping[Button, str]) -> InlineKeyboardButton | None:
    label = cut_line(TelegramLine((TelegramSpan(safe_line(button.label)),)), limits.BUTTON_LABEL).text
    label = label if is_visible(label) else ELLIPSIS
    style = None if button.style is ButtonStyle.NONE else button.style.value
    if button in payloads:
        return InlineKeyboardButton(label, callback_data=payloads[button], style=style)
    if button.copy_text:
        is_short = is_visible(button.copy_text) and utf16_length(button.copy_text) <= limits.COPY_TEXT
        return (
            InlineKeyboardButton(label, copy_text=CopyTextButton(button.copy_text), style=style) if is_short else None
        )
    url = full_url(button.url)
    return InlineKeyboardButton(label, url=url, style=style) if _is_address(url) else None


def _is_address(url: str) -> bool:
    if not url.isascii() or not url.isprintable() or " " in url or len(url) > limits.URL:
        return False
    parts = urlsplit(url)
    return parts.scheme in {"http", "https"} and "." in (parts.hostname or "")


def _buttons_per_row(button_row: TelegramButtonRow) -> int:
    longest = max(len(button.text) for button in button_row)
    return next((count for length, count in ROW_WIDTHS if longest <= length), 1)


def _condense_rows(button_rows: list[TelegramButtonRow]) -> list[TelegramButtonRow]:
    """Fill rows up where there are more than eight, except the last; buttons without room are left out."""
    *before, last = button_rows
    final = _fit_rows(last, limits.ROWS)[: limits.ROWS]
    room = limits.ROWS - len(final)
    buttons = tuple(button for row in before for button in row)[: MOST_PER_ROW * room]
    return [*(_fit_rows(buttons, room) if buttons else ()), *final]


def _fit_rows(buttons: TelegramButtonRow, most_rows: int) -> list[TelegramButtonRow]:
    return balance_rows(buttons, max(_buttons_per_row(buttons), -(-len(buttons) // most_rows)))
