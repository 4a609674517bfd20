"""A whole engine over a recorded market and real storage, without chat: what the app composes, for tests."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from itertools import count
from pathlib import Path

from adapters.clock import SystemClock
from adapters.data.recording import RECORDED_VENUE, Recording
from adapters.venue.recorded.market import RecordedMarket, RecordedMarketOptions, open_recorded_market
from bot.domain.facts import Saved
from bot.domain.ids import AccountId, BotId, Entropy, OperatorId
from bot.domain.market import Mode
from bot.domain.people import Account, Operator, Role
from bot.engine.bots.checks import NewBot
from bot.engine.bots.lifecycle import Lifecycle
from bot.engine.bots.panic import Panic
from bot.engine.concurrency.in_flight import InFlight
from bot.engine.execution.venue_context import load_venue_context
from bot.engine.runtime.engine import Engine, assemble_engine
from bot.engine.runtime.recovery import RecoveryResult
from bot.engine.runtime.supervisor import EngineDependencies, Supervisor
from bot.ports.clock import Clock
from bot.ports.feed import WaitUntilIdle
from bot.ports.storage import Reader, Writer
from bot.ports.venue import Venue
from bot.strategy.registry import StrategyRegistry
from storage.database import Database, open_database
from strategies.builtin import builtin_strategies
from tests.builders.fresh_database import lay_database

MIA = Operator(
    operator_id=OperatorId("mia"),
    name="mia",
    role=Role.OWNER,
    timezone="UTC",
    created_at=datetime(2026, 1, 1, tzinfo=UTC),
)
PRACTICE = Account(
    account_id=AccountId("acc-mia"),
    owner=MIA.operator_id,
    label="practice",
    venue=RECORDED_VENUE,
    mode=Mode.PRACTICE,
    currency="USDT",
    deposit=Decimal(10_000),
    created_at=MIA.created_at,
)


@dataclass(slots=True)
class EngineHarness:
    """The running parts, for tests to command and look at."""

    engine: Engine
    database: Database
    market: RecordedMarket
    commands: int = field(default=0)

    @property
    def supervisor(self) -> Supervisor:
        return self.engine.supervisor

    @property
    def lifecycle(self) -> Lifecycle:
        return self.engine.lifecycle

    @property
    def panic(self) -> Panic:
        return self.engine.panic

    @property
    def recovered(self) -> RecoveryResult:
        return self.engine.recovered

    async def create(self, strategy: str, symbol: str, timeframe: str, **words: str) -> BotId:
        """Create a bot as mia; `name` and `capital` may be among the words."""
        name = words.pop("name", None)
        request = NewBot(
            name=name,
            strategy=strategy,
            symbol=symbol,
            timeframe=timeframe,
            account=None,
            capital=words.pop("capital", "1000"),
            setting_texts=words,
        )
        return (await self.lifecycle.create_bot(request, MIA, self.command_id())).bot_id

    async def run(self, bot_id: BotId) -> None:
        """Start a bot."""
        await self.lifecycle.start_bot(bot_id, MIA, self.command_id())

    def command_id(self) -> str:
        """Make the id of the next command."""
        self.commands += 1
        return f"command-{self.commands}"

    def play(self) -> None:
        """Let the market's clock run; its bots stay as they are at the end."""
        self.engine.task_scope.start_task(self.market.replay.run(), "replay")

    async def play_to_end(self) -> None:
        """Play the recording to its end and wait until everything is handled."""
        self.play()
        await self.market.feed.wait_until_ended()
        await self.engine.supervisor.wait_until_idle()


def _nothing(database: Database) -> None:
    del database


def _same(venue: Venue) -> Venue:
    return venue


def _idle(in_flight: InFlight) -> WaitUntilIdle:
    return in_flight.wait_until_idle


@dataclass(frozen=True, slots=True, kw_only=True)
class Seams:
    """Where a test may stand: behind the writer, between engine and venue, and where the market waits for quiet."""

    database: Callable[[Database], None] = _nothing
    venue: Callable[[Venue], Venue] = _same
    quiet: Callable[[InFlight], WaitUntilIdle] = _idle


@asynccontextmanager
async def an_engine(
    folder: Path,
    recording: Recording,
    options: RecordedMarketOptions | None = None,
    *,
    clock: Clock | None = None,
    strategies: StrategyRegistry | None = None,
    seams: Seams | None = None,
) -> AsyncIterator[EngineHarness]:
    """Open an engine on `folder`, recovering what an earlier one left there."""
    seams = seams or Seams()
    clock, in_flight = clock or SystemClock(), InFlight()
    options = options or RecordedMarketOptions(speed=None)
    async with open_database(lay_database(folder / "quarterdeck.sqlite3"), clock) as database:
        seams.database(database)
        opening = open_recorded_market(
            folder / "market.sqlite3",
            clock=clock,
            wait_until_idle=seams.quiet(in_flight),
            options=options,
            recording=recording,
        )
        async with opening as market:
            await store_mia(database.reader, database.writer, market.venue, PRACTICE)
            context = await load_venue_context(seams.venue(market.venue), market.feed, in_flight, market.replay)
            dependencies = EngineDependencies(
                reader=database.reader,
                writer=database.writer,
                clock=clock,
                strategies=strategies or builtin_strategies(),
                process_name="test",
                entropy=counting_entropy(),
            )
            async with assemble_engine(dependencies, [nullcontext(context)]) as engine:
                yield EngineHarness(engine, database, market)


async def store_mia(reader: Reader, writer: Writer, venue: Venue, account: Account) -> None:
    """Store mia with her account, open at the venue, unless she is known."""
    if await reader.operator(MIA.operator_id) is None:
        await venue.open_account(account.account_id, account.currency, account.deposit)
        await writer.commit((Saved(MIA), Saved(account)))


def counting_entropy(first: int = 1) -> Entropy:
    """Return entropy that counts."""
    counter = count(first)
    return lambda length: next(counter).to_bytes(length, "big")
