"""A whole engine over a fake venue, a fake feed and storage in memory, moved by the test alone."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal
from typing import TypeVar

from bot.domain.events import Event, Payload
from bot.domain.ids import BotId, VenueId
from bot.domain.instance import Bot
from bot.domain.market import Market, Series, Timeframe
from bot.domain.order import Order, OrderIntent
from bot.domain.people import Account
from bot.domain.trade import Ledger
from bot.engine.bots.checks import NewBot
from bot.engine.bots.lifecycle import Lifecycle
from bot.engine.bots.panic import Panic
from bot.engine.concurrency.in_flight import InFlight
from bot.engine.execution.venue_context import VenueContext, load_venue_context
from bot.engine.reports.queries import Queries
from bot.engine.runtime.engine import Engine, assemble_engine
from bot.engine.runtime.recovery import EPOCH_KEY
from bot.engine.runtime.supervisor import EngineDependencies, Supervisor
from bot.engine.trading.session import Session
from bot.ports.storage import Page
from bot.strategy.registry import StrategyRegistry
from tests.builders.engine import MIA, PRACTICE, counting_entropy, store_mia
from tests.builders.facts import WALL
from tests.builders.recordings import ABC
from tests.fakes.clock import FakeClock
from tests.fakes.feed import FakeFeed
from tests.fakes.scripted_strategies import scripted_strategies
from tests.fakes.storage import FlakyStorage
from tests.fakes.venue import FakeVenue

P = TypeVar("P", bound=Payload)
FAKE = VenueId("fake")
SERIES = Series(venue=FAKE, symbol=ABC.symbol, timeframe=Timeframe.M5)
HOURLY = Series(venue=FAKE, symbol=ABC.symbol, timeframe=Timeframe.H1)
ACCOUNT: Account = replace(PRACTICE, venue=FAKE)
EVERYTHING = Page(limit=10_000)


@dataclass(slots=True)
class World:
    """What outlives the process: storage, the venue and its candles, and the system's clock."""

    clock: FakeClock = field(default_factory=lambda: FakeClock(WALL))
    venue: FakeVenue = field(default_factory=lambda: FakeVenue((ABC,)))
    storage: FlakyStorage = field(init=False)
    feed: FakeFeed = field(init=False)

    def __post_init__(self) -> None:
        self.storage = FlakyStorage(self.clock)
        self.feed = FakeFeed(self.venue.market_clock, SERIES, HOURLY)
        self.feed.grow(30)


def a_world(*, has_conditional_orders: bool = True, market: Market = ABC) -> World:
    """Make a world in which mia has an account and nobody has a bot yet."""
    return World(venue=FakeVenue((market,), has_conditional_orders=has_conditional_orders))


@dataclass(slots=True)
class SmallEngine:
    """The running parts, for tests to command and look at."""

    world: World
    engine: Engine
    venue_context: VenueContext
    commands: int = 0

    @property
    def supervisor(self) -> Supervisor:
        return self.engine.supervisor

    @property
    def lifecycle(self) -> Lifecycle:
        return self.engine.lifecycle

    @property
    def panic(self) -> Panic:
        return self.engine.panic

    async def create(self, strategy: str = "told", name: str | None = None, **words: str) -> BotId:
        """Create a bot as mia."""
        request = NewBot(
            name=name,
            strategy=strategy,
            symbol=ABC.symbol,
            timeframe=words.pop("timeframe", "5m"),
            account=None,
            capital=words.pop("capital", "1000"),
            setting_texts=words,
        )
        return (await self.lifecycle.create_bot(request, MIA, self.command_id())).bot_id

    async def running(self, strategy: str = "told", name: str | None = None, **words: str) -> BotId:
        """Create a bot and start it."""
        bot_id = await self.create(strategy, name, **words)
        await self.lifecycle.start_bot(bot_id, MIA, self.command_id())
        return bot_id

    def command_id(self) -> str:
        """Make the id of the next command."""
        self.commands += 1
        return f"command-{self.commands}-{self.engine.recovered.epoch}"

    async def candle(self, price: float = 100.0, signal: float = 0.0) -> None:
        """Close the next candle and wait until everything of it is handled."""
        self.world.feed.close(price, signal)
        await self.quiet()

    async def fill(self, price: str, quantity: str | None = None) -> OrderIntent:
        """Fill the order submitted last, and wait until that is handled."""
        intent = self.world.venue.submitted[-1]
        self.world.venue.fill(intent, Decimal(price), None if quantity is None else Decimal(quantity))
        await self.quiet()
        return intent

    async def quiet(self) -> None:
        """Wait until nothing is under way."""
        await self.venue_context.in_flight.wait_until_idle()
        await turns()
        await self.venue_context.in_flight.wait_until_idle()

    async def later(self, duration: timedelta) -> None:
        """Let the system's clock move and wait until what that woke is handled."""
        await turns()
        self.world.clock.advance(duration)
        await turns()
        await self.quiet()

    async def bot(self, bot_id: BotId) -> Bot:
        found = await self.world.storage.bot(bot_id)
        assert found is not None
        return found

    async def ledger(self, bot_id: BotId) -> Ledger:
        return await self.world.storage.ledger(bot_id)

    async def orders(self, bot_id: BotId) -> tuple[Order, ...]:
        """Return a bot's orders, oldest first."""
        return (await self.world.storage.orders(bot_id, EVERYTHING))[::-1]

    async def events(self) -> list[Event]:
        return [item.event for item in await self.world.storage.events_after(0, 10_000)]

    async def told(self, kind: type[P]) -> list[P]:
        """Return what was told of one kind."""
        return [event.payload for event in await self.events() if isinstance(event.payload, kind)]

    def session(self, bot_id: BotId) -> Session | None:
        return self.supervisor.mailboxes.session(bot_id)


async def turns(count: int = 30) -> None:
    """Let the loop turn."""
    for _ in range(count):
        await asyncio.sleep(0)


@asynccontextmanager
async def a_small_engine(
    world: World | None = None, strategies: StrategyRegistry | None = None
) -> AsyncIterator[SmallEngine]:
    """Open an engine on a world, recovering what an earlier one left there."""
    world = world or a_world()
    await store_mia(world.storage, world.storage, world.venue, ACCOUNT)
    earlier = int(await world.storage.key_value(EPOCH_KEY) or 0)
    dependencies = EngineDependencies(
        reader=world.storage,
        writer=world.storage,
        clock=world.clock,
        strategies=strategies or scripted_strategies(),
        process_name="test",
        entropy=counting_entropy(1001 + earlier * 1000),
    )
    context = await load_venue_context(world.venue, world.feed, InFlight())
    async with assemble_engine(dependencies, [nullcontext(context)]) as engine:
        yield SmallEngine(world, engine, context)


def queries_of(engine: SmallEngine) -> Queries:
    world = engine.world
    return Queries(world.storage, engine.supervisor, {FAKE: world.venue}, {FAKE: world.feed})
