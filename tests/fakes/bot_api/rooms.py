"""Chats: private ones, groups, supergroups with topics, channels; what stands in them and who may write there."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeVar

from tests.fakes.bot_api.messages import Message
from tests.fakes.bot_api.records import BOT_ID
from tests.fakes.bot_api.refusals import Json, Refusal, bad_request, forbidden, moved

Found = TypeVar("Found")
PATIENCE_SECONDS = 60
"""A guard: whoever waits in vain for so long has found a bug."""


class Kind(StrEnum):
    PRIVATE = "private"
    GROUP = "group"
    SUPERGROUP = "supergroup"
    CHANNEL = "channel"


@dataclass
class Room:
    """A chat; `bot` is what the bot is in it, `barred` why it cannot write there.

    `topics` are its forum topics, `closed` those in which the bot cannot write, `names` what the bot called them.
    """

    chat_id: int
    kind: Kind
    title: str = ""
    bot: str = "member"
    barred: Refusal | None = None
    moved_to: int = 0
    topics: set[int] = field(default_factory=set)
    closed: set[int] = field(default_factory=set)
    names: dict[int, str] = field(default_factory=dict)
    is_forum: bool = False
    everything: list[Message] = field(default_factory=list)
    _changed: asyncio.Event = field(default_factory=asyncio.Event)

    @property
    def is_private(self) -> bool:
        """Tell whether one person alone talks to the bot here."""
        return self.kind is Kind.PRIVATE

    @property
    def chat(self) -> Json:
        """Return the record of the chat."""
        record: dict[str, object] = {"id": self.chat_id, "type": self.kind.value}
        record |= {"first_name" if self.is_private else "title": self.title}
        return record | ({"is_forum": True} if self.is_forum else {})

    @property
    def messages(self) -> list[Message]:
        """Return what the bot said and still stands here."""
        return [one for one in self.everything if one.sender["id"] == BOT_ID and not one.is_deleted]

    @property
    def texts(self) -> list[str]:
        """Return the texts of what the bot said."""
        return [message.text for message in self.messages]

    @property
    def last(self) -> Message:
        """Return the newest message of the bot."""
        assert self.messages, "the bot has said nothing"
        return self.messages[-1]

    def find(self, message_id: int) -> Message | None:
        """Return a message by its id, unless it was deleted."""
        return next((one for one in self.everything if one.message_id == message_id and not one.is_deleted), None)

    def add(self, message: Message) -> None:
        """Let everybody see a new message."""
        self.everything.append(message)
        self.touch()

    def touch(self) -> None:
        """Let everybody see that something is another now."""
        self._changed.set()
        self._changed = asyncio.Event()

    def check_open(self, topic: int) -> None:
        """Refuse what cannot be written here."""
        if self.moved_to:
            raise moved(self.moved_to)
        if self.barred is not None:
            raise self.barred
        if topic and topic not in self.topics:
            raise bad_request("message thread not found")
        if topic in self.closed:
            raise bad_request("TOPIC_CLOSED")

    async def shows(self, *texts: str) -> Message:
        """Wait until a message of the bot holds all these texts."""
        return await self.until(lambda: self._holding(texts), f"a message with {texts}")

    async def after(self, written: Message) -> Message:
        """Wait for what the bot says first after a message."""
        return await self.until(lambda: self._later(written.message_id), f"an answer to {written.text}")

    async def changed(self, message: Message, version: int) -> Message:
        """Wait until a message has been edited more often than so many times."""
        return await self.until(
            lambda: message if len(message.versions) > version else None, f"a change of {message.text}"
        )

    async def counts(self, count: int) -> list[Message]:
        """Wait until there are so many messages of the bot."""
        return await self.until(lambda: self.messages if len(self.messages) >= count else None, f"{count} messages")

    async def loses(self, message: Message) -> None:
        """Wait until a message is deleted."""
        await self.until(lambda: message if message.is_deleted else None, f"the end of {message.text}")

    async def until(self, look: Callable[[], Found | None], wanted: str) -> Found:
        """Wait until a look at the room finds something."""
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                while (found := look()) is None:
                    await self._changed.wait()
                return found
        except TimeoutError:
            raise AssertionError(f"{wanted} never came; there are {self.texts}") from None

    def _holding(self, texts: tuple[str, ...]) -> Message | None:
        found = (one for one in reversed(self.messages) if all(text in one.text for text in texts))
        return next(found, None)

    def _later(self, message_id: int) -> Message | None:
        return next((one for one in self.messages if one.message_id > message_id), None)


def blocked() -> Refusal:
    """Refuse in the name of a person who has blocked the bot."""
    return forbidden("bot was blocked by the user")


def not_started() -> Refusal:
    """Refuse because the person has never written to the bot."""
    return forbidden("bot can't initiate conversation with a user")


def kicked(kind: Kind) -> Refusal:
    """Refuse in the name of a group that has thrown the bot out."""
    return forbidden(f"bot was kicked from the {kind.value} chat")
