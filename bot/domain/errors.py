"""Errors as classes by reaction; foreign exceptions become one of these in the adapter that met them."""

from datetime import timedelta

from bot.domain.ids import ClientOrderId


class QuarterdeckError(Exception):
    """Base of everything we raise on purpose."""


class UserError(QuarterdeckError):
    """A person asked for something that cannot be: show `user_text`, log nothing.

    `user_text` starts with `Refused:` or `Invalid:` and says what was expected and what to do; `fix` is a command that
    would work, offered as a button labelled `fix_label`. `readings` are values an ambiguous one could have meant,
    `stranger` is the name of a `name=value` word that nobody knows: fix or example take its place; `discreet` is the
    text without amounts of money, for a group.
    """

    def __init__(self, user_text: str, *, fix: str | None = None, fix_label: str | None = None) -> None:
        super().__init__(user_text)
        self.user_text = user_text
        self.fix = fix
        self.fix_label = fix_label
        self.interpretations: tuple[str, ...] = ()
        self.unknown_name = ""
        self.text_without_amounts: str | None = None


class Refused(UserError):
    """The request is understood but not allowed now or for this person."""

    def __init__(self, text: str, *, fix: str | None = None, fix_label: str | None = None) -> None:
        super().__init__(f"Refused: {text}", fix=fix, fix_label=fix_label)


class InvalidInput(UserError):
    """The request is not understood: say what was expected and give an example that works."""

    def __init__(self, text: str, *, fix: str | None = None, fix_label: str | None = None) -> None:
        super().__init__(f"Invalid: {text}", fix=fix, fix_label=fix_label)


class IllegalTransition(QuarterdeckError):
    """A life-cycle table has no entry for this state and operation."""


class Unavailable(QuarterdeckError):
    """The other side does not answer; nothing was done there. Try again later."""


class RateLimited(Unavailable):
    """The other side asks to wait."""

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
    """A message did not reach its destination; `is_permanent` when another try is useless.

    `is_doubtful` when it may have arrived all the same: only the answer was lost.
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
    """A topic takes no messages any more: deleted or closed. The group it was in may go on taking them."""


class TopicRefused(DeliveryError):
    """A group takes no new topic: it has none, or we may not make one; the text says what a person can do."""

    def __init__(self, text: str) -> None:
        super().__init__(text, is_permanent=True)


class MessageGone(DeliveryError):
    """The message to change is not there any more, or can never be changed."""

    def __init__(self, text: str = "the message is gone") -> None:
        super().__init__(text, is_permanent=True)


class Conflict(QuarterdeckError):
    """A unit of work repeats a unique key; nothing of it was stored."""


class Corruption(QuarterdeckError):
    """Stored facts contradict each other or cannot be read: stop, do not guess."""


class SettingsError(QuarterdeckError):
    """A setting cannot be used: name it, say what was expected and where it is documented."""


class DataError(QuarterdeckError):
    """A data file cannot be read or does not hold candles."""
