"""A recorded market on a bench: hand-made candles, moved phase by phase."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path

from adapters.data.recording import Recording
from adapters.venue.recorded.market import STATE_FILE_NAME, RecordedMarket, RecordedMarketOptions, open_recorded_market
from adapters.venue.simulated.state_file import CommitHook
from adapters.venue.simulated.venue import SimulatedVenue
from bot.domain.candle import Candle
from bot.domain.ids import AccountId, ClientOrderId
from bot.domain.market import Series
from bot.domain.order import OrderIntent
from bot.engine.simulation.simulation_options import Fault, SimulationOptions
from bot.ports.venue import FillReport, Unsubscribe, VenueEvent
from tests.fakes.clock import FakeClock
from tests.fakes.gate import Gate


class ScriptedFaults:
    """Takes the next planned fault for every submit and cancel."""

    def __init__(self) -> None:
        self.planned: deque[Fault] = deque()
        self.lookups: deque[Fault] = deque()

    def on_submit(self, intent: OrderIntent) -> Fault:
        return self.planned.popleft() if self.planned else Fault.NONE

    def on_cancel(self, account_id: AccountId, client_order_id: ClientOrderId) -> Fault:
        return self.planned.popleft() if self.planned else Fault.NONE

    def on_lookup(self, account_id: AccountId) -> Fault:
        return self.lookups.popleft() if self.lookups else Fault.NONE


@dataclass
class RecordedMarketHarness:
    """The market with everything it told."""

    market: RecordedMarket
    gate: Gate
    faults: ScriptedFaults
    clock: FakeClock
    events: list[VenueEvent] = field(default_factory=list)
    candles: list[tuple[Series, Candle]] = field(default_factory=list)
    stops: list[Unsubscribe] = field(default_factory=list)

    @property
    def venue(self) -> SimulatedVenue:
        return self.market.venue

    @property
    def fills(self) -> list[FillReport]:
        return [event for event in self.events if isinstance(event, FillReport)]

    def follow(self, *many: Series) -> None:
        """Note every candle of these series."""
        for series in many:
            feed = self.market.feed
            self.stops.append(
                feed.subscribe_candles(series, lambda series, candle: self.candles.append((series, candle)))
            )

    def unfollow(self) -> None:
        """Follow nothing any more."""
        while self.stops:
            self.stops.pop()()

    async def step(self, phases: int = 1) -> None:
        """Let so many phases happen."""
        for _ in range(phases):
            await self.gate.step()

    async def to_next_open(self) -> None:
        """Go on until the open of the next candle has happened, but not its range."""
        before = self.venue.clock.now()
        while self.venue.clock.now() == before:
            await self.step()
        await self.step()


@asynccontextmanager
async def a_market_harness(
    folder: Path,
    recording: Recording,
    *,
    simulation: SimulationOptions | None = None,
    faults: ScriptedFaults | None = None,
    after_commit: CommitHook | None = None,
) -> AsyncIterator[RecordedMarketHarness]:
    """Open a market that somebody listens to on every series, at its start; `step` moves it."""
    faults = faults or ScriptedFaults()
    gate, clock = Gate(), FakeClock()
    options = RecordedMarketOptions(
        speed=None, simulation=simulation or SimulationOptions(), fault_injector=faults, after_commit=after_commit
    )
    async with open_recorded_market(
        folder / STATE_FILE_NAME, clock=clock, wait_until_idle=gate, options=options, recording=recording
    ) as market:
        stand = RecordedMarketHarness(market, gate, faults, clock)
        market.venue.add_listener(stand.events.append)
        stand.follow(*recording.series)
        task = asyncio.create_task(market.replay.run(), name="replay")
        try:
            yield stand
        finally:
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


async def with_money(
    harness: RecordedMarketHarness, deposit: str = "10000", account: str = "acc"
) -> RecordedMarketHarness:
    """Open the account of `an_intent`."""
    await harness.venue.open_account(AccountId(account), "USDT", Decimal(deposit))
    return harness


def copy_venue_state(path: Path, folder: Path) -> None:
    """Copy a book as a crash would leave it: the file with its WAL, without the shared memory."""
    folder.mkdir(parents=True)
    for name in (path.name, f"{path.name}-wal"):
        if (path.parent / name).exists():
            (folder / name).write_bytes((path.parent / name).read_bytes())
