"""What a gateway hands to the pipeline, and what a handler knows of who asks."""

from dataclasses import dataclass, replace
from datetime import datetime

from bot.commands.text.times import Times
from bot.domain.destination import destination_key
from bot.domain.errors import Refused
from bot.domain.people import Operator, Role
from bot.engine.people.chat_user import Sender
from bot.engine.people.permissions import Asker


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One line or button press of one person.

    `platform_id` is the platform's own permanent id, empty when the message has no personal sender. `chat` is where
    the answer goes. `update_id` makes a repeated delivery harmless. Typed options of platforms that have them are
    written as a line, so that everything that works with lines works with them. `is_aside` tells that the sender alone
    sees the answer though others read the chat, `has_lists` that several lists to choose from can stand on one page;
    `topic_home` is the address of the group that can hold topics, of which the chat is one or the group itself.
    """

    platform: str
    platform_id: str
    chat: str
    text: str
    display_name: str = ""
    chat_title: str = ""
    is_private: bool = True
    is_aside: bool = False
    is_terminal: bool = False
    is_tap: bool = False
    is_slash_optional: bool = False
    topic_home: str = ""
    is_unseen: bool = False
    """Others in the chat do not see what was sent."""
    is_throttled: bool = True
    has_lists: bool = False
    update_id: str | None = None

    @property
    def sender(self) -> tuple[str, str]:
        """Return the key of the person on the platform."""
        return self.platform, self.platform_id

    @property
    def place(self) -> tuple[str, str, str]:
        """Return the key of the person in this chat: questions and forms belong to it."""
        return self.platform, self.platform_id, self.chat


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """Who asks, where, when, and under which trace id; `known` is None for a stranger.

    `needs` is the role that the command being carried out asks for, of its sender and of who a bot is shared with.
    """

    known: Operator | None
    request: Request
    trace_id: str
    now: datetime
    needs: Role = Role.VIEWER

    @property
    def operator(self) -> Operator:
        """Return the person; raise Refused for a stranger."""
        if self.known is None:
            raise Refused("this desk does not know you.")
        return self.known

    @property
    def asker(self) -> Asker:
        """Return the person with what the command needs and where they are; raise Refused for a stranger."""
        place = destination_key(self.request.platform, self.request.chat)
        return Asker(operator=self.operator, needs=self.needs, place=place)

    def asking(self, needs: Role) -> "Context":
        """Return the same request for something that takes another role."""
        return replace(self, needs=needs)

    @property
    def sender(self) -> Sender:
        """Return the person as their platform knows them."""
        request = self.request
        return Sender(
            platform=request.platform,
            platform_id=request.platform_id,
            address=request.chat,
            display_name=request.display_name,
        )

    @property
    def times(self) -> Times:
        """Return the writer of times for this reader."""
        return Times(self.now, self.known.timezone if self.known else "UTC")
