"""Market times: which time it was on a venue's clock at a wall time, for what waited in an outage."""

from bisect import bisect_right
from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import attrgetter

from bot.domain.ids import VenueId
from bot.domain.moment import Moment
from bot.ports.clock import Clock, MarketClock

SAMPLE_INTERVAL = timedelta(seconds=15)
MAX_SAMPLES = 24 * 60 * 60 // 15
"""Samples of a day: no platform keeps what it could not deliver for longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Advance:
    """How far a market's clock moved while wall time went by."""

    market: timedelta
    wall: timedelta

    @property
    def speed(self) -> float:
        """Return market seconds per wall second."""
        return self.market / self.wall


class MarketTimes:
    """Samples of the venues' clocks since the process was started, those of the last day."""

    def __init__(self, clock: Clock, market_clocks: Mapping[VenueId, MarketClock]) -> None:
        self._clock = clock
        self._market_clocks = market_clocks
        self._samples: dict[VenueId, deque[Moment]] = {venue: deque(maxlen=MAX_SAMPLES) for venue in market_clocks}
        self.sample_clocks()

    def sample_clocks(self) -> None:
        """Remember the present time of every venue; a clock that stands still needs one sample."""
        now = self._clock.now()
        for venue, clock in self._market_clocks.items():
            samples, market = self._samples[venue], clock.now()
            if not samples or samples[-1].market != market:
                samples.append(Moment(market=market, wall=now))

    def recent_advance(self) -> Advance | None:
        """Return how far the fastest venue's clock moved since a sample of a while ago; None while there is none."""
        now = self._clock.now()
        found: list[Advance] = []
        for venue, samples in self._samples.items():
            old = next((one for one in reversed(samples) if now - one.wall >= SAMPLE_INTERVAL), None)
            if old is not None:
                found.append(Advance(market=self._market_clocks[venue].now() - old.market, wall=now - old.wall))
        return max(found, key=lambda advance: advance.market, default=None)

    def market_time(self, venue: VenueId, wall: datetime) -> datetime:
        """Return the venue's newest sampled time that is not after a wall time.

        Before the first sample the process was down: a recorded market stood still then, any other shows wall time.
        """
        samples = self._samples[venue]
        index = bisect_right(samples, wall, key=attrgetter("wall")) - 1
        return samples[index].market if index >= 0 else min(samples[0].market, wall)
