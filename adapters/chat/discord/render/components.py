"""Components of a message as discord.py takes them; their ids carry everything, so they survive a restart."""

import io
import string

import discord
from discord import ui

from adapters.chat.discord.render import limits
from adapters.chat.discord.render.markdown import shorten_text
from adapters.chat.discord.render.message import (
    ActionSelect,
    DiscordActionButton,
    DiscordLinkButton,
    DiscordMessage,
    FieldSelect,
    ModalButton,
)
from bot.commands.reply.blocks import ButtonStyle

BUTTON_STYLES = {
    ButtonStyle.PRIMARY: discord.ButtonStyle.primary,
    ButtonStyle.SUCCESS: discord.ButtonStyle.success,
    ButtonStyle.DANGER: discord.ButtonStyle.danger,
    ButtonStyle.NONE: discord.ButtonStyle.secondary,
}
POSITION_CHARACTERS = string.digits + string.ascii_lowercase
"""Positions that begin each id: two buttons may have the same payload, but ids must be unique."""
ACTION_BUTTON_ID, ACTION_SELECT_ID, ANSWER_BUTTON_ID, FORM_PAGE_BUTTON_ID, FIELD_SELECT_ID = "b", "p", "a", "s", "c"
ID_SEPARATOR = ":"
MAX_PAYLOAD = limits.CUSTOM_ID - len(ACTION_BUTTON_ID) - 1
SELECT_PLACEHOLDER = "Choose one"
OTHER_CHOICE = "…"
"""Value of the entry that asks for a choice which the list has no room for."""


def message_view(rendered: DiscordMessage) -> ui.View | None:
    """Return the components of a message, None without any."""
    if not rendered.component_rows:
        return None
    view = ui.View(timeout=None)
    position = 0
    for number, row in enumerate(rendered.component_rows):
        for item in (row,) if isinstance(row, ActionSelect | FieldSelect) else row:
            view.add_item(_component(item, number, POSITION_CHARACTERS[position]))
            position += 1
    # Presses are recognised by their ids; the library need not remember this view.
    view.stop()
    return view


def _component(
    item: DiscordActionButton | DiscordLinkButton | ModalButton | ActionSelect | FieldSelect,
    row: int,
    position: str,
) -> "ui.Item[ui.View]":
    match item:
        case DiscordActionButton():
            return ui.Button(
                label=item.label,
                style=BUTTON_STYLES[item.meaning],
                custom_id=f"{ACTION_BUTTON_ID}{position}{item.payload}",
                row=row,
            )
        case DiscordLinkButton():
            return ui.Button(label=item.label, url=item.url, row=row)
        case ModalButton():
            return ui.Button(label=item.label, style=BUTTON_STYLES[item.meaning], custom_id=item.custom_id, row=row)
        case ActionSelect():
            options = [
                discord.SelectOption(label=shorten_text(option.label, limits.OPTION_LABEL), value=option.payload)
                for option in item.options
            ]
            return ui.Select(
                custom_id=f"{ACTION_SELECT_ID}{position}", placeholder=SELECT_PLACEHOLDER, options=options, row=row
            )
        case FieldSelect():
            custom_id = f"{FIELD_SELECT_ID}{item.tag}{item.form_id}{ID_SEPARATOR}{item.name}"
            label = shorten_text(item.label, limits.PLACEHOLDER) or SELECT_PLACEHOLDER
            return ui.Select(custom_id=custom_id, placeholder=label, options=_options(item), row=row)


def _options(item: FieldSelect) -> list[discord.SelectOption]:
    options = [
        discord.SelectOption(
            label=shorten_text(choice, limits.OPTION_LABEL), value=choice, default=choice == item.selected
        )
        for choice in item.choices
    ]
    another = discord.SelectOption(label=f"… {item.hidden_count} more: type it", value=OTHER_CHOICE)
    return [*options, another] if item.hidden_count else options


def message_files(rendered: DiscordMessage) -> list[discord.File]:
    """Return the files of a message, to be sent once."""
    return [
        discord.File(io.BytesIO(upload.content), upload.filename, description=upload.alt or None)
        for upload in rendered.uploads
    ]
