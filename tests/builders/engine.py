"""A whole engine over a recorded market and real storage, without chat: what the app composes, for tests."""

from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from adapters.clock import SystemClock
from adapters.data.recording import RECORDED_VENUE, Recording
from adapters.venue.recorded.market import RecordedMarket, RecordedMarketOptions, open_recorded_market
from bot.assembly.engine import RelayTrigger
from bot.domain.facts import AccountSaved, OperatorSaved
from bot.domain.ids import AccountId, BotId, OperatorId
from bot.domain.market import Mode
from bot.domain.people import Account, Operator, Role
from bot.engine.bots.checks import BotChecks, NewBot
from bot.engine.bots.kill_switch import KillSwitch
from bot.engine.bots.lifecycle import Lifecycle
from bot.engine.bots.panic import Panic
from bot.engine.concurrency.in_flight import InFlight
from bot.engine.concurrency.task_scope import TaskScope, task_scope
from bot.engine.execution.venue_context import VenueContext
from bot.engine.notifications.opt_in import NotificationOptIns
from bot.engine.runtime.recovery import Recovery, RecoveryDependencies, RecoveryResult
from bot.engine.runtime.supervisor import Supervisor, SupervisorDependencies
from bot.ports.clock import Clock
from bot.ports.feed import WaitUntilIdle
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

    database: Database
    market: RecordedMarket
    supervisor: Supervisor
    lifecycle: Lifecycle
    panic: Panic
    recovered: RecoveryResult
    venue_context: VenueContext
    task_scope: TaskScope
    relay_trigger: RelayTrigger
    clock: Clock
    commands: int = field(default=0)

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
        """Let the market's clock run."""
        self.task_scope.start_task(self.market.replay.run(), "replay")

    async def play_to_end(self) -> None:
        """Play the recording to its end and wait until everything is handled."""
        self.play()
        await self.market.feed.wait_until_ended()
        await self.venue_context.in_flight.wait_until_idle()


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
    wall = clock or SystemClock()
    registry = strategies or builtin_strategies()
    activity = InFlight()
    async with AsyncExitStack() as stack:
        database = await stack.enter_async_context(open_database(lay_database(folder / "quarterdeck.sqlite3"), wall))
        seams.database(database)
        market = await stack.enter_async_context(
            open_recorded_market(
                folder / "market.sqlite3",
                clock=wall,
                wait_until_idle=seams.quiet(activity),
                options=options or RecordedMarketOptions(speed=None),
                recording=recording,
            )
        )
        await _welcome(database, market)
        markets = {one.symbol: one for one in await market.venue.markets()}
        place = VenueContext(seams.venue(market.venue), market.feed, activity, markets)
        yield await _assembled(stack, database, market, place, EngineParts(wall, registry))


@dataclass(frozen=True, slots=True)
class EngineParts:
    """What the engine is given."""

    clock: Clock
    strategies: StrategyRegistry


async def _welcome(database: Database, market: RecordedMarket) -> None:
    if await database.reader.operator(MIA.operator_id) is None:
        await market.venue.open_account(PRACTICE.account_id, PRACTICE.currency, PRACTICE.deposit)
        await database.writer.commit((OperatorSaved(MIA), AccountSaved(PRACTICE)))


async def _assembled(
    stack: AsyncExitStack, database: Database, market: RecordedMarket, venue_context: VenueContext, parts: EngineParts
) -> EngineHarness:
    switch, news, opt_ins = KillSwitch(), RelayTrigger(), NotificationOptIns()
    database.writer.observers.after_commit.append(news.on_stored)
    database.writer.observers.after_commit.append(opt_ins.on_stored)
    await switch.load_states(database.reader)
    await opt_ins.load_opt_ins(database.reader)
    supervisor = Supervisor(
        SupervisorDependencies(
            reader=database.reader,
            writer=database.writer,
            clock=parts.clock,
            venue_contexts={RECORDED_VENUE: venue_context},
            strategies=parts.strategies,
            is_blocked=switch.is_blocked,
            opt_ins=opt_ins,
        )
    )
    panic = Panic(database.reader, database.writer, parts.clock, supervisor, switch)
    await stack.enter_async_context(supervisor.run_workers())
    # Inside, as in the process: the market stands before the engine stops listening.
    scope = await stack.enter_async_context(task_scope())
    means = RecoveryDependencies(
        supervisor=supervisor, panic=panic, reader=database.reader, writer=database.writer, clock=parts.clock
    )
    recovered = await Recovery(means, "test").run()
    return EngineHarness(
        database=database,
        market=market,
        supervisor=supervisor,
        lifecycle=_lifecycle(database, supervisor, switch, parts),
        panic=panic,
        recovered=recovered,
        venue_context=venue_context,
        task_scope=scope,
        relay_trigger=news,
        clock=parts.clock,
    )


def _lifecycle(database: Database, supervisor: Supervisor, switch: KillSwitch, parts: EngineParts) -> Lifecycle:
    counter = iter(range(1, 100_000))
    return Lifecycle(
        writer=database.writer,
        clock=parts.clock,
        host=supervisor,
        checks=BotChecks(database.reader, supervisor.venue_contexts, parts.strategies),
        find_blocking_scope=switch.find_blocking_scope,
        entropy=lambda length: next(counter).to_bytes(length, "big"),
    )
