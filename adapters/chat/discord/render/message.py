"""A message as Discord takes it, drawn but not sent."""

from dataclasses import dataclass, field, replace

import discord

from adapters.chat.discord.render import limits
from adapters.chat.discord.render.markdown import ELLIPSIS
from bot.commands.reply.blocks import ButtonStyle


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscordUpload:
    """A file of a message; `alt` says what a picture shows."""

    filename: str
    content: bytes = field(repr=False)
    alt: str = ""
    is_picture: bool = False


@dataclass(frozen=True, slots=True)
class DiscordActionButton:
    """A button, or a line of a list to pick from, with what it carries."""

    label: str
    payload: str
    meaning: ButtonStyle = ButtonStyle.NONE


@dataclass(frozen=True, slots=True)
class DiscordLinkButton:
    """A button that opens an address."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class AnswerButton:
    """A button that opens an input for the answer to a form; it carries the tag of its message."""

    form_id: str
    tag: str


@dataclass(frozen=True, slots=True)
class FormPageButton:
    """A button that opens a page of the sheet of a form; it carries the tag of its message."""

    label: str
    form_id: str
    tag: str
    page: int


@dataclass(frozen=True, slots=True)
class ActionSelect:
    """A list to pick one from."""

    options: tuple[DiscordActionButton, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldSelect:
    """A list of a form that is always open; what is chosen is an answer. It carries the tag of its message.

    Of more choices than a list can hold, `hidden_count` counts those that are typed instead.
    """

    form_id: str
    tag: str
    name: str
    label: str
    choices: tuple[str, ...]
    selected: str = ""
    hidden_count: int = 0


DiscordComponentRow = (
    tuple[DiscordActionButton | DiscordLinkButton | AnswerButton | FormPageButton, ...] | ActionSelect | FieldSelect
)


@dataclass(frozen=True, slots=True, kw_only=True)
class DiscordMessage:
    """One message within all limits; `content` is its first line, complete alone."""

    content: str
    embeds: tuple[discord.Embed, ...] = ()
    uploads: tuple[DiscordUpload, ...] = ()
    component_rows: tuple[DiscordComponentRow, ...] = ()

    def without_files(self) -> "DiscordMessage":
        """Return the message without its files; of one that was only pictures what they show stays as words."""
        alts = " ".join(upload.alt for upload in self.uploads if upload.alt)
        plain = [embed.copy().set_image(url=None) for embed in self.embeds]
        kept = tuple(embed for embed in plain if len(embed))
        content = self.content or alts[: limits.CONTENT] or ELLIPSIS
        return replace(self, content=content, embeds=kept, uploads=())
