"""Messages rendered but not sent, and their components as discord.py takes them: ids carry all that a press means."""

import io
import string
from dataclasses import dataclass, replace

import discord
from discord import ui

from adapters.chat.discord.render import limits
from adapters.chat.discord.render.markdown import shorten_text
from adapters.chat.reply_parts import ELLIPSIS
from adapters.chat.uploads import Upload
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


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscordButton:
    """A button that runs the command of its payload, opens a link, or opens the modal that its id names."""

    label: str
    payload: str = ""
    url: str = ""
    modal_id: str = ""
    style: ButtonStyle = ButtonStyle.NONE


DiscordButtonRow = tuple[DiscordButton, ...]


@dataclass(frozen=True, slots=True)
class ActionSelect:
    """A list of actions to choose from."""

    options: DiscordButtonRow


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldSelect:
    """A form's field as a list, whose choice is an answer; its id names form and field.

    `hidden_count` counts the choices that the list has no room for and that are typed instead.
    """

    custom_id: str
    label: str
    choices: tuple[str, ...]
    selected: str = ""
    hidden_count: int = 0


DiscordComponentRow = DiscordButtonRow | ActionSelect | FieldSelect


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscordMessage:
    """A rendered message within all limits; `content` is its first line, complete without the embeds."""

    content: str
    embeds: tuple[discord.Embed, ...] = ()
    uploads: tuple[Upload, ...] = ()
    component_rows: tuple[DiscordComponentRow, ...] = ()

    def without_files(self) -> "DiscordMessage":
        """Return the message without its files; descriptions replace pictures if nothing else is left."""
        alts = " ".join(upload.alt for upload in self.uploads if upload.alt)
        plain = [embed.copy().set_image(url=None) for embed in self.embeds]
        kept = tuple(embed for embed in plain if len(embed))
        content = self.content or alts[: limits.CONTENT] or ELLIPSIS
        return replace(self, content=content, embeds=kept, uploads=())


def message_view(rendered: DiscordMessage) -> ui.View | None:
    """Return the components of a message, None without any."""
    if not rendered.component_rows:
        return None
    view = ui.View(timeout=None)
    position = iter(POSITION_CHARACTERS)
    for number, row in enumerate(rendered.component_rows):
        for item in (row,) if isinstance(row, ActionSelect | FieldSelect) else row:
            view.add_item(_component(item, number, next(position)))
    # Presses are recognised by their ids; the library need not remember this view.
    view.stop()
    return view


def _component(item: DiscordButton | ActionSelect | FieldSelect, row: int, position: str) -> "ui.Item[ui.View]":
    if isinstance(item, DiscordButton):
        custom_id = f"{ACTION_BUTTON_ID}{position}{item.payload}" if item.payload else item.modal_id
        style, url = BUTTON_STYLES[item.style], item.url or None
        return ui.Button(label=item.label, style=style, custom_id=custom_id or None, url=url, row=row)
    if isinstance(item, ActionSelect):
        custom_id, placeholder = f"{ACTION_SELECT_ID}{position}", SELECT_PLACEHOLDER
        options = [select_option(option.payload, option.label) for option in item.options]
    else:
        custom_id, placeholder = item.custom_id, shorten_text(item.label, limits.PLACEHOLDER) or SELECT_PLACEHOLDER
        options = [select_option(choice, is_chosen=choice == item.selected) for choice in item.choices]
        if item.hidden_count:
            options.append(select_option(OTHER_CHOICE, f"… {item.hidden_count} more: type it"))
    return ui.Select(custom_id=custom_id, placeholder=placeholder, options=options, row=row)


def select_option(value: str, label: str = "", *, is_chosen: bool = False) -> discord.SelectOption:
    """Return an entry of a list, by default labelled with its value."""
    return discord.SelectOption(label=shorten_text(label or value, limits.OPTION_LABEL), value=value, default=is_chosen)


def message_files(rendered: DiscordMessage) -> list[discord.File]:
    """Return the files of a message, to be sent once."""
    return [
        discord.File(io.BytesIO(upload.content), upload.filename, description=upload.alt or None)
        for upload in rendered.uploads
    ]
