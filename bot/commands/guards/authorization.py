"""Authorization and throttling: which operator may send which command, and how often."""

import math
from collections import OrderedDict, deque
from datetime import datetime, timedelta

from bot.commands.spec.spec import CommandAudience, CommandSpec, Privacy
from bot.domain.errors import Refused
from bot.domain.people import Operator
from bot.ports.clock import Clock

MAX_PEOPLE = 10_000


def check_role(spec: CommandSpec, operator: Operator) -> None:
    """Raise Refused for a command that needs more than the operator's role."""
    if spec.audience is CommandAudience.OPERATORS and not operator.role.is_at_least(spec.role):
        raise Refused("role-too-low", own=operator.role, command=spec.name, role=spec.role, person=operator.name)


def check_privacy(spec: CommandSpec, *, is_private: bool) -> None:
    """Raise Refused in a group for a command that is for private chats only."""
    if spec.privacy is Privacy.PRIVATE_ONLY and not is_private:
        raise Refused("private-only", command=spec.name)


class Throttle:
    """Allows `count` uses of a key within `window`; remembers the `MAX_PEOPLE` keys that were used last."""

    def __init__(self, clock: Clock, count: int, window: timedelta) -> None:
        self._clock = clock
        self._count = count
        self._window = window
        self._times: OrderedDict[str, deque[datetime]] = OrderedDict()

    def remaining_count(self, key: str) -> int:
        """Return how many uses are allowed now."""
        return max(self._count - len(self._recent(key)), 0)

    def record_use(self, key: str) -> None:
        self._times.setdefault(key, deque(maxlen=self._count)).append(self._clock.now())
        self._times.move_to_end(key)
        while len(self._times) > MAX_PEOPLE:
            self._times.popitem(last=False)

    def reset_key(self, key: str) -> None:
        self._times.pop(key, None)

    def wait_time(self, key: str) -> timedelta:
        """Return the time until another use is allowed, zero if it is now."""
        times = self._recent(key)
        if len(times) < self._count:
            return timedelta()
        left = times[0] + self._window - self._clock.now()
        # In whole seconds, as it is told: who waits that long may go on.
        return timedelta(seconds=math.ceil(left.total_seconds()))

    def _recent(self, key: str) -> deque[datetime]:
        times = self._times.get(key, deque())
        start = self._clock.now() - self._window
        while times and times[0] <= start:
            times.popleft()
        return times
