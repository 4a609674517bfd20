"""Assembly of the recorded market: simulated venue, candle feed and replay over one recording and one state file."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from adapters.data.recording import RECORDED_VENUE, Recording, bundled_recording
from adapters.venue.recorded.feed import RecordedFeed
from adapters.venue.recorded.replay import MarketReplay
from adapters.venue.simulated.state_file import CommitHook
from adapters.venue.simulated.state_journal import open_venue_state
from adapters.venue.simulated.venue import SimulatedVenue, VenueProfile
from bot.domain.market import Mode
from bot.engine.concurrency.in_flight import InFlight
from bot.engine.execution.venue_context import VenueContext, load_venue_context
from bot.engine.simulation.matcher import Matcher
from bot.engine.simulation.simulation_options import FaultInjector, NoFaults, SimulationOptions
from bot.ports.clock import Clock
from bot.ports.feed import WaitUntilIdle

STATE_FILE_NAME = "recorded-market.sqlite3"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedMarketOptions:
    """Options of the recorded market; `speed` counts until another is set, which is stored."""

    speed: Decimal | None = Decimal(60)
    simulation: SimulationOptions = field(default_factory=SimulationOptions)
    fault_injector: FaultInjector = field(default_factory=NoFaults)
    after_commit: CommitHook | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedMarket:
    """The ports of a recorded market; run `replay.run()` as a task once the engine has recovered."""

    venue: SimulatedVenue
    feed: RecordedFeed
    replay: MarketReplay


@asynccontextmanager
async def open_recorded_market(
    state_path: Path,
    *,
    clock: Clock,
    wait_until_idle: WaitUntilIdle,
    options: RecordedMarketOptions | None = None,
    recording: Recording | None = None,
) -> AsyncIterator[RecordedMarket]:
    """Open the market with its state file; raise Corruption if the file cannot be used.

    Leave only after `replay.run()` has ended: leaving stores what waits and releases thread and file.
    """
    options, recording = options or RecordedMarketOptions(), recording or bundled_recording()
    async with open_venue_state(state_path, options.after_commit) as journal:
        feed = RecordedFeed(recording, journal.save_changes)
        profile = VenueProfile(
            venue_id=RECORDED_VENUE,
            mode=Mode.PRACTICE,
            markets=recording.markets,
            clock=feed.clock,
            price_source=feed,
            options=options.simulation,
        )
        matcher = Matcher(journal.state, recording.markets, options.simulation, clock)
        venue = SimulatedVenue(profile, journal, matcher, options.fault_injector)
        replay = MarketReplay(feed, venue, journal, clock=clock, wait_until_idle=wait_until_idle, speed=options.speed)
        yield RecordedMarket(venue=venue, feed=feed, replay=replay)


@asynccontextmanager
async def open_recorded_venue(
    state_path: Path, *, clock: Clock, options: RecordedMarketOptions, recording: Recording | None
) -> AsyncIterator[VenueContext]:
    """Open the recorded market as a venue of the engine; its clock waits for the engine's work in flight."""
    in_flight = InFlight()
    async with open_recorded_market(
        state_path, clock=clock, wait_until_idle=in_flight.wait_until_idle, options=options, recording=recording
    ) as market:
        yield await load_venue_context(market.venue, market.feed, in_flight, market.replay)
