"""Renderer of replies: line 1 becomes the content, the rest an embed (UX.md, section 2)."""

import re
from collections.abc import Iterator, Mapping
from datetime import datetime

import discord

from adapters.chat.discord.render import limits
from adapters.chat.discord.render.component_layout import arrange_buttons
from adapters.chat.discord.render.embed_body import DiscordTextBlock, fit_text_blocks
from adapters.chat.discord.render.markdown import (
    ELLIPSIS,
    Atoms,
    cut_atoms,
    escape_code_line,
    escape_line,
    escape_lines,
    escape_text,
    shorten_text,
)
from adapters.chat.discord.render.message import DiscordMessage, DiscordUpload
from bot.commands.reply.blocks import (
    SEPARATOR,
    Block,
    Button,
    Document,
    Footer,
    Headline,
    Image,
    KeyValues,
    Reply,
    Table,
    Text,
    Tone,
    WarningText,
)
from bot.commands.reply.inline_time import join_text, plain_text, split_first_line
from bot.commands.reply.pair_layout import pair_lines
from bot.commands.reply.table_layout import table_lines
from bot.commands.reply.text_width import cell_width

WARNING_SIGN = "⚠️ "
TONE_COLOURS = {
    Tone.INFORMATION: 0x0072B2,
    Tone.SUCCESS: 0x009E73,
    Tone.WARNING: 0xE69F00,
    Tone.ERROR: 0xD55E00,
    Tone.NEUTRAL: 0x7F7F7F,
}
MAX_FIELDS, WIDEST_FIELD = 3, 16
"""More or longer pairs become a table: inline fields stack on a phone."""
EMPTY_FIELD = "\u200b"
LIVE_LABEL = "live"
UNNAMED_FILE = "file"


def render_reply(reply: Reply, payloads: Mapping[Button, str], now: datetime, page: int = 0) -> DiscordMessage:
    """Render a reply; `payloads` are those of its buttons, `page` is the next page of its sheet."""
    first, others = _first_line(reply)
    uploads = tuple(_uploads(reply))
    pictures = [upload for upload in uploads if upload.is_picture]
    embed = _embed(reply, others, now)
    if pictures:
        embed.set_image(url=f"attachment://{pictures[0].filename}")
    embeds = ((embed,) if _has_body(embed) else ()) + tuple(_picture_embeds(pictures[1:], reply.tone))
    return DiscordMessage(
        content=first or ("" if embeds or uploads else ELLIPSIS),
        embeds=embeds,
        uploads=uploads,
        component_rows=arrange_buttons(reply, payloads, page),
    )


def _embed(reply: Reply, blocks: tuple[Block, ...], now: datetime) -> discord.Embed:
    """Return the embed of all blocks but line 1 and the pictures."""
    embed = discord.Embed(colour=TONE_COLOURS[reply.tone])
    fields = _embed_fields(blocks)
    for label, value in fields.cell_texts if fields else ():
        embed.add_field(
            name=escape_text(label).strip() or EMPTY_FIELD, value=escape_text(value).strip() or EMPTY_FIELD, inline=True
        )
    _set_footer(embed, reply, now)
    text_blocks = tuple(_text_blocks(tuple(block for block in blocks if block is not fields)))
    if text_blocks:
        embed.description = fit_text_blocks(text_blocks, min(limits.EMBEDS - len(embed), limits.DESCRIPTION))
    return embed


def _has_body(embed: discord.Embed) -> bool:
    """Return whether an embed has more than a colour and a time, which Discord refuses alone."""
    return bool(len(embed) or embed.image.url)


def _first_line(reply: Reply) -> tuple[str, tuple[Block, ...]]:
    """Return line 1 and the remaining blocks."""
    for index, block in enumerate(reply.blocks):
        rest = reply.blocks[:index] + reply.blocks[index + 1 :]
        if isinstance(block, Headline):
            return cut_atoms(_headline(block), limits.CONTENT).strip(), rest
        if isinstance(block, Text):
            first, others = split_first_line(block.content)
            body = (Text(others),) if others else ()
            return cut_atoms(escape_line(first), limits.CONTENT).strip(), reply.blocks[:index] + body + reply.blocks[
                index + 1 :
            ]
    return "", reply.blocks


