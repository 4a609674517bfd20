"""Keyboards: one to three buttons in a row by the length of labels, five digits, eight rows (UX.md, 2)."""

from collections.abc import Mapping
from urllib.parse import urlsplit

from telegram import CopyTextButton, InlineKeyboardButton, InlineKeyboardMarkup

from adapters.chat.button_rows import split_into_rows
from adapters.chat.telegram.render import limits
from adapters.chat.telegram.render.markup import TelegramSpan, cut_line, is_visible, line_text, utf16_length
from adapters.chat.telegram.render.message import (
    TelegramActionButton,
    TelegramButton,
    TelegramButtonRow,
    TelegramCopyButton,
    TelegramLinkButton,
)
from bot.commands.reply.blocks import Actions, Button, ButtonStyle, FormChoices, Reply
from bot.commands.reply.safe_text import safe_line

ROW_WIDTHS = ((4, 5), (12, 3), (18, 2))
"""Lengths of labels with the number of buttons that then fit into a row."""
MOST_PER_ROW = 5
UNNAMED_LABEL = "…"


def arrange_buttons(reply: Reply, payloads: Mapping[Button, str]) -> tuple[TelegramButtonRow, ...]:
    """Arrange the buttons of a reply, without those that have neither payload, link nor text to copy."""
    groups = (block for block in reply.blocks if isinstance(block, Actions | FormChoices))
    button_rows = [_button_row(row, payloads) for group in groups for row in group.rows]
    rows = [
        row
        for button_row in button_rows
        if button_row
        for row in split_into_rows(button_row, _buttons_per_row(button_row))
    ]
    if len(rows) > limits.ROWS:
        rows = _condense_rows(button_rows)
    return tuple(rows)


def inline_keyboard(rows: tuple[TelegramButtonRow, ...]) -> InlineKeyboardMarkup | None:
    """Return the keyboard as the library takes it, None without buttons."""
    return InlineKeyboardMarkup([[_keyboard_button(key) for key in row] for row in rows]) if rows else None


def _keyboard_button(key: TelegramButton) -> InlineKeyboardButton:
    style = None if key.meaning is ButtonStyle.NONE else key.meaning.value
    match key:
        case TelegramActionButton():
            return InlineKeyboardButton(key.label, callback_data=key.payload, style=style)
        case TelegramLinkButton():
            return InlineKeyboardButton(key.label, url=key.url, style=style)
        case TelegramCopyButton():
            return InlineKeyboardButton(key.label, copy_text=CopyTextButton(key.text), style=style)


def _button_row(row: tuple[Button, ...], payloads: Mapping[Button, str]) -> TelegramButtonRow:
    found = (_telegram_button(button, payloads) for button in row)
    return tuple(key for key in found if key is not None)


def _telegram_button(button: Button, payloads: Mapping[Button, str]) -> TelegramButton | None:
    label = line_text(cut_line((TelegramSpan(safe_line(button.label)),), limits.BUTTON_LABEL))
    label = label if is_visible(label) else UNNAMED_LABEL
    if button in payloads:
        return TelegramActionButton(label, payloads[button], button.style)
    if button.copy_text:
        is_short = is_visible(button.copy_text) and utf16_length(button.copy_text) <= limits.COPY_TEXT
        return TelegramCopyButton(label, button.copy_text, button.style) if is_short else None
    url = button.url if not button.url or "://" in button.url else f"https://{button.url}"
    return TelegramLinkButton(label, url, button.style) if _is_address(url) else None


def _is_address(url: str) -> bool:
    if not url.isascii() or not url.isprintable() or " " in url or len(url) > limits.URL:
        return False
    parts = urlsplit(url)
    return parts.scheme in {"http", "https"} and "." in (parts.hostname or "")


def _buttons_per_row(button_row: TelegramButtonRow) -> int:
    longest = max(len(key.label) for key in button_row)
    return next((count for length, count in ROW_WIDTHS if longest <= length), 1)


def _condense_rows(button_rows: list[TelegramButtonRow]) -> list[TelegramButtonRow]:
    """Fill rows up where there are more than eight, except the last; buttons without room are left out."""
    *before, last = [button_row for button_row in button_rows if button_row]
    final = split_into_rows(last, max(_buttons_per_row(last), -(-len(last) // limits.ROWS)))[: limits.ROWS]
    buttons = tuple(key for button_row in before for key in button_row)[: MOST_PER_ROW * (limits.ROWS - len(final))]
    return [
        *(
            split_into_rows(buttons, max(_buttons_per_row(buttons), -(-len(buttons) // (limits.ROWS - len(final)))))
            if buttons
            else ()
        ),
        *final,
    ]
