"""The port to the clock of a recorded market, for `/market`."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol

RECORDING_ENDED = "the recording has ended"
"""Why bots stopped, and why an order was refused, after the last candle."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayState:
    """Where a replay stands; `speed` is market seconds per wall second, None as fast as it can."""

    market_time: datetime
    starts_at: datetime
    ends_at: datetime
    speed: Decimal | None
    is_paused: bool
    has_ended: bool


class Replay(Protocol):
    """The control of a recorded market's clock."""

    async def run(self) -> None:
        """Move the market's clock until cancelled; begin only when the engine has recovered."""
        ...

    def state(self) -> ReplayState:
        """Return where the replay stands."""
        ...

    async def set_speed(self, speed: Decimal | None) -> ReplayState:
        """Set market seconds per wall second (None: as fast as it can) and keep it."""
        ...

    async def pause_clock(self) -> ReplayState:
        """Hold the market's clock until resumed, also over restarts."""
        ...

    async def resume_clock(self) -> ReplayState:
        """Let the market's clock go on."""
        ...

    def check_restart(self) -> None:
        """Raise Refused while something is left at the venue, and the clock cannot be set back."""
        ...

    async def restart_clock(self) -> ReplayState:
        """Set the clock back to the start; allowed only when no order and no position is left at the venue."""
        ...
