"""What kind of message a reply becomes, and which message it may take the place of (UX.md: one thing, one message)."""

import hashlib
from dataclasses import dataclass
from enum import StrEnum

from bot.commands.reply.blocks import Choices, Document, Image, Reply
from bot.domain.ids import spell

TAG_LENGTH = 3


class Surface(StrEnum):
    """The kinds of messages; a letter each, for buttons have little room."""

    TEXT = "t"
    CARD = "c"
    FORM = "f"
    LIST = "l"
    NOTICE = "n"
    PICTURE = "p"
    QUESTION = "q"


_ABOUT = {
    "ask": Surface.QUESTION,
    "bot": Surface.CARD,
    "chart": Surface.PICTURE,
    "form": Surface.FORM,
    "list": Surface.LIST,
    "order": Surface.NOTICE,
}
COMPLAINTS = ("Refused:", "Invalid:", "Failed:")
_LETTERS = frozenset(surface.value for surface in Surface)
_GIVES_WAY = frozenset({Surface.FORM, Surface.QUESTION})
"""Messages that become whatever comes of them."""
_SAME_THING = frozenset({Surface.CARD, Surface.LIST, Surface.PICTURE})
"""Messages that stay about one thing and are changed in place."""


def surface_of(reply: Reply) -> Surface:
    """Return what kind of message a reply is."""
    if any(isinstance(block, Image | Document) for block in reply.blocks):
        return Surface.PICTURE
    if any(isinstance(block, Choices) for block in reply.blocks):
        return Surface.FORM
    return _ABOUT.get(reply.about.partition(":")[0], Surface.TEXT)


@dataclass(frozen=True, slots=True)
class Tag:
    """What a button knows of the message it stands on: its kind, and a mark of what it is about."""

    surface: Surface
    mark: str

    def __str__(self) -> str:
        return self.surface + self.mark


def tag_of(reply: Reply) -> Tag:
    """Return the tag for the buttons of a reply."""
    digest = hashlib.blake2b(reply.about.encode(), digest_size=4).digest()
    return Tag(surface_of(reply), spell(digest, TAG_LENGTH - 1))


def read_tag(text: str) -> Tag | None:
    """Read a tag as it was written; None for anything else."""
    if len(text) != TAG_LENGTH or text[0] not in _LETTERS:
        return None
    return Tag(Surface(text[0]), text[1:])


def may_replace(tapped: Tag | None, reply: Reply) -> bool:
    """Tell whether a reply to a button takes the place of the message the button stands on.

    A form and a question become what comes of them; a card, list or picture changes only into itself. A picture and a
    text never turn into each other: platforms cannot do that.
    """
    if tapped is None:
        return False
    now = tag_of(reply)
    if (tapped.surface is Surface.PICTURE) != (now.surface is Surface.PICTURE):
        return False
    return tapped.surface in _GIVES_WAY or (tapped.surface in _SAME_THING and tapped == now)


def is_complaint(reply: Reply) -> bool:
    """Tell whether a reply only says why nothing was done; to a press for one person's eyes."""
    return not reply.about and reply.headline.startswith(COMPLAINTS)
