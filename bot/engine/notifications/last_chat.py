"""Where each person commanded last: the reply there has told them already what they did themselves."""

from bot.domain.ids import OperatorId


class LastChats:
    """Remembers the chat of each person's newest command while the process runs."""

    def __init__(self) -> None:
        self._chats: dict[OperatorId, str] = {}

    def record_chat(self, operator_id: OperatorId, destination: str) -> None:
        """Note that a person is here now."""
        self._chats[operator_id] = destination

    def is_last_chat(self, operator_id: OperatorId, destination: str) -> bool:
        """Tell whether a person's newest command came from that chat."""
        return self._chats.get(operator_id) == destination
