"""Wrong codes: counted per person and over all, so that codes cannot be guessed."""

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
    """Allows five wrong codes a person within a quarter of an hour."""

    def __init__(self, clock: Clock) -> None:
        self._own = Throttle(clock, ThrottleLimit(TRIES, TRY_WINDOW))
        self._all = Throttle(clock, ThrottleLimit(TRIES_OF_ALL, TRY_WINDOW))

    def check_attempts(self, person: str) -> None:
        """Refuse another try of somebody who was wrong too often."""
        wait = max(self._own.wait_time(person), self._all.wait_time(EVERYBODY))
        if wait:
            raise Refused(f"too many wrong codes. Wait {duration(wait)}, then try again.")

    def can_try(self, person: str) -> bool:
        """Tell whether somebody was not wrong too often."""
        return not (self._own.wait_time(person) or self._all.wait_time(EVERYBODY))

    def record_wrong_code(self, person: str, expected: str) -> InvalidInput:
        """Count a wrong code and return the error that says how many tries are left and what was expected."""
        self._own.record_use(person)
        self._all.record_use(EVERYBODY)
        left = min(self._own.remaining_count(person), self._all.remaining_count(EVERYBODY))
        tries = "1 try" if left == 1 else f"{left} tries"
        return InvalidInput(f"that code is wrong, {tries} left. Expected {expected}")

    def is_exhausted(self, person: str) -> bool:
        """Tell whether somebody was wrong as often as they may be."""
        return not self._own.remaining_count(person)

    def reset_attempts(self, person: str) -> None:
        """Forget the wrong codes of somebody who found the right one."""
        self._own.reset_key(person)
