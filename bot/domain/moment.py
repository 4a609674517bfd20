"""Moments: market and wall time of a fact."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Moment:
    """Time of a fact: `market` on its venue's clock, `wall` on the system's, both aware UTC."""

    market: datetime
    wall: datetime
