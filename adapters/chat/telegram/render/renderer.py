"""Renderer of replies (UX.md, section 2)."""

from collections.abc import Iterator, Mapping

from adapters.chat.reply_parts import WARNING_SIGN, draw_table
from adapters.chat.telegram.render import limits
from adapters.chat.telegram.render.keyboard import arrange_buttons
from adapters.chat.telegram.render.markup import (
    LineKind,
    TelegramLine,
    TelegramSpan,
    TelegramText,
    TelegramTextStyle,
    is_visible,
)
from adapters.chat.telegram.render.message import TelegramReply
from adapters.chat.uploads import reply_uploads
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


def render_reply(reply: Reply, payloads: Mapping[Button, str]) -> TelegramReply:
    """Render a reply; `payloads` are those of its buttons."""
    footer_last = sorted(reply.blocks, key=lambda block: isinstance(block, Footer))
    return TelegramReply(
        text=tuple(_visible_lines(footer_last)),
        uploads=tuple(upload for upload in reply_uploads(reply) if upload.content),
        button_rows=arrange_buttons(reply, payloads),
        # A reply about one subject is changed in place later, so it stays one message.
        is_single=bool(reply.subject_key),
    )


def _visible_lines(blocks: list[Block]) -> Iterator[TelegramLine]:
    # With other text, a picture's caption would only repeat it.
    is_bare = not any(isinstance(block, Text | WarningText | KeyValues | Table) for block in blocks)
    for block in blocks:
        lines = _block_lines(block) if is_bare or not isinstance(block, Image) else ()
        if any(is_visible(line.text) for line in lines):
            yield from lines


def _block_lines(block: Block) -> TelegramText:
    match block:
        case Headline():
            return (TelegramLine(_headline(block)),)
        case Text(content=words) | Image(caption=words) | Document(caption=words):
            return _prose(words)
        case WarningText():
            return _prose(join_text(WARNING_SIGN, block.content))
        case KeyValues() | Table():
            lines = draw_table(block, limits.TABLE_CELLS)
            return tuple(TelegramLine((TelegramSpan(line),), LineKind.CODE) for line in lines)
        case Footer():
            return (TelegramLine((TelegramSpan(safe_line(block.line), TelegramTextStyle.ITALIC),)),)
        case Actions() | FormChoices():
            return ()


def _headline(block: Headline) -> tuple[TelegramSpan, ...]:
    name, symbol = safe_line(block.name), safe_line(block.symbol)
    parts: list[tuple[TelegramSpan, ...]] = [
        (TelegramSpan(name, TelegramTextStyle.BOLD),) if name else (),
        (TelegramSpan(block.mode.value),) if block.mode else (),
        _spans(safe_text_line(block.content)),
    ]
    spans = [span for part in filter(None, parts) for span in (TelegramSpan(SEPARATOR), *part)][1:]
    return (TelegramSpan(f"{symbol} "), *spans) if symbol else tuple(spans)


def _spans(parts: tuple[VisiblePart, ...]) -> tuple[TelegramSpan, ...]:
    return tuple(TelegramSpan(part) if isinstance(part, str) else TelegramSpan(part.text, time=part) for part in parts)


def _prose(words: RichText) -> TelegramText:
    lines = safe_text_lines(words)
    kind = LineKind.FOLDED if len(lines) > limits.LONG_TEXT_LINES else LineKind.PROSE
    return tuple(TelegramLine(_spans(line), kind) for line in lines)
