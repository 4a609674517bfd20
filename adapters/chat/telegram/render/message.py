"""A message as Telegram takes it, drawn but not sent."""

from dataclasses import dataclass, field

from adapters.chat.telegram.render import limits
from adapters.chat.telegram.render.markup import ELLIPSIS, Piece, Span, is_seen, plain_of
from adapters.chat.telegram.render.splitting import Pieces, fitted, pages, size_of
from bot.commands.reply.blocks import ButtonStyle


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file of a message."""

    filename: str
    content: bytes = field(repr=False)
    is_picture: bool = False


@dataclass(frozen=True, slots=True)
class Press:
    """A button with what it carries."""

    label: str
    payload: str
    meaning: ButtonStyle = ButtonStyle.NONE


@dataclass(frozen=True, slots=True)
class Link:
    """A button that opens an address."""

    label: str
    url: str
    meaning: ButtonStyle = ButtonStyle.NONE


@dataclass(frozen=True, slots=True)
class Copy:
    """A button that copies a text."""

    label: str
    text: str
    meaning: ButtonStyle = ButtonStyle.NONE


Key = Press | Link | Copy
Row = tuple[Key, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Post:
    """One message within all limits; without a file the pieces are its text, else the caption."""

    pieces: Pieces
    upload: Upload | None = None
    rows: tuple[Row, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """Everything a reply shows; `is_one` keeps it one message, which can be changed later."""

    pieces: Pieces
    uploads: tuple[Upload, ...] = ()
    rows: tuple[Row, ...] = ()
    is_one: bool = False

    @property
    def single(self) -> Post:
        """Return it as one message; what has no room is counted."""
        upload = self.uploads[0] if self.uploads else None
        room = limits.CAPTION if upload else limits.TEXT
        return Post(pieces=_said(fitted(self.pieces, room), upload), upload=upload, rows=self.rows)

    @property
    def posts(self) -> tuple[Post, ...]:
        """Return the messages it takes, the one with the buttons being the last, or the one with the picture."""
        if self.is_one or self._fits:
            return (self.single, *self._more_files)
        if not self.uploads:
            *before, last = pages(self.pieces, limits.TEXT)
            return (*(Post(pieces=page) for page in before), Post(pieces=last, rows=self.rows))
        caption, rest = self._caption_and_rest
        texts = (Post(pieces=page) for page in pages(rest, limits.TEXT))
        return (Post(pieces=caption, upload=self.uploads[0], rows=self.rows), *texts, *self._more_files)

    @property
    def _fits(self) -> bool:
        return size_of(self.pieces) <= (limits.CAPTION if self.uploads else limits.TEXT)

    @property
    def _more_files(self) -> tuple[Post, ...]:
        return tuple(Post(pieces=(), upload=upload) for upload in self.uploads[1:])

    @property
    def _caption_and_rest(self) -> tuple[Pieces, Pieces]:
        """Return line 1 for the picture and what answers it; a first line that is too long is told whole below it."""
        first, *others = self.pieces
        line = Piece(first.lines[:1], first.shape)
        caption = fitted((line,), limits.CAPTION)
        if caption != (line,):
            return caption, self.pieces
        below = (Piece(first.lines[1:], first.shape),) if first.lines[1:] else ()
        return caption, (*below, *others)


def _said(pieces: Pieces, upload: Upload | None) -> Pieces:
    """Say something where a text alone would be nothing that can be seen."""
    return pieces if upload or is_seen(plain_of(pieces)) else (Piece(((Span(ELLIPSIS),),)),)
