"""A chat platform that keeps what it is sent, and fails when a test says so."""

from collections import deque
from dataclasses import dataclass, field

from bot.commands.reply import Reply
from bot.domain.errors import DeliveryError
from bot.domain.events import Level


@dataclass(frozen=True)
class Sent:
    """One message at the platform."""

    address: str
    reply: Reply
    level: Level
    answers: str


@dataclass
class FakeGateway:
    """A `Gateway`; `failures` holds what the next sends raise, None for one that works; `edit_failures` likewise."""

    platform: str = "console"
    can_edit: bool = True
    sent: list[Sent] = field(default_factory=list)
    edited: list[tuple[str, str, Reply]] = field(default_factory=list)
    failures: deque[DeliveryError | None] = field(default_factory=deque)
    edit_failures: deque[DeliveryError | None] = field(default_factory=deque)

    async def send(self, address: str, reply: Reply, *, level: Level, answers: str = "") -> str:
        failure = self.failures.popleft() if self.failures else None
        if failure is not None:
            raise failure
        self.sent.append(Sent(address, reply, level, answers))
        return f"m{len(self.sent)}"

    async def edit(self, address: str, message_id: str, reply: Reply) -> None:
        failure = self.edit_failures.popleft() if self.edit_failures else None
        if failure is not None:
            raise failure
        self.edited.append((address, message_id, reply))
