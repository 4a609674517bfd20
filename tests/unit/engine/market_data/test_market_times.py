"""Which market time it was at a wall time, and how fast the clock moved."""

from datetime import UTC, datetime, timedelta

from bot.domain.ids import VenueId
from bot.engine.market_data.market_times import MarketTimes
from tests.fakes.clock import LAUNCH, FakeClock, ManualMarketClock

VENUE = VenueId("recorded")
START = datetime(2024, 7, 8, tzinfo=UTC)


class Clocks:
    """A wall clock and a recorded market's, which runs at ten times its speed until it is paused."""

    def __init__(self) -> None:
        self.wall, self.market = FakeClock(), ManualMarketClock(START)
        self.times = MarketTimes(self.wall, {VENUE: self.market})

    def go(self, seconds: int, *, speed: int = 10) -> None:
        self.wall.advance(timedelta(seconds=seconds))
        self.market.advance(timedelta(seconds=seconds * speed))
        self.times.sample_clocks()


def at(seconds: int) -> datetime:
    return LAUNCH + timedelta(seconds=seconds)


def test_a_wall_time_has_the_market_time_of_the_sample_before_it() -> None:
    clocks = Clocks()
    clocks.go(15)
    clocks.go(15)
    assert clocks.times.market_time(VENUE, at(29)) == START + timedelta(seconds=150)
    assert clocks.times.market_time(VENUE, at(30)) == START + timedelta(seconds=300)
    assert clocks.times.market_time(VENUE, at(99)) == START + timedelta(seconds=300)


def test_before_the_start_a_recording_stood_still() -> None:
    assert Clocks().times.market_time(VENUE, at(-3600)) == START


def test_before_the_start_any_other_market_showed_wall_time() -> None:
    wall = FakeClock()
    times = MarketTimes(wall, {VENUE: ManualMarketClock(LAUNCH)})
    assert times.market_time(VENUE, at(-3600)) == at(-3600)


def test_a_clock_that_stands_still_needs_one_sample() -> None:
    clocks = Clocks()
    for _ in range(5):
        clocks.go(15, speed=0)
    assert clocks.times.market_time(VENUE, at(75)) == START


def test_the_speed_is_what_was_reached_since_a_sample_of_a_while_ago() -> None:
    clocks = Clocks()
    assert clocks.times.recent_advance() is None
    clocks.go(15)
    clocks.go(15, speed=4)
    clocks.wall.advance(timedelta(seconds=5))
    advance = clocks.times.recent_advance()
    assert advance is not None
    # 20 s ago the market stood at 150 s; 15 s x 4 later it is 60 s further.
    assert (advance.market, advance.wall, advance.speed) == (timedelta(seconds=60), timedelta(seconds=20), 3)
