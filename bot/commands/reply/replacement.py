"""Replacement of messages: which message a reply may replace (UX.md: one thing, one message)."""

import hashlib
from dataclasses import dataclass
from enum import StrEnum

from bot.commands.reply.blocks import Document, FormChoices, Image, Reply
from bot.domain.ids import encode_bytes

TAG_LENGTH = 3


class MessageKind(StrEnum):
    """Kind of a message; one letter each, since payloads are short."""

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
"""Messages that any reply to their buttons replaces."""
_EDITED_IN_PLACE = frozenset({MessageKind.CARD, MessageKind.LIST, MessageKind.IMAGE})
"""Messages that only a reply about the same subject replaces."""


def message_kind(reply: Reply) -> MessageKind:
    if any(isinstance(block, Image | Document) for block in reply.blocks):
        return MessageKind.IMAGE
    if any(isinstance(block, FormChoices) for block in reply.blocks):
        return MessageKind.FORM
    return _KIND_BY_SUBJECT.get(reply.subject_key.partition(":")[0], MessageKind.TEXT)


@dataclass(frozen=True, slots=True)
class MessageTag:
    """The tag of a button's message: its kind and a hash of its subject."""

    kind: MessageKind
    subject_hash: str

    def __str__(self) -> str:
        return self.kind + self.subject_hash


def message_tag(reply: Reply) -> MessageTag:
    digest = hashlib.blake2b(reply.subject_key.encode(), digest_size=4).digest()
    return MessageTag(message_kind(reply), encode_bytes(digest, TAG_LENGTH - 1))


def parse_tag(text: str) -> MessageTag | None:
    """Parse the text of a tag, None for anything else."""
    if len(text) != TAG_LENGTH or text[0] not in _KIND_LETTERS:
        return None
    return MessageTag(MessageKind(text[0]), text[1:])


def can_replace(pressed_tag: MessageTag | None, reply: Reply) -> bool:
    """Return whether a reply to a press replaces the button's message.

    Any reply replaces a form or a question; a card, list or picture is replaced only by itself. A picture and a text
    never replace each other: platforms cannot do that.
    """
    if pressed_tag is None:
        return False
    now = message_tag(reply)
    if (pressed_tag.kind is MessageKind.IMAGE) != (now.kind is MessageKind.IMAGE):
        return False
    return pressed_tag.kind in _REPLACED_BY_ANY or (pressed_tag.kind in _EDITED_IN_PLACE and pressed_tag == now)


def is_error_reply(reply: Reply) -> bool:
    """Return whether a reply only says why nothing was done; to a press it is shown to its user alone."""
    return not reply.subject_key and reply.headline.startswith(ERROR_PREFIXES)
