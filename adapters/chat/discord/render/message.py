"""Messages as Discord takes them, rendered but not sent."""

from dataclasses import dataclass, field, replace

import discord

from adapters.chat.discord.render import limits
from adapters.chat.discord.render.markdown import ELLIPSIS
from bot.commands.reply.blocks import ButtonStyle


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscordUpload:
    """A file of a message; `alt` describes a picture."""

    filename: str
    content: bytes = field(repr=False)
    alt: str = ""
    is_picture: bool = False


@dataclass(frozen=True, slots=True)
class DiscordActionButton:
    """A button, or an entry of a list, with its payload."""

    label: str
    payload: str
    meaning: ButtonStyle = ButtonStyle.NONE


@dataclass(frozen=True, slots=True)
class DiscordLinkButton:
    """A button that opens a link."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class ModalButton:
    """A button that opens an input for the answer to a form, or a page of its sheet; its id says which."""

    label: str
    custom_id: str
    meaning: ButtonStyle = ButtonStyle.NONE


@dataclass(frozen=True, slots=True)
class ActionSelect:
    """A list of actions to choose from."""

    options: tuple[DiscordActionButton, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldSelect:
    """A form's field as a list, whose choice is an answer; `tag` is that of its message.

    `hidden_count` counts the choices that the list has no room for and that are typed instead.
    """

    form_id: str
    tag: str
    name: str
    label: str
    choices: tuple[str, ...]
    selected: str = ""
    hidden_count: int = 0


DiscordComponentRow = tuple[DiscordActionButton | DiscordLinkButton | ModalButton, ...] | ActionSelect | FieldSelect


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscordMessage:
    """A rendered message within all limits; `content` is its first line, complete without the embeds."""

    content: str
    embeds: tuple[discord.Embed, ...] = ()
    uploads: tuple[DiscordUpload, ...] = ()
    component_rows: tuple[DiscordComponentRow, ...] = ()

    def without_files(self) -> "DiscordMessage":
        """Return the message without its files; descriptions replace pictures if nothing else is left."""
        alts = " ".join(upload.alt for upload in self.uploads if upload.alt)
        plain = [embed.copy().set_image(url=None) for embed in self.embeds]
        kept = tuple(embed for embed in plain if len(embed))
        content = self.content or alts[: limits.CONTENT] or ELLIPSIS
        return replace(self, content=content, embeds=kept, uploads=())
