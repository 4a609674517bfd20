"""A chat platform that keeps what it is sent, and fails when a test says so."""

from collections import deque
from dataclasses import dataclass, field

from bot.commands.reply.blocks import Reply
from bot.domain.errors import DeliveryError
from bot.domain.events import NotificationLevel


@dataclass(frozen=True)
class Sent:
    """One message at the platform."""

    address: str
    reply: Reply
    level: NotificationLevel
    answers: str


@dataclass
class FakeGateway:
    """A `PlatformGateway`; `failures` holds what the next sends raise, None for one that works.

    So do `edit_failures` and `pin_failures`.
    """

    platform: str = "console"
    can_edit: bool = True
    sent: list[Sent] = field(default_factory=list)
    edited: list[tuple[str, str, Reply]] = field(default_factory=list)
    failures: deque[DeliveryError | None] = field(default_factory=deque)
    edit_failures: deque[DeliveryError | None] = field(default_factory=deque)
    pinned: list[tuple[str, str]] = field(default_factory=list)
    pin_failures: deque[DeliveryError | None] = field(default_factory=deque)

    async def send_message(self, address: str, reply: Reply, *, level: NotificationLevel, reply_to: str = "") -> str:
        self._fail(self.failures)
        self.sent.append(Sent(address, reply, level, reply_to))
        return f"m{len(self.sent)}"

    async def pin_message(self, address: str, message_id: str) -> None:
        self._fail(self.pin_failures)
        self.pinned.append((address, message_id))

    async def unpin_message(self, address: str, message_id: str) -> None:
        self._fail(self.pin_failures)
        self.pinned.remove((address, message_id))

    async def run(self) -> None:
        pass

    async def edit_message(self, address: str, message_id: str, reply: Reply) -> None:
        self._fail(self.edit_failures)
        self.edited.append((address, message_id, reply))

    @staticmethod
    def _fail(failures: deque[DeliveryError | None]) -> None:
        failure = failures.popleft() if failures else None
        if failure is not None:
            raise failure
