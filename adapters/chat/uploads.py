"""Files of a reply, under names that are harmless everywhere."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from bot.commands.reply.blocks import SEPARATOR, Document, Image, Reply
from bot.commands.reply.inline_time import plain_text

LONGEST_STEM, LONGEST_SUFFIX = 60, 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file of a message; `alt` describes a picture."""

    filename: str
    content: bytes = field(repr=False)
    alt: str = ""
    is_picture: bool = False


def reply_uploads(reply: Reply) -> Iterator[Upload]:
    for block in reply.blocks:
        if isinstance(block, Image):
            name, alt = safe_filename(block.filename), picture_text(block)
            yield Upload(filename=name, content=block.png, alt=alt, is_picture=True)
        elif isinstance(block, Document):
            yield Upload(filename=safe_filename(block.filename), content=block.content)


def picture_text(picture: Image) -> str:
    """Return what a picture shows for whoever does not see it: title and figures."""
    return SEPARATOR.join(filter(None, (picture.title, plain_text(picture.caption))))


def safe_filename(name: str) -> str:
    """Return a harmless file name with a suffix."""
    stem, _, suffix = re.sub(r"[^A-Za-z0-9._-]+", "-", name).rpartition(".")
    return f"{(stem or 'file')[:LONGEST_STEM]}.{suffix[:LONGEST_SUFFIX] or 'bin'}"


def mark_filename(name: str, mark: str) -> str:
    """Return a file name with `mark` before its suffix."""
    stem, _, suffix = name.rpartition(".")
    return f"{stem}{mark}.{suffix}"
