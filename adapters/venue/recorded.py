"""The recorded market in one piece: simulated venue, candle feed and replay over one recording and one book."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from adapters.data.recording import RECORDED, Recording, bundled_recording
from adapters.venue.book import Book
from adapters.venue.book_file import AfterCommit
from adapters.venue.book_journal import BookJournal, open_book
from adapters.venue.matcher import Matcher
from adapters.venue.recorded_feed import RecordedFeed
from adapters.venue.replay import MarketReplay, Stage
from adapters.venue.simulated import SimulatedVenue, VenueProfile
from adapters.venue.simulation import Faults, NoFaults, SimulationOptions
from adapters.venue.timeline import ReplayClock, Timeline
from bot.domain.market import Mode
from bot.ports.clock import Clock
from bot.ports.feed import WaitUntilIdle

BOOK_NAME = "recorded-market.sqlite3"


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedOptions:
    """How the recorded market behaves; `speed` counts until somebody sets another, which is kept."""

    speed: Decimal | None = Decimal(60)
    simulation: SimulationOptions = field(default_factory=SimulationOptions)
    faults: Faults = field(default_factory=NoFaults)
    after_commit: AfterCommit | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordedMarket:
    """The ports of a recorded market; run `replay.run()` as a task once the engine has recovered."""

    venue: SimulatedVenue
    feed: RecordedFeed
    replay: MarketReplay


@asynccontextmanager
async def open_recorded_market(
    book_path: Path,
    *,
    clock: Clock,
    quiet: WaitUntilIdle,
    options: RecordedOptions | None = None,
    recording: Recording | None = None,
) -> AsyncIterator[RecordedMarket]:
    """Open the market with its book; raise Corruption if the book cannot be used.

    Leave it only after `replay.run()` has ended: leaving stores what waits and releases thread and file.
    """
    async with open_book(book_path, (options or RecordedOptions()).after_commit) as (book, journal):
        yield _assembled(
            book, journal, recording or bundled_recording(), options or RecordedOptions(), clock=clock, quiet=quiet
        )


def _assembled(
    book: Book,
    journal: BookJournal,
    recording: Recording,
    options: RecordedOptions,
    *,
    clock: Clock,
    quiet: WaitUntilIdle,
) -> RecordedMarket:
    timeline, market_clock = Timeline(recording), ReplayClock(recording.starts_at)

    async def keep_position() -> None:
        if book.has_changes:
            await journal.append()

    feed = RecordedFeed(recording, timeline=timeline, clock=market_clock, keep_position=keep_position)
    matcher = Matcher(book, recording.markets, options.simulation, clock)
    profile = VenueProfile(
        venue_id=RECORDED,
        mode=Mode.PRACTICE,
        markets=recording.markets,
        clock=market_clock,
        prices=feed,
        options=options.simulation,
    )
    venue = SimulatedVenue(profile, book=book, journal=journal, matcher=matcher, faults=options.faults)
    stage = Stage(
        recording=recording,
        timeline=timeline,
        clock=market_clock,
        feed=feed,
        book=book,
        journal=journal,
        matcher=matcher,
        tell=venue.tell,
    )
    replay = MarketReplay(stage, clock=clock, quiet=quiet, speed=options.speed)
    return RecordedMarket(venue=venue, feed=feed, replay=replay)
