"""Rows of buttons and lists as Discord takes them; what they carry survives a restart, so nothing is kept of them."""

import io
import string

import discord
from discord import ui

from adapters.chat.discord import limits
from adapters.chat.discord.drawn import Ask, Drawn, Fill, Link, Pick, Press
from adapters.chat.discord.markdown import shortened
from bot.commands.reply import Meaning

STYLES = {
    Meaning.PRIMARY: discord.ButtonStyle.primary,
    Meaning.SUCCESS: discord.ButtonStyle.success,
    Meaning.DANGER: discord.ButtonStyle.danger,
    Meaning.NONE: discord.ButtonStyle.secondary,
}
PLACES = string.digits + string.ascii_lowercase
"""Two buttons of a message may carry the same, but no two ids may be equal: each begins with its place."""
PRESS, PICK, ASK, FILL = "b", "p", "a", "s"
PAGE = ":"
MOST_PAYLOAD = limits.CUSTOM_ID - len(PRESS) - 1
ANSWER = "Answer…"
CHOOSE = "Choose one"


def view_of(drawn: Drawn) -> ui.View | None:
    """Return the buttons of a message, None without any."""
    if not drawn.rows:
        return None
    view = ui.View(timeout=None)
    place = 0
    for number, row in enumerate(drawn.rows):
        for item in (row,) if isinstance(row, Pick) else row:
            view.add_item(_item(item, number, PLACES[place]))
            place += 1
    # Presses find their way by what they carry; the library need not remember this view.
    view.stop()
    return view


def _item(item: Press | Link | Ask | Fill | Pick, row: int, place: str) -> "ui.Item[ui.View]":
    match item:
        case Press():
            return ui.Button(
                label=item.label, style=STYLES[item.meaning], custom_id=f"{PRESS}{place}{item.payload}", row=row
            )
        case Link():
            return ui.Button(label=item.label, url=item.url, row=row)
        case Ask():
            style = discord.ButtonStyle.secondary
            return ui.Button(label=ANSWER, style=style, custom_id=f"{ASK}{item.tag}{item.form_id}", row=row)
        case Fill():
            style = discord.ButtonStyle.primary
            custom_id = f"{FILL}{item.tag}{item.form_id}{PAGE}{item.page}"
            return ui.Button(label=item.label, style=style, custom_id=custom_id, row=row)
        case Pick():
            options = [
                discord.SelectOption(label=shortened(option.label, limits.OPTION_LABEL), value=option.payload)
                for option in item.options
            ]
            return ui.Select(custom_id=f"{PICK}{place}", placeholder=CHOOSE, options=options, row=row)


def files_of(drawn: Drawn) -> list[discord.File]:
    """Return the files of a message, fresh for one sending."""
    return [
        discord.File(io.BytesIO(upload.content), upload.filename, description=upload.alt or None)
        for upload in drawn.uploads
    ]
