"""Attempts at one-time codes: wrong ones are counted per sender and over all, so that codes cannot be guessed."""

from datetime import timedelta

from bot.commands.guards.authorization import Throttle, ThrottleLimit
from bot.commands.text.times import duration
from bot.domain.errors import InvalidInput, Refused
from bot.ports.clock import Clock

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
            raise Refused(f"too many wrong codes. Wait {duration(wait)}, then try again.")

    def can_try(self, person: str) -> bool:
        """Return whether a sender has attempts left."""
        return not (self._own.wait_time(person) or self._all.wait_time(EVERYBODY))

    def record_wrong_code(self, person: str, expected: str) -> InvalidInput:
        """Count a wrong code; return the error with the attempts left and what was expected."""
        self._own.record_use(person)
        self._all.record_use(EVERYBODY)
        left = min(self._own.remaining_count(person), self._all.remaining_count(EVERYBODY))
        tries = "1 try" if left == 1 else f"{left} tries"
        return InvalidInput(f"that code is wrong, {tries} left. Expected {expected}")

    def is_exhausted(self, person: str) -> bool:
        """Return whether a sender has used all attempts of their own."""
        return not self._own.remaining_count(person)

    def reset_attempts(self, person: str) -> None:
        self._own.reset_key(person)
