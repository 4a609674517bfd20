"""Errors as classes by reaction; foreign exceptions become one of these in the adapter that met them."""

from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal

from typing_extensions import override

from bot.domain.ids import ClientOrderId
from bot.domain.money import Money


class QuarterdeckError(Exception):
    """Base of all errors that we raise on purpose."""


@dataclass(frozen=True, slots=True)
class CommandFix:
    """Another command that would work."""

    command: str
    arguments: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WordFix:
    """The `name=value` words with which the refused line would work.

    `alternatives` are the readings of one ambiguous word; `unknown` is the name in the line that they replace, `typed`
    a word of it without a name. A fix that is not certain is an example: nobody knows what was meant.
    """

    words: tuple[tuple[str, str | Money], ...]
    alternatives: tuple[str, ...] = ()
    unknown: str = ""
    typed: str = ""
    is_certain: bool = True


@dataclass(frozen=True, slots=True)
class NameFix:
    """A name that would work instead of the typed one; `typed` if that is a word of the line."""

    name: str
    typed: str = ""


@dataclass(frozen=True, slots=True)
class LinesFix:
    """The lines of a message, each of which would work alone."""

    lines: tuple[str, ...]


Fix = CommandFix | WordFix | NameFix | LinesFix
FieldValue = str | int | Decimal | Money | timedelta | tuple[str, ...]


class UserError(QuarterdeckError):
    """A request that cannot be carried out: show its message, log nothing.

    `code` names the message in the catalogue of texts, `fields` are the values it may show, and `fix` is what would
    work instead: the message shows it as an example, a button offers it.
    """

    def __init__(self, code: str, fix: Fix | None = None, /, **fields: FieldValue) -> None:
        super().__init__(code, fields)
        self.code = code
        self.fix = fix
        self.fields: dict[str, FieldValue] = fields

    @override
    def __str__(self) -> str:
        return " ".join((self.code, *(f"{name}={value}" for name, value in self.fields.items())))


class Refused(UserError):
    """The request is understood but not allowed now or for this operator."""


class InvalidInput(UserError):
    """The request is not understood: say what was expected and give an example that works."""


class IllegalTransition(QuarterdeckError):
    """A life-cycle table has no entry for this state and operation."""


class Unavailable(QuarterdeckError):
    """The other side does not answer; nothing was done there. Try again later."""


class RateLimited(Unavailable):
    """The other side requires a pause."""

    def __init__(self, text: str, retry_after: timedelta) -> None:
        super().__init__(text)
        self.retry_after = retry_after


class VenueRejection(QuarterdeckError):
    """The venue refused the order for good; it does not exist there."""


class InsufficientFunds(VenueRejection):
    """The venue refused the order because the account has too little."""


class OutcomeUnknown(QuarterdeckError):
    """The order may exist: look it up by its client order id, never send it blindly again."""

    def __init__(self, client_order_id: ClientOrderId, text: str = "no answer") -> None:
        super().__init__(text)
        self.client_order_id = client_order_id


class AuthFailed(QuarterdeckError):
    """The venue does not accept the account's credentials: stop the account's bots."""


class StrategyError(QuarterdeckError):
    """A strategy broke: fail that bot only."""


class DeliveryError(QuarterdeckError):
    """A message did not reach its destination.

    `is_permanent` when another try is useless, `is_doubtful` when it may have arrived all the same: only the answer was
    lost.
    """

    def __init__(
        self,
        text: str,
        *,
        retry_after: timedelta | None = None,
        is_permanent: bool = False,
        is_doubtful: bool = False,
    ) -> None:
        super().__init__(text)
        self.retry_after = retry_after
        self.is_permanent = is_permanent
        self.is_doubtful = is_doubtful


class DestinationGone(DeliveryError):
    """The chat takes no messages from us any more: blocked, left or deleted."""


class TopicGone(DestinationGone):
    """A topic takes no messages any more: deleted or closed. Its group may still take them."""


class TopicRefused(DeliveryError):
    """A group takes no new topic: it has none, or we may not make one; the text says what a person can do."""

    def __init__(self, text: str) -> None:
        super().__init__(text, is_permanent=True)


class MessageGone(DeliveryError):
    """The message to change was deleted, or can never be changed."""

    def __init__(self, text: str = "the message is gone") -> None:
        super().__init__(text, is_permanent=True)


class Conflict(QuarterdeckError):
    """A unit of work repeats a unique key; nothing of it was stored."""


class NotStorable(QuarterdeckError):
    """A unit of work holds a value that no column takes; nothing of it was stored."""


class Corruption(QuarterdeckError):
    """Stored facts contradict each other, cannot be read, or are written by another process: stop, do not guess."""


def find_corruption(error: BaseException) -> Corruption | None:
    """Return the corruption that an error is or, as a group, holds."""
    if isinstance(error, BaseExceptionGroup):
        return next(filter(None, map(find_corruption, error.exceptions)), None)
    return error if isinstance(error, Corruption) else None


class SettingsError(QuarterdeckError):
    """A setting cannot be used: name it, say what was expected and where it is documented."""


class DataError(QuarterdeckError):
    """A data file cannot be read or does not hold candles."""