def _headline(block: Headline) -> Atoms:
    name = escape_line(block.name)
    bold = ("**", *name, "**") if name else ()
    text = escape_line(block.content)
    mode = tuple(block.mode.value) if block.mode else ()
    parts = [part for part in (bold, mode, text) if part]
    joined = tuple(atom for index, part in enumerate(parts) for atom in ((SEPARATOR,) if index else ()) + part)
    return (*escape_line(block.symbol), " ", *joined) if block.symbol else joined


def _text_blocks(blocks: tuple[Block, ...]) -> Iterator[DiscordTextBlock]:
    """Yield the blocks of the description, warnings first."""
    warnings = [block for block in blocks if isinstance(block, WarningText)]
    for block in (*warnings, *(block for block in blocks if not isinstance(block, WarningText))):
        text_block = _text_block(block)
        if text_block is not None and any("".join(line).strip() for line in text_block.lines):
            yield text_block


def _text_block(block: Block) -> DiscordTextBlock | None:
    match block:
        case WarningText():
            return DiscordTextBlock(tuple(escape_lines(join_text(WARNING_SIGN, block.content))))
        case Text():
            return DiscordTextBlock(tuple(escape_lines(block.content)))
        case Headline():
            return DiscordTextBlock((_headline(block),))
        case KeyValues():
            return _code(pair_lines(block, limits.TABLE_CELLS))
        case Table():
            return _code(table_lines(block, limits.TABLE_CELLS))
        case Document():
            return DiscordTextBlock(tuple(escape_lines(block.caption)))
        case _:
            return None


def _code(lines: list[str]) -> DiscordTextBlock:
    return DiscordTextBlock(tuple(tuple(escape_code_line(line)) for line in lines), is_code=True)


def _embed_fields(blocks: tuple[Block, ...]) -> KeyValues | None:
    """Return the pairs that become fields: only the last block can, since fields stand below all text."""
    body = [block for block in blocks if isinstance(block, Headline | Text | KeyValues | Table | Document)]
    last = body[-1] if body else None
    return last if isinstance(last, KeyValues) and _are_short(last) else None


def _are_short(block: KeyValues) -> bool:
    pairs = [row for row in block.cell_texts if len(row) == len(("label", "value"))]
    texts = [text for row in pairs for text in row]
    is_few = 0 < len(pairs) == len(block.rows) <= MAX_FIELDS
    return is_few and all(map(_is_short, texts))


def _is_short(text: str) -> bool:
    # Accents take no cell, but Discord counts them.
    return cell_width(text) <= WIDEST_FIELD and "\n" not in text and len(escape_text(text)) <= limits.FIELD_NAME


def _set_footer(embed: discord.Embed, reply: Reply, now: datetime) -> None:
    """Set the footer, with a time that Discord shows on each reader's clock."""
    footer = next((block for block in reply.blocks if isinstance(block, Footer)), None)
    if footer is None:
        return
    words = SEPARATOR.join(part for part in (plain_text(footer.text), LIVE_LABEL if footer.is_live else "") if part)
    if words:
        embed.set_footer(text=shorten_text(words, limits.FOOTER))
    if footer.as_of or footer.is_live:
        embed.timestamp = now


def _uploads(reply: Reply) -> Iterator[DiscordUpload]:
    files = [block for block in reply.blocks if isinstance(block, Image | Document)][: limits.FILES]
    for number, block in enumerate(files):
        # Embeds refer to attachments by name, so each needs its own.
        name = _filename(block.filename, number if number else None)
        if isinstance(block, Image):
            yield DiscordUpload(
                filename=name,
                content=block.png,
                alt=shorten_text(plain_text(block.caption), limits.ALT_TEXT),
                is_picture=True,
            )
        else:
            yield DiscordUpload(filename=name, content=block.content)


def _filename(name: str, number: int | None) -> str:
    stem, _, ending = re.sub(r"[^A-Za-z0-9._-]+", "-", name).rpartition(".")
    mark = "" if number is None else f"-{number + 1}"
    return f"{(stem or UNNAMED_FILE)[:80]}{mark}.{ending[:10] or 'bin'}"


def _picture_embeds(pictures: list[DiscordUpload], tone: Tone) -> Iterator[discord.Embed]:
    for picture in pictures:
        yield discord.Embed(colour=TONE_COLOURS[tone]).set_image(url=f"attachment://{picture.filename}")
