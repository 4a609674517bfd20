"""Market times: which time it was on a venue's clock at a wall time, for what waited in an outage."""

from bisect import bisect_right
from collections import deque
from collections.abc import Mapping
from datetime import datetime, timedelta
from operator import attrgetter

from bot.domain.ids import VenueId
from bot.domain.moment import Moment
from bot.ports.clock import Clock, MarketClock

SAMPLE_INTERVAL = timedelta(seconds=15)
MAX_SAMPLES = 24 * 60 * 60 // 15
"""Samples of a day: no platform keeps what it could not deliver for longer."""


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

    def market_time(self, venue: VenueId, wall: datetime) -> datetime:
        """Return the venue's newest sampled time that is not after a wall time.

        Before the first sample the process was down: a recorded market stood still then, any other shows wall time.
        """
        samples = self._samples[venue]
        index = bisect_right(samples, wall, key=attrgetter("wall")) - 1
        return samples[index].market if index >= 0 else min(samples[0].market, wall)
