"""What a gateway hands to the pipeline, and what a handler knows of who asks."""

from dataclasses import dataclass, replace
from datetime import datetime

from bot.commands.text.times import TimeFormatter
from bot.domain.destination import destination_key
from bot.domain.errors import Refused
from bot.domain.people import Operator, Role
from bot.engine.people.chat_user import ChatUser
from bot.engine.people.permissions import Requester


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
    is_ephemeral: bool = False
    is_terminal: bool = False
    is_button_press: bool = False
    is_slash_optional: bool = False
    topic_parent: str = ""
    is_input_hidden: bool = False
    """Others in the chat do not see what was sent."""
    is_throttled: bool = True
    has_multiple_selects: bool = False
    update_id: str | None = None

    @property
    def sender_key(self) -> tuple[str, str]:
        """Return the key of the person on the platform."""
        return self.platform, self.platform_id

    @property
    def conversation_key(self) -> tuple[str, str, str]:
        """Return the key of the person in this chat: questions and forms belong to it."""
        return self.platform, self.platform_id, self.chat


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandContext:
    """Who asks, where, when, and under which trace id; `known` is None for a stranger.

    `needs` is the role that the command being carried out asks for, of its sender and of who a bot is shared with.
    """

    known_operator: Operator | None
    request: Request
    trace_id: str
    now: datetime
    required_role: Role = Role.VIEWER
    is_hiding_amounts: bool = False

    @property
    def operator(self) -> Operator:
        """Return the person; raise Refused for a stranger."""
        if self.known_operator is None:
            raise Refused("not-known-here")
        return self.known_operator

    @property
    def requester(self) -> Requester:
        """Return the person with what the command needs and where they are; raise Refused for a stranger."""
        place = destination_key(self.request.platform, self.request.chat)
        return Requester(operator=self.operator, required_role=self.required_role, chat_key=place)

    def with_required_role(self, required_role: Role) -> "CommandContext":
        """Return the same request for something that takes another role."""
        return replace(self, required_role=required_role)

    @property
    def chat_user(self) -> ChatUser:
        """Return the person as their platform knows them."""
        request = self.request
        return ChatUser(
            platform=request.platform,
            platform_id=request.platform_id,
            address=request.chat,
            display_name=request.display_name,
        )

    @property
    def times(self) -> TimeFormatter:
        """Return the writer of times for this reader."""
        return TimeFormatter(self.now, self.known_operator.timezone if self.known_operator else "UTC")
