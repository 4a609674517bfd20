"""Backoff: growing pauses between tries of something that keeps failing."""

import random
from dataclasses import dataclass, field
from datetime import timedelta


@dataclass(slots=True, kw_only=True)
class Backoff:
    """Gives pauses that double from `first` up to `longest`, and counts them.

    `jitter` spreads those that failed together: 0.2 varies a pause by a fifth up and down.
    """

    first: timedelta
    longest: timedelta
    jitter: float = 0.0
    failures: int = field(init=False, default=0)
    _pause: timedelta = field(init=False)

    def __post_init__(self) -> None:
        self._pause = self.first

    def next_pause(self) -> timedelta:
        """Count a failure; return the pause after it."""
        pause = self._pause
        self.failures += 1
        self._pause = min(pause * 2, self.longest)
        return pause * random.uniform(1 - self.jitter, 1 + self.jitter) if self.jitter else pause  # noqa: S311 - not a secret

    def reset(self) -> None:
        """Start with the first pause again, after a success."""
        self.failures, self._pause = 0, self.first
