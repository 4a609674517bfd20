"""Renderer of replies (UX.md, section 2)."""

import re
from collections.abc import Iterator, Mapping

from adapters.chat.telegram.render import limits
from adapters.chat.telegram.render.keyboard import arrange_buttons
from adapters.chat.telegram.render.markup import (
    TelegramLine,
    TelegramSpan,
    TelegramTextBlock,
    TelegramTextStyle,
    TextBlockKind,
    is_visible,
    line_text,
)
from adapters.chat.telegram.render.message import TelegramReply, TelegramUpload
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
from bot.commands.reply.inline_time import RichText, VisiblePart, join_text, safe_text_line, safe_text_lines
from bot.commands.reply.safe_text import safe_line
from bot.commands.reply.table_drawing import pair_drawing, table_drawing

WARNING_SIGN = "⚠️ "
UNNAMED_FILE = "file"


def render_reply(reply: Reply, payloads: Mapping[Button, str]) -> TelegramReply:
    """Render a reply; `payloads` are those of its buttons."""
    blocks = (
        *(block for block in reply.blocks if not isinstance(block, Footer)),
        *(block for block in reply.blocks if isinstance(block, Footer)),
    )
    return TelegramReply(
        text_blocks=tuple(_text_blocks(blocks)),
        uploads=tuple(_uploads(reply)),
        button_rows=arrange_buttons(reply, payloads),
        # A reply about one subject is changed in place later, so it stays one message.
        is_single=bool(reply.subject_key),
    )


def _text_blocks(blocks: tuple[Block, ...]) -> Iterator[TelegramTextBlock]:
    # With other text, a picture's caption would only repeat it.
    is_bare = not any(isinstance(block, Text | WarningText | KeyValues | Table) for block in blocks)
    for block in blocks:
        text_block = _text_block(block) if is_bare or not isinstance(block, Image) else None
        if text_block is not None and any(is_visible(line_text(line)) for line in text_block.lines):
            yield text_block


def _text_block(block: Block) -> TelegramTextBlock | None:
    match block:
        case Headline():
            return TelegramTextBlock((_headline(block),))
        case Text(content=words) | Image(caption=words) | Document(caption=words):
            return _prose(words)
        case WarningText():
            return _prose(join_text(WARNING_SIGN, block.content))
        case KeyValues():
            return _code(pair_drawing(block, limits.TABLE_CELLS))
        case Table():
            return _code(table_drawing(block, limits.TABLE_CELLS))
        case Footer():
            return TelegramTextBlock(((TelegramSpan(safe_line(block.line), TelegramTextStyle.ITALIC),),))
        case Actions() | FormChoices():
            return None


def _headline(block: Headline) -> TelegramLine:
    name = safe_line(block.name)
    parts: list[TelegramLine] = [(TelegramSpan(name, TelegramTextStyle.BOLD),)] if name else []
    parts += [(TelegramSpan(block.mode.value),)] if block.mode else []
    text = safe_text_line(block.content)
    parts += [_spans(text)] if text else []
    spans = [span for index, part in enumerate(parts) for span in ((TelegramSpan(SEPARATOR), *part) if index else part)]
    symbol = safe_line(block.symbol)
    return (TelegramSpan(f"{symbol} "), *spans) if symbol else tuple(spans)


def _spans(parts: tuple[VisiblePart, ...]) -> TelegramLine:
    return tuple(TelegramSpan(part) if isinstance(part, str) else TelegramSpan(part.text, time=part) for part in parts)


def _prose(words: RichText) -> TelegramTextBlock:
    lines = tuple(map(_spans, safe_text_lines(words)))
    return TelegramTextBlock(
        lines, TextBlockKind.FOLDED if len(lines) > limits.LONG_TEXT_LINES else TextBlockKind.PROSE
    )


def _code(lines: list[str]) -> TelegramTextBlock:
    return TelegramTextBlock(tuple((TelegramSpan(line),) for line in lines), TextBlockKind.CODE)


def _uploads(reply: Reply) -> Iterator[TelegramUpload]:
    for block in reply.blocks:
        if isinstance(block, Image) and block.png:
            yield TelegramUpload(filename=_filename(block.filename), content=block.png, is_picture=True)
        elif isinstance(block, Document) and block.content:
            yield TelegramUpload(filename=_filename(block.filename), content=block.content)


def _filename(name: str) -> str:
    stem, _, ending = re.sub(r"[^A-Za-z0-9._-]+", "-", name).rpartition(".")
    return f"{(stem or UNNAMED_FILE)[: limits.FILENAME]}.{ending[:10] or 'bin'}"
