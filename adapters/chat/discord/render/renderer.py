"""Renderer of replies: line 1 becomes the content, the rest an embed (UX.md, section 2)."""

from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from itertools import islice

import discord

from adapters.chat.discord.render import limits
from adapters.chat.discord.render.component_layout import arrange_buttons
from adapters.chat.discord.render.components import DiscordMessage
from adapters.chat.discord.render.embed_body import DiscordLine, fit_text
from adapters.chat.discord.render.markdown import (
    Atoms,
    cut_atoms,
    escape_code_line,
    escape_line,
    escape_lines,
    escape_text,
    shorten_text,
)
from adapters.chat.reply_parts import ELLIPSIS, WARNING_SIGN, draw_table
from adapters.chat.uploads import Upload, mark_filename, reply_uploads
from bot.commands.reply.blocks import (
    SEPARATOR,
    Block,
    Button,
    Document,
    Footer,
    Headline,
    KeyValues,
    Reply,
    Table,
    Text,
    Tone,
    WarningText,
)
from bot.commands.reply.inline_time import join_text, plain_text, split_first_line
from bot.commands.reply.text_width import cell_width

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


def render_reply(reply: Reply, payloads: Mapping[Button, str], now: datetime, page: int = 0) -> DiscordMessage:
    """Render a reply; `payloads` are those of its buttons, `page` is the next page of its sheet."""
    first, others = _first_line(reply)
    uploads = tuple(_uploads(reply))
    pictures = [upload for upload in uploads if upload.is_picture]
    embed = _embed(reply, others, now)
    if pictures:
        embed.set_image(url=f"attachment://{pictures[0].filename}")
    # Discord refuses an embed of only a colour and a time.
    embeds = [embed] if len(embed) or embed.image.url else []
    for picture in pictures[1:]:
        embeds.append(discord.Embed(colour=embed.colour).set_image(url=f"attachment://{picture.filename}"))
    return DiscordMessage(
        content=first or ("" if embeds or uploads else ELLIPSIS),
        embeds=tuple(embeds),
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
    lines = tuple(_text_lines([block for block in blocks if block is not fields]))
    if lines:
        embed.description = fit_text(lines, min(limits.EMBEDS - len(embed), limits.DESCRIPTION))
    return embed


def _first_line(reply: Reply) -> tuple[str, tuple[Block, ...]]:
    """Return line 1 and the remaining blocks."""
    for index, block in enumerate(reply.blocks):
        before, after = reply.blocks[:index], reply.blocks[index + 1 :]
        if isinstance(block, Headline):
            return cut_atoms(_headline(block), limits.CONTENT).strip(), (*before, *after)
        if isinstance(block, Text):
            first, others = split_first_line(block.content)
            body = (Text(others),) if others else ()
            return cut_atoms(escape_line(first), limits.CONTENT).strip(), (*before, *body, *after)
    return "", reply.blocks


def _headline(block: Headline) -> Atoms:
    name = escape_line(block.name)
    bold = ("**", *name, "**") if name else ()
    parts = (bold, tuple(block.mode.value if block.mode else ""), escape_line(block.content))
    joined = [atom for part in parts if part for atom in (SEPARATOR, *part)][1:]
    return (*escape_line(block.symbol), " ", *joined) if block.symbol else tuple(joined)


def _text_lines(blocks: list[Block]) -> Iterator[DiscordLine]:
    """Yield the lines of the description, warnings first."""
    for number, block in enumerate(sorted(blocks, key=lambda block: not isinstance(block, WarningText))):
        lines = _block_lines(block, number)
        if any("".join(line.atoms).strip() for line in lines):
            yield from lines


def _block_lines(block: Block, number: int) -> list[DiscordLine]:
    match block:
        case WarningText():
            return [DiscordLine(line) for line in escape_lines(join_text(WARNING_SIGN, block.content))]
        case Text(content=words) | Document(caption=words):
            return [DiscordLine(line) for line in escape_lines(words)]
        case Headline():
            return [DiscordLine(_headline(block))]
        case KeyValues() | Table():
            lines = draw_table(block, limits.TABLE_CELLS)
            return [DiscordLine(tuple(escape_code_line(line)), number) for line in lines]
        case _:
            return []


def _embed_fields(blocks: tuple[Block, ...]) -> KeyValues | None:
    """Return the pairs that become fields: only the last block can, since fields stand below all text."""
    body = [block for block in blocks if isinstance(block, Headline | Text | KeyValues | Table | Document)]
    last = body[-1] if body else None
    return last if isinstance(last, KeyValues) and _are_short(last) else None


def _are_short(block: KeyValues) -> bool:
    is_few = 0 < len(block.rows) <= MAX_FIELDS and all(len(row) == len(("label", "value")) for row in block.rows)
    # Accents take no cell, but Discord counts them.
    return is_few and all(
        cell_width(text) <= WIDEST_FIELD and "\n" not in text and len(escape_text(text)) <= limits.FIELD_NAME
        for row in block.cell_texts
        for text in row
    )


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


def _uploads(reply: Reply) -> Iterator[Upload]:
    for number, upload in enumerate(islice(reply_uploads(reply), limits.FILES)):
        # Embeds refer to attachments by name, so each needs its own.
        name = mark_filename(upload.filename, f"-{number + 1}") if number else upload.filename
        yield replace(upload, filename=name, alt=shorten_text(upload.alt, limits.ALT_TEXT))
