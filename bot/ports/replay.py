"""Port to the clock of a recorded market, for `/market`."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol

RECORDING_ENDED = "the recording has ended"
"""Reason why bots stopped, and why an order was refused, after the last candle."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReplayState:
    """State of a replay; `speed` is market seconds per wall second, None for as fast as it can."""

    market_time: datetime
    starts_at: datetime
    ends_at: datetime
    speed: Decimal | None
    is_paused: bool
    has_ended: bool


class Replay(Protocol):
    """Control of a recorded market's clock."""

    async def run(self) -> None:
        """Move the market's clock until cancelled; begin only when the engine has recovered."""

    def state(self) -> ReplayState: ...

    async def set_speed(self, speed: Decimal | None) -> ReplayState:
        """Set and store the market seconds per wall second; None is as fast as it can."""

    async def pause_clock(self) -> ReplayState:
        """Stop the market's clock until it is resumed, also over restarts."""

    async def resume_clock(self) -> ReplayState: ...

    def check_restart(self) -> None:
        """Raise Refused while orders are left at the venue, or bots follow its candles."""

    async def restart_clock(self) -> ReplayState:
        """Set the clock back to the start, and its speed to 60 if it was as fast as it can; raise Refused as above.

        What the accounts hold stays.
        """
