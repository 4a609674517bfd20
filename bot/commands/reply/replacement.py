"""What kind of message a reply becomes, and which message it may take the place of (UX.md: one thing, one message)."""

import hashlib
from dataclasses import dataclass
from enum import StrEnum

from bot.commands.reply.blocks import Document, FormChoices, Image, Reply
from bot.domain.ids import encode_bytes

TAG_LENGTH = 3


class MessageKind(StrEnum):
    """The kinds of messages; a letter each, for buttons have little room."""

    TEXT = "t"
    CARD = "c"
    FORM = "f"
    LIST = "l"
    NOTICE = "n"
    IMAGE = "p"
    QUESTION = "q"


_KIND_BY_SUBJECT = {
    "ask": MessageKind.QUESTION,
    "bot": MessageKind.CARD,
    "chart": MessageKind.IMAGE,
    "form": MessageKind.FORM,
    "list": MessageKind.LIST,
    "order": MessageKind.NOTICE,
}
ERROR_PREFIXES = ("Refused:", "Invalid:", "Failed:")
_KIND_LETTERS = frozenset(surface.value for surface in MessageKind)
_REPLACED_BY_ANY = frozenset({MessageKind.FORM, MessageKind.QUESTION})
"""Messages that become whatever comes of them."""
_EDITED_IN_PLACE = frozenset({MessageKind.CARD, MessageKind.LIST, MessageKind.IMAGE})
"""Messages that stay about one thing and are changed in place."""


def message_kind(reply: Reply) -> MessageKind:
    if any(isinstance(block, Image | Document) for block in reply.blocks):
        return MessageKind.IMAGE
    if any(isinstance(block, FormChoices) for block in reply.blocks):
        return MessageKind.FORM
    return _KIND_BY_SUBJECT.get(reply.subject_key.partition(":")[0], MessageKind.TEXT)


@dataclass(frozen=True, slots=True)
class MessageTag:
    """What a button knows of the message it stands on: its kind, and a mark of what it is about."""

    kind: MessageKind
    subject_hash: str

    def __str__(self) -> str:
        return self.kind + self.subject_hash


def message_tag(reply: Reply) -> MessageTag:
    """Return the tag for the buttons of a reply."""
    digest = hashlib.blake2b(reply.subject_key.encode(), digest_size=4).digest()
    return MessageTag(message_kind(reply), encode_bytes(digest, TAG_LENGTH - 1))


def parse_tag(text: str) -> MessageTag | None:
    """Read a tag as it was written; None for anything else."""
    if len(text) != TAG_LENGTH or text[0] not in _KIND_LETTERS:
        return None
    return MessageTag(MessageKind(text[0]), text[1:])


def can_replace(pressed_tag: MessageTag | None, reply: Reply) -> bool:
    """Tell whether a reply to a button takes the place of the message the button stands on.

    A form and a question become what comes of them; a card, list or picture changes only into itself. A picture and a
    text never turn into each other: platforms cannot do that.
    """
    if pressed_tag is None:
        return False
    now = message_tag(reply)
    if (pressed_tag.kind is MessageKind.IMAGE) != (now.kind is MessageKind.IMAGE):
        return False
    return pressed_tag.kind in _REPLACED_BY_ANY or (pressed_tag.kind in _EDITED_IN_PLACE and pressed_tag == now)


def is_error_reply(reply: Reply) -> bool:
    """Tell whether a reply only says why nothing was done; to a press for one person's eyes."""
    return not reply.subject_key and reply.headline.startswith(ERROR_PREFIXES)
