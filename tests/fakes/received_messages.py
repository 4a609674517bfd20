"""What a crash of the desk does not touch: messages that arrived, and answers that a person has read."""

import threading
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Receipt:
    """One message that arrived: the events it tells of, by number, and whether it says that it is a repeat."""

    destination: str
    numbers: tuple[int, ...]
    is_repeat: bool


@dataclass(slots=True)
class ReceivedMessages:
    """What the people have; `guard` is held while something arrives, so that a photograph shows all or nothing."""

    receipts: list[Receipt] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)
    guard: threading.Lock = field(default_factory=threading.Lock)

    def receive(self, receipt: Receipt) -> None:
        """Take a message."""
        with self.guard:
            self.receipts.append(receipt)

    def answer(self, command_id: str, text: str) -> None:
        """Take the answer to a command."""
        with self.guard:
            self.answers[command_id] = text

    def copy(self) -> "ReceivedMessages":
        """Return what there is now; the caller holds the guard."""
        return ReceivedMessages(list(self.receipts), dict(self.answers))
