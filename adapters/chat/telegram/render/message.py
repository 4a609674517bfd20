"""Messages as Telegram takes them, rendered but not sent."""

from dataclasses import dataclass

from telegram import InlineKeyboardMarkup

from adapters.chat.reply_parts import ELLIPSIS, Upload
from adapters.chat.telegram.render import limits
from adapters.chat.telegram.render.keyboard import TelegramButtonRow
from adapters.chat.telegram.render.markup import TelegramLine, TelegramSpan, TelegramText, is_visible, plain_text
from adapters.chat.telegram.render.splitting import fit_text, split_into_pages, text_length


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
