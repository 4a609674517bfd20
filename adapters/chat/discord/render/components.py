"""Rows of buttons and lists as Discord takes them; what they carry survives a restart, so nothing is kept of them."""

import io
import string

import discord
from discord import ui

from adapters.chat.discord.render import limits
from adapters.chat.discord.render.markdown import shortened
from adapters.chat.discord.render.message import Ask, Choose, Drawn, Fill, Link, Pick, Press
from bot.commands.reply.blocks import ButtonStyle

STYLES = {
    ButtonStyle.PRIMARY: discord.ButtonStyle.primary,
    ButtonStyle.SUCCESS: discord.ButtonStyle.success,
    ButtonStyle.DANGER: discord.ButtonStyle.danger,
    ButtonStyle.NONE: discord.ButtonStyle.secondary,
}
PLACES = string.digits + string.ascii_lowercase
"""Two buttons of a message may carry the same, but no two ids may be equal: each begins with its place."""
PRESS, PICK, ASK, FILL, CHOOSE = "b", "p", "a", "s", "c"
PAGE = ":"
MAX_PAYLOAD = limits.CUSTOM_ID - len(PRESS) - 1
ANSWER = "Answer…"
CHOOSE_ONE = "Choose one"
ANOTHER = "…"
"""What is chosen of a list by who wants what it has no room for."""


def view_of(drawn: Drawn) -> ui.View | None:
    """Return the buttons of a message, None without any."""
    if not drawn.rows:
        return None
    view = ui.View(timeout=None)
    place = 0
    for number, row in enumerate(drawn.rows):
        for item in (row,) if isinstance(row, Pick | Choose) else row:
            view.add_item(_item(item, number, PLACES[place]))
            place += 1
    # Presses find their way by what they carry; the library need not remember this view.
    view.stop()
    return view


def _item(item: Press | Link | Ask | Fill | Pick | Choose, row: int, place: str) -> "ui.Item[ui.View]":
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
            return ui.Select(custom_id=f"{PICK}{place}", placeholder=CHOOSE_ONE, options=options, row=row)
        case Choose():
            custom_id = f"{CHOOSE}{item.tag}{item.form_id}{PAGE}{item.name}"
            label = shortened(item.label, limits.PLACEHOLDER) or CHOOSE_ONE
            return ui.Select(custom_id=custom_id, placeholder=label, options=_options(item), row=row)


def _options(item: Choose) -> list[discord.SelectOption]:
    options = [
        discord.SelectOption(label=shortened(choice, limits.OPTION_LABEL), value=choice, default=choice == item.chosen)
        for choice in item.choices
    ]
    another = discord.SelectOption(label=f"… {item.rest} more: type it", value=ANOTHER)
    return [*options, another] if item.rest else options


def files_of(drawn: Drawn) -> list[discord.File]:
    """Return the files of a message, fresh for one sending."""
    return [
        discord.File(io.BytesIO(upload.content), upload.filename, description=upload.alt or None)
        for upload in drawn.uploads
    ]
