"""What the Bot API answers when it does not do what was asked, in its own words."""

from collections.abc import Mapping

Json = Mapping[str, object]


class Refusal(Exception):
    """A call that was not carried out: an HTTP status, Telegram's description, and parameters to react with."""

    def __init__(self, status: int, description: str, **parameters: int) -> None:
        super().__init__(description)
        self.status = status
        self.description = description
        self.parameters = parameters

    @property
    def body(self) -> Json:
        """Return what is answered."""
        body: dict[str, object] = {"ok": False, "error_code": self.status, "description": self.description}
        return body | ({"parameters": self.parameters} if self.parameters else {})


class Breach(Refusal):
    """A call that no well-behaved program makes: a wrong name or type, or more than the limits allow."""


def bad_request(reason: str) -> Refusal:
    """Refuse what cannot be done just now."""
    return Refusal(400, f"Bad Request: {reason}")


def breach(reason: str) -> Breach:
    """Refuse what should never have been sent."""
    return Breach(400, f"Bad Request: {reason}")


def forbidden(reason: str) -> Refusal:
    """Refuse what the other side does not want."""
    return Refusal(403, f"Forbidden: {reason}")


def too_many_requests(seconds: int) -> Refusal:
    """Refuse what comes too fast."""
    return Refusal(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)


def moved(chat_id: int) -> Refusal:
    """Refuse an address that a group had before it became a supergroup."""
    description = "Bad Request: group chat was upgraded to a supergroup chat"
    return Refusal(400, description, migrate_to_chat_id=chat_id)
