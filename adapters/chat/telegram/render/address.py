"""Addresses of chats: `123`, or `-100123:77` for a topic of a group."""

import re
from dataclasses import dataclass

from bot.domain.errors import DeliveryError

_FORM = re.compile(r"(-?\d{1,20})(?::(\d{1,20}))?", re.ASCII)


@dataclass(frozen=True, slots=True)
class TelegramAddress:
    """A chat, or a topic in it."""

    chat_id: int
    thread_id: int | None = None

    def __str__(self) -> str:
        return f"{self.chat_id}" if self.thread_id is None else f"{self.chat_id}:{self.thread_id}"

    @property
    def is_private(self) -> bool:
        """Return whether this is a private chat: groups and channels have negative ids."""
        return self.chat_id > 0


def parse_address(text: str) -> TelegramAddress:
    """Parse an address; raise DeliveryError for anything else."""
    match = _FORM.fullmatch(text)
    if match is None:
        raise DeliveryError(f"an id is expected for a chat of Telegram, found {text[:20]!r}", is_permanent=True)
    return TelegramAddress(int(match[1]), int(match[2]) if match[2] else None)


def parse_message_id(text: str) -> int:
    """Parse the id of a message; raise DeliveryError for anything else."""
    if not (text.isascii() and text.isdecimal()):
        raise DeliveryError(f"a number is expected for a message of Telegram, found {text[:20]!r}", is_permanent=True)
    return int(text)
