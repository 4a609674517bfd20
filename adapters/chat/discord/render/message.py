"""Messages as Discord takes them, rendered but not sent."""

from dataclasses import dataclass, replace

import discord

from adapters.chat.discord.render import limits
from adapters.chat.reply_parts import ELLIPSIS, Upload
from bot.commands.reply.blocks import ButtonStyle


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
