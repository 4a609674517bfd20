"""Last chat of each operator: the reply there has already reported what they did themselves."""

from bot.domain.ids import OperatorId


class LastChats:
    """Remembers the chat of each operator's newest command while the process runs."""

    def __init__(self) -> None:
        self._chats: dict[OperatorId, str] = {}

    def record_chat(self, operator_id: OperatorId, destination: str) -> None:
        """Record the chat of an operator's newest command."""
        self._chats[operator_id] = destination

    def is_last_chat(self, operator_id: OperatorId, destination: str) -> bool:
        """Return whether an operator's newest command came from this chat."""
        return self._chats.get(operator_id) == destination
