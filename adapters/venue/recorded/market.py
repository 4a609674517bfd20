"""Assembly of the recorded market: simulated venue, candle feed and replay over one recording and one state file."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from adapters.data.recording import RECORDED_VENUE, Recording, bundled_recording
from adapters.venue.recorded.feed import RecordedFeed
from adapters.venue.recorded.replay import MarketReplay, ReplayDependencies
from adapters.venue.recorded.timeline import ReplayClock, Timeline
from adapters.venue.simulated.state_file import CommitHook
from adapters.venue.simulated.state_journal import VenueStateJournal, open_venue_state
from adapters.venue.simulated.venue import SimulatedVenue, VenueProfile
from bot.domain.market import Mode
from bot.engine.concurrency.in_flight import InFlight
from bot.engine.execution.venue_context import VenueContext, load_venue_context
from bot.engine.simulation.matcher import Matcher
from bot.engine.simulation.simulation_options import FaultInjector, NoFaults, SimulationOptions
from bot.engine.simulation.venue_state import VenueState
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
    async with open_venue_state(state_path, (options or RecordedMarketOptions()).after_commit) as (state, record):
        yield _assemble_market(
            state,
            record,
            recording or bundled_recording(),
            options or RecordedMarketOptions(),
            clock=clock,
            wait_until_idle=wait_until_idle,
        )


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


def _assemble_market(
    state: VenueState,
    journal: VenueStateJournal,
    recording: Recording,
    options: RecordedMarketOptions,
    *,
    clock: Clock,
    wait_until_idle: WaitUntilIdle,
) -> RecordedMarket:
    timeline, market_clock = Timeline(recording), ReplayClock(recording.starts_at)

    async def save_position() -> None:
        if state.has_changes:
            await journal.append_changes()

    feed = RecordedFeed(recording, timeline=timeline, clock=market_clock, save_position=save_position)
    matcher = Matcher(state, recording.markets, options.simulation, clock)
    profile = VenueProfile(
        venue_id=RECORDED_VENUE,
        mode=Mode.PRACTICE,
        markets=recording.markets,
        clock=market_clock,
        price_source=feed,
        options=options.simulation,
    )
    venue = SimulatedVenue(
        profile, state=state, journal=journal, matcher=matcher, fault_injector=options.fault_injector
    )
    dependencies = ReplayDependencies(
        recording=recording,
        timeline=timeline,
        clock=market_clock,
        feed=feed,
        state=state,
        journal=journal,
        matcher=matcher,
        publish_events=venue.publish_events,
    )
    replay = MarketReplay(dependencies, clock=clock, wait_until_idle=wait_until_idle, speed=options.speed)
    return RecordedMarket(venue=venue, feed=feed, replay=replay)
