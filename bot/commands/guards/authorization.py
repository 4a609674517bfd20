"""Authorization and throttling: which operator may send which command, and how often."""

from collections import OrderedDict, deque
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.commands.spec.spec import CommandAudience, CommandSpec, Privacy
from bot.domain.errors import Refused
from bot.domain.people import Operator
from bot.ports.clock import Clock

STRANGER_SILENCE = timedelta(hours=1)
COMMANDS_PER_WINDOW = 40
WINDOW = timedelta(seconds=20)
REFUSALS_AUDITED_PER_HOUR = 10
MAX_PEOPLE = 10_000


def is_open_to_newcomers(spec: CommandSpec | None) -> bool:
    """Return whether a stranger with an invitation may send this command."""
    return spec is not None and spec.audience is CommandAudience.NEWCOMERS


def check_role(spec: CommandSpec, operator: Operator) -> None:
    """Raise Refused for a command that needs more than the operator's role."""
    if spec.audience is CommandAudience.OPERATORS and not operator.role.is_at_least(spec.role):
        raise Refused("role-too-low", own=operator.role, command=spec.name, role=spec.role, person=operator.name)


def check_privacy(spec: CommandSpec, *, is_private: bool) -> None:
    """Raise Refused in a group for a command that is for private chats only."""
    if spec.privacy is Privacy.PRIVATE_ONLY and not is_private:
        raise Refused("private-only", command=spec.name)


@dataclass(frozen=True, slots=True)
class ThrottleLimit:
    """At most `count` uses within `window`."""

    count: int
    window: timedelta


class Throttle:
    """Counts uses by key within a window; remembers at most `MAX_PEOPLE` keys."""

    def __init__(self, clock: Clock, limit: ThrottleLimit) -> None:
        self._clock = clock
        self._limit = limit
        self._times: OrderedDict[str, deque[datetime]] = OrderedDict()

    def remaining_count(self, key: str) -> int:
        """Return how many uses are allowed now."""
        return max(self._limit.count - len(self._recent(key)), 0)

    def record_use(self, key: str) -> None:
        times = self._times.setdefault(key, deque(maxlen=self._limit.count))
        self._times.move_to_end(key)
        times.append(self._clock.now())
        while len(self._times) > MAX_PEOPLE:
            self._times.popitem(last=False)

    def reset_key(self, key: str) -> None:
        self._times.pop(key, None)

    def wait_time(self, key: str) -> timedelta:
        """Return the time until another use is allowed, zero if it is now."""
        times = self._recent(key)
        if len(times) < self._limit.count:
            return timedelta()
        return times[0] + self._limit.window - self._clock.now()

    def _recent(self, key: str) -> deque[datetime]:
        times = self._times.get(key)
        if times is None:
            return deque()
        start = self._clock.now() - self._limit.window
        while times and times[0] <= start:
            times.popleft()
        return times


def command_throttle(clock: Clock) -> Throttle:
    """Return the throttle of operators' commands."""
    return Throttle(clock, ThrottleLimit(COMMANDS_PER_WINDOW, WINDOW))


def stranger_throttle(clock: Clock) -> Throttle:
    """Return the throttle of replies to strangers."""
    return Throttle(clock, ThrottleLimit(1, STRANGER_SILENCE))


def refusal_throttle(clock: Clock) -> Throttle:
    """Return the throttle of audit entries about strangers."""
    return Throttle(clock, ThrottleLimit(REFUSALS_AUDITED_PER_HOUR, timedelta(hours=1)))
