"""Requests from gateways, their way through the pipeline, and the context of a command's handler."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot.commands.reply.blocks import Reply
from bot.commands.spec.parse import ParsedCommand
from bot.commands.spec.spec import CommandSpec
from bot.commands.text.times import TimeFormatter
from bot.domain.destination import destination_key
from bot.domain.errors import Refused
from bot.domain.people import Operator, Role
from bot.engine.people.chat_user import ChatUser
from bot.engine.people.permissions import Requester

LATE_AFTER = timedelta(seconds=60)
"""Time after which a request is late: its sender may have meant what was true when it was sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """One line or button press of one sender.

    `platform_id` is the platform's own permanent id, empty when the message has no personal sender. `chat` is where the
    reply goes. `update_id` makes a repeated delivery harmless. Platforms with typed options write them as a line, which
    all that works with lines can handle. `is_ephemeral` is set if only the sender sees the reply though others read the
    chat, `has_multiple_selects` if several lists fit on one page; `topic_parent` is the address of the group that can
    hold topics, which is the chat itself or the group of the topic.
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
    sent_at: datetime | None = None
    """When it was sent, or the earliest time when that can have been; None means now."""
    is_sending_time_exact: bool = True

    def is_late(self, now: datetime) -> bool:
        """Return whether the request has waited too long to be carried out without another look."""
        return self.sent_at is not None and now - self.sent_at > LATE_AFTER

    @property
    def sender_key(self) -> tuple[str, str]:
        return self.platform, self.platform_id

    @property
    def conversation_key(self) -> tuple[str, str, str]:
        """Return the key of the sender in this chat, to which confirmations and forms belong."""
        return self.platform, self.platform_id, self.chat


@dataclass(frozen=True, slots=True, kw_only=True)
class CommandContext:
    """Context of a command: sender, request, time and trace id; `known_operator` is None for a stranger.

    `required_role` is the role that the command requires of its sender, and of operators whom a bot is shared with.
    """

    known_operator: Operator | None
    request: Request
    trace_id: str
    now: datetime
    required_role: Role = Role.VIEWER
    is_hiding_amounts: bool = False

    @property
    def is_late(self) -> bool:
        return self.request.is_late(self.now)

    @property
    def operator(self) -> Operator:
        """Return the sender; raise Refused for a stranger."""
        if self.known_operator is None:
            raise Refused("not-known-here")
        return self.known_operator

    @property
    def requester(self) -> Requester:
        """Return the sender with the required role and the chat; raise Refused for a stranger."""
        place = destination_key(self.request.platform, self.request.chat)
        return Requester(operator=self.operator, required_role=self.required_role, chat_key=place)

    def with_required_role(self, required_role: Role) -> "CommandContext":
        return replace(self, required_role=required_role)

    @property
    def chat_user(self) -> ChatUser:
        """Return the sender as their platform knows them."""
        request = self.request
        return ChatUser(
            platform=request.platform,
            platform_id=request.platform_id,
            address=request.chat,
            display_name=request.display_name,
        )

    @property
    def times(self) -> TimeFormatter:
        """Return the formatter of times in the sender's zone."""
        return TimeFormatter(self.now, self.known_operator.timezone if self.known_operator else "UTC")


@dataclass(slots=True, kw_only=True)
class CommandCall:
    """A request with what the stages of the pipeline have found out; `line` is cleaned. Only they change it.

    `lines` are the commands of a message that holds several, each on a line of its own.
    """

    request: Request
    line: str
    trace_id: str
    lines: tuple[str, ...] = ()
    operator: Operator | None = None
    spec: CommandSpec | None = None
    context: CommandContext | None = None
    parsed: ParsedCommand | None = None
    is_hiding_amounts: bool = False
    is_silent: bool = False


CallHandler = Callable[[CommandCall], Awaitable[Reply]]
