"""Attempts at one-time codes: wrong ones are counted per sender and over all, so that codes cannot be guessed."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import TypeVar

from bot.commands.guards.authorization import Throttle, ThrottleLimit
from bot.commands.spec.request import CommandContext
from bot.domain.errors import InvalidInput, Refused
from bot.engine.people.claim import Ownership
from bot.ports.clock import Clock

T = TypeVar("T")

SETUP_CODE, INVITATION, LINK_CODE = "setup", "invitation", "link"

TRIES = 5
TRIES_OF_ALL = 30
TRY_WINDOW = timedelta(minutes=15)
EVERYBODY = "everybody"


class CodeAttempts:
    """Allows `TRIES` wrong codes per sender within `TRY_WINDOW`."""

    def __init__(self, clock: Clock) -> None:
        self._own = Throttle(clock, ThrottleLimit(TRIES, TRY_WINDOW))
        self._all = Throttle(clock, ThrottleLimit(TRIES_OF_ALL, TRY_WINDOW))

    def check_attempts(self, person: str) -> None:
        """Raise Refused for a sender without attempts left."""
        wait = max(self._own.wait_time(person), self._all.wait_time(EVERYBODY))
        if wait:
            raise Refused("codes-throttled", wait=wait)

    def can_try(self, person: str) -> bool:
        """Return whether a sender has attempts left."""
        return not (self._own.wait_time(person) or self._all.wait_time(EVERYBODY))

    def record_wrong_code(self, person: str, expected: str) -> InvalidInput:
        """Count a wrong code; return the error with the attempts left and what was expected."""
        self._own.record_use(person)
        self._all.record_use(EVERYBODY)
        left = min(self._own.remaining_count(person), self._all.remaining_count(EVERYBODY))
        return InvalidInput("wrong-code-counted", tries=left, wanted=expected)

    def is_exhausted(self, person: str) -> bool:
        """Return whether a sender has used all attempts of their own."""
        return not self._own.remaining_count(person)

    def reset_attempts(self, person: str) -> None:
        self._own.reset_key(person)


class CodeChecker:
    """Redeems codes, counts wrong ones, and warns owners of senders who used all attempts."""

    def __init__(self, attempts: CodeAttempts, ownership: Ownership) -> None:
        self._attempts = attempts
        self._ownership = ownership

    async def check_code(self, redeem: Callable[[], Awaitable[T]], expected: str, ctx: CommandContext) -> T:
        """Return what `redeem` returns; raise InvalidInput with the attempts left, Refused when there are none."""
        person = ":".join(ctx.request.sender_key)
        self._attempts.check_attempts(person)
        try:
            result = await redeem()
        except InvalidInput:
            error = self._attempts.record_wrong_code(person, expected)
            if self._attempts.is_exhausted(person):
                sender = f"{ctx.request.platform} {ctx.request.platform_id}"
                await self._ownership.warn_owners(f"Too many wrong codes came from {sender}; it has to wait now.")
            raise error from None
        self._attempts.reset_attempts(person)
        return result
