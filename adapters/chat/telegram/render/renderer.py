"""From the blocks of a reply to a message of Telegram (UX.md, section 2)."""

import re
from collections.abc import Iterator, Mapping

from adapters.chat.telegram.render import limits
from adapters.chat.telegram.render.keyboard import arranged
from adapters.chat.telegram.render.markup import Line, Piece, Shape, Span, Style, is_seen, plain
from adapters.chat.telegram.render.message import Drawn, Upload
from bot.commands.reply.blocks import (
    SEPARATOR,
    Actions,
    Block,
    Button,
    Document,
    Footer,
    FormChoices,
    Headline,
    Image,
    KeyValues,
    Reply,
    Table,
    Text,
    WarningText,
)
from bot.commands.reply.inline_time import RichText, TextPart, join_text, safe_text_line, safe_text_lines
from bot.commands.reply.safe_text import safe_line
from bot.commands.reply.table_drawing import pair_drawing, table_drawing

WARNING = "⚠️ "
NAMELESS = "file"


def draw(reply: Reply, payloads: Mapping[Button, str]) -> Drawn:
    """Draw a reply; `payloads` is what its buttons carry."""
    blocks = (
        *(block for block in reply.blocks if not isinstance(block, Footer)),
        *(block for block in reply.blocks if isinstance(block, Footer)),
    )
    return Drawn(
        pieces=tuple(_pieces(blocks)),
        uploads=tuple(_uploads(reply)),
        rows=arranged(reply, payloads),
        # What is about one thing is changed in place later, so it is one message.
        is_one=bool(reply.subject_key),
    )


def _pieces(blocks: tuple[Block, ...]) -> Iterator[Piece]:
    # Where words stand beside a picture, its figures are in them.
    is_bare = not any(isinstance(block, Text | WarningText | KeyValues | Table) for block in blocks)
    for block in blocks:
        piece = _piece(block) if is_bare or not isinstance(block, Image) else None
        if piece is not None and any(is_seen(plain(line)) for line in piece.lines):
            yield piece


def _piece(block: Block) -> Piece | None:
    match block:
        case Headline():
            return Piece((_headline(block),))
        case Text(content=words) | Image(caption=words) | Document(caption=words):
            return _prose(words)
        case WarningText():
            return _prose(join_text(WARNING, block.content))
        case KeyValues():
            return _code(pair_drawing(block, limits.TABLE_CELLS))
        case Table():
            return _code(table_drawing(block, limits.TABLE_CELLS))
        case Footer():
            return Piece(((Span(safe_line(block.line), Style.ITALIC),),))
        case Actions() | FormChoices():
            return None


def _headline(block: Headline) -> Line:
    name = safe_line(block.name)
    parts: list[Line] = [(Span(name, Style.BOLD),)] if name else []
    parts += [(Span(block.mode.value),)] if block.mode else []
    text = safe_text_line(block.content)
    parts += [_spans(text)] if text else []
    spans = [span for index, part in enumerate(parts) for span in ((Span(SEPARATOR), *part) if index else part)]
    symbol = safe_line(block.symbol)
    return (Span(f"{symbol} "), *spans) if symbol else tuple(spans)


def _spans(parts: tuple[TextPart, ...]) -> Line:
    return tuple(Span(part) if isinstance(part, str) else Span(part.text, time=part) for part in parts)


def _prose(words: RichText) -> Piece:
    lines = tuple(map(_spans, safe_text_lines(words)))
    return Piece(lines, Shape.FOLDED if len(lines) > limits.LONG_TEXT_LINES else Shape.PROSE)


def _code(lines: list[str]) -> Piece:
    return Piece(tuple((Span(line),) for line in lines), Shape.CODE)


def _uploads(reply: Reply) -> Iterator[Upload]:
    for block in reply.blocks:
        if isinstance(block, Image) and block.png:
            yield Upload(filename=_filename(block.filename), content=block.png, is_picture=True)
        elif isinstance(block, Document) and block.content:
            yield Upload(filename=_filename(block.filename), content=block.content)


def _filename(name: str) -> str:
    stem, _, ending = re.sub(r"[^A-Za-z0-9._-]+", "-", name).rpartition(".")
    return f"{(stem or NAMELESS)[: limits.FILENAME]}.{ending[:10] or 'bin'}"
