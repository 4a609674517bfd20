"""Messages as Telegram takes them, rendered but not sent."""

from dataclasses import dataclass, field

from adapters.chat.telegram.render import limits
from adapters.chat.telegram.render.markup import ELLIPSIS, TelegramSpan, TelegramTextBlock, is_visible, plain_text
from adapters.chat.telegram.render.splitting import TextBlocks, fit_text_blocks, split_into_pages, text_length
from bot.commands.reply.blocks import ButtonStyle


@dataclass(frozen=True, slots=True, kw_only=True)
class TelegramUpload:
    """A file of a message."""

    filename: str
    content: bytes = field(repr=False)
    is_picture: bool = False


@dataclass(frozen=True, slots=True)
class TelegramActionButton:
    """A button with its payload."""

    label: str
    payload: str
    meaning: ButtonStyle = ButtonStyle.NONE


@dataclass(frozen=True, slots=True)
class TelegramLinkButton:
    """A button that opens a link."""

    label: str
    url: str
    meaning: ButtonStyle = ButtonStyle.NONE


@dataclass(frozen=True, slots=True)
class TelegramCopyButton:
    """A button that copies a text."""

    label: str
    text: str
    meaning: ButtonStyle = ButtonStyle.NONE


TelegramButton = TelegramActionButton | TelegramLinkButton | TelegramCopyButton
TelegramButtonRow = tuple[TelegramButton, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class TelegramMessage:
    """A rendered message within all limits; with a file the text blocks are its caption."""

    text_blocks: TextBlocks
    upload: TelegramUpload | None = None
    button_rows: tuple[TelegramButtonRow, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TelegramReply:
    """A rendered reply; `is_single` keeps it in one message, which can be changed later."""

    text_blocks: TextBlocks
    uploads: tuple[TelegramUpload, ...] = ()
    button_rows: tuple[TelegramButtonRow, ...] = ()
    is_single: bool = False

    @property
    def single_message(self) -> TelegramMessage:
        """Return the reply as one message; lines without room are counted."""
        upload = self.uploads[0] if self.uploads else None
        room = limits.CAPTION if upload else limits.TEXT
        return TelegramMessage(
            text_blocks=_visible_text_blocks(fit_text_blocks(self.text_blocks, room), upload),
            upload=upload,
            button_rows=self.button_rows,
        )

    @property
    def messages(self) -> tuple[TelegramMessage, ...]:
        """Return the reply as several messages; the buttons are at the picture, else at the last text."""
        if self.is_single or self._fits:
            return (self.single_message, *self._file_messages)
        if not self.uploads:
            *before, last = split_into_pages(self.text_blocks, limits.TEXT)
            return (
                *(TelegramMessage(text_blocks=page) for page in before),
                TelegramMessage(text_blocks=last, button_rows=self.button_rows),
            )
        caption, rest = self._caption_and_rest
        texts = (TelegramMessage(text_blocks=page) for page in split_into_pages(rest, limits.TEXT))
        return (
            TelegramMessage(text_blocks=caption, upload=self.uploads[0], button_rows=self.button_rows),
            *texts,
            *self._file_messages,
        )

    @property
    def _fits(self) -> bool:
        return text_length(self.text_blocks) <= (limits.CAPTION if self.uploads else limits.TEXT)

    @property
    def _file_messages(self) -> tuple[TelegramMessage, ...]:
        return tuple(TelegramMessage(text_blocks=(), upload=upload) for upload in self.uploads[1:])

    @property
    def _caption_and_rest(self) -> tuple[TextBlocks, TextBlocks]:
        """Return line 1 as the caption, and the text below; a first line that was cut is repeated there whole."""
        first, *others = self.text_blocks
        line = TelegramTextBlock(first.lines[:1], first.kind)
        caption = fit_text_blocks((line,), limits.CAPTION)
        if caption != (line,):
            return caption, self.text_blocks
        below = (TelegramTextBlock(first.lines[1:], first.kind),) if first.lines[1:] else ()
        return caption, (*below, *others)


def _visible_text_blocks(text_blocks: TextBlocks, upload: TelegramUpload | None) -> TextBlocks:
    """Return an ellipsis for a text that shows nothing and has no file."""
    return (
        text_blocks
        if upload or is_visible(plain_text(text_blocks))
        else (TelegramTextBlock(((TelegramSpan(ELLIPSIS),),)),)
    )
