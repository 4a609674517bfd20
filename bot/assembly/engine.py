"""The engine put together: storage, recorded market, supervisor, use cases; opened in order, closed in reverse."""

import gc
import os
import secrets
import socket
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path

from adapters.clock import SystemClock
from adapters.data.recording import Recording
from adapters.scheduler import ApScheduler
from adapters.venue.recorded.market import RecordedMarket, RecordedMarketOptions, open_recorded_market
from bot.domain.access_facts import ShareRemoved, ShareSaved
from bot.domain.errors import SettingsError
from bot.domain.facts import (
    DestinationRemoved,
    DestinationSaved,
    EquitySaved,
    EventRaised,
    KeyValueSaved,
    OperatorSaved,
    SubscriptionRemoved,
    SubscriptionSaved,
    UnitOfWork,
)
from bot.engine.bots.checks import BotChecks
from bot.engine.bots.kill_switch import KillSwitch
from bot.engine.bots.lifecycle import Lifecycle
from bot.engine.bots.panic import Panic
from bot.engine.concurrency.in_flight import InFlight
from bot.engine.execution.venue_context import VenueContext
from bot.engine.notifications.opt_in import NotificationOptIns
from bot.engine.runtime.recovery import LAST_ALIVE_KEY, Recovery, RecoveryDependencies, RecoveryResult
from bot.engine.runtime.supervisor import Supervisor, SupervisorDependencies
from bot.engine.trading.equity_points import equity_point
from bot.ports.clock import Clock
from bot.ports.replay import RECORDING_ENDED
from bot.settings import Settings
from bot.strategy.registry import StrategyRegistry
from storage.database import Database, open_database
from strategies.builtin import builtin_strategies

DATABASE_NAME = "quarterdeck.sqlite3"
RECORDED_MARKET_NAME = "recorded-market.sqlite3"
ALIVE_INTERVAL = timedelta(seconds=5)
EQUITY_SNAPSHOT_INTERVAL = timedelta(minutes=5)
RETENTION_INTERVAL = timedelta(hours=6)
RETENTION_PERIOD = timedelta(days=90)
"""How long signals, told events and audit are kept."""
GC_YOUNG_THRESHOLD = 5000
RECORDING_END_POLL_INTERVAL = timedelta(seconds=1)


RELAY_FACTS = (
    *(EventRaised, OperatorSaved, DestinationSaved, DestinationRemoved),
    *(SubscriptionSaved, SubscriptionRemoved, ShareSaved, ShareRemoved),
)
"""Facts that change what is to be told, or to whom."""


@dataclass(slots=True)
class RelayTrigger:
    """Who is told that there is news: the relay, once it exists."""

    listener: Callable[[], None] = lambda: None

    def on_stored(self, units: Sequence[UnitOfWork]) -> None:
        """Look for news among what was stored, whoever stored it."""
        if any(isinstance(fact, RELAY_FACTS) for unit in units for fact in unit):
            self.listener()


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """Everything behind the chat."""

    settings: Settings
    clock: Clock
    database: Database
    market: RecordedMarket
    venue_context: VenueContext
    supervisor: Supervisor
    lifecycle: Lifecycle
    panic: Panic
    strategies: StrategyRegistry
    scheduler: ApScheduler
    relay_trigger: RelayTrigger
    recovered: RecoveryResult
    opened_at: datetime


def data_folder(settings: Settings) -> Path:
    """Return DATA_DIR, made if it is missing; raise SettingsError if it cannot be used."""
    folder = settings.data_dir
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise SettingsError(
            f"the setting DATA_DIR cannot be used: expected a folder that can be written, {folder} is not "
            f"({error.strerror}). See .env.example"
        ) from None
    if not os.access(folder, os.W_OK | os.X_OK):
        raise SettingsError(
            f"the setting DATA_DIR cannot be used: expected a folder that can be written, {folder} is not. "
            "See .env.example"
        )
    return folder


@asynccontextmanager
async def open_engine(
    settings: Settings,
    recording: Recording | None = None,
    strategies: StrategyRegistry | None = None,
    *,
    clock: Clock | None = None,
) -> AsyncIterator[Engine]:
    """Open everything, recover what was running, and give the desk; the market's clock is not moving yet."""
    clock = clock or SystemClock()
    opened_at = clock.now()
    folder = data_folder(settings)
    async with AsyncExitStack() as stack:
        # The database comes first and goes last: an open connection would keep the process from ending.
        database = await stack.enter_async_context(
            open_database(settings.database_url or folder / DATABASE_NAME, clock)
        )
        activity = InFlight()
        market = await stack.enter_async_context(
            open_recorded_market(
                folder / RECORDED_MARKET_NAME,
                clock=clock,
                wait_until_idle=activity.wait_until_idle,
                options=RecordedMarketOptions(speed=settings.speed),
                recording=recording,  # the bundled one without any
            )
        )
        markets = {one.symbol: one for one in await market.venue.markets()}
        venue_context = VenueContext(market.venue, market.feed, activity, markets)
        scheduler = await stack.enter_async_context(ApScheduler())
        dependencies = EngineDependencies(
            clock=clock,
            database=database,
            market=market,
            venue_context=venue_context,
            scheduler=scheduler,
            strategies=strategies or builtin_strategies(),
            opened_at=opened_at,
        )
        yield _schedule_jobs(await _assemble_engine(stack, settings, dependencies))


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineDependencies:
    """What the engine stands on."""

    clock: Clock
    database: Database
    market: RecordedMarket
    venue_context: VenueContext
    scheduler: ApScheduler
    strategies: StrategyRegistry
    opened_at: datetime


async def _assemble_engine(stack: AsyncExitStack, settings: Settings, dependencies: EngineDependencies) -> Engine:
    reader, writer = dependencies.database.reader, dependencies.database.writer
    switch, news, opt_ins = KillSwitch(), RelayTrigger(), NotificationOptIns()
    writer.observers.after_commit.extend((news.on_stored, opt_ins.on_stored))
    await switch.load_states(reader)
    await opt_ins.load_opt_ins(reader)
    supervisor = Supervisor(
        SupervisorDependencies(
            reader=reader,
            writer=writer,
            clock=dependencies.clock,
            venue_contexts={dependencies.market.venue.venue_id: dependencies.venue_context},
            strategies=dependencies.strategies,
            is_blocked=switch.is_blocked,
            opt_ins=opt_ins,
        )
    )
    writer.has_pending_decisions = lambda: supervisor.is_deciding
    await stack.enter_async_context(supervisor.run_workers())
    panic = Panic(reader, writer, dependencies.clock, supervisor, switch)
    recovered = await _recover(dependencies, supervisor, panic)
    _tune_garbage_collector()
    await _save_alive_note(dependencies)
    return Engine(
        settings=settings,
        clock=dependencies.clock,
        database=dependencies.database,
        market=dependencies.market,
        venue_context=dependencies.venue_context,
        supervisor=supervisor,
        lifecycle=_create_lifecycle(dependencies, supervisor, switch),
        panic=panic,
        strategies=dependencies.strategies,
        scheduler=dependencies.scheduler,
        relay_trigger=news,
        recovered=recovered,
        opened_at=dependencies.opened_at,
    )


async def _recover(dependencies: EngineDependencies, supervisor: Supervisor, panic: Panic) -> RecoveryResult:
    database = dependencies.database
    recovery = RecoveryDependencies(
        supervisor=supervisor, panic=panic, reader=database.reader, writer=database.writer, clock=dependencies.clock
    )
    return await Recovery(recovery, _process_name()).run()


def _create_lifecycle(dependencies: EngineDependencies, host: Supervisor, kill_switch: KillSwitch) -> Lifecycle:
    return Lifecycle(
        writer=dependencies.database.writer,
        clock=dependencies.clock,
        host=host,
        checks=BotChecks(dependencies.database.reader, host.venue_contexts, dependencies.strategies),
        find_blocking_scope=kill_switch.find_blocking_scope,
        entropy=secrets.token_bytes,
    )


def _process_name() -> str:
    return f"{socket.gethostname()}:{os.getpid()}"


def _tune_garbage_collector() -> None:
    # What was loaded at start lives as long as the process: walking thousands of sessions again and again for
    # garbage that is not there would stall the loop for a tenth of a second each time.
    gc.collect()
    gc.freeze()
    gc.set_threshold(GC_YOUNG_THRESHOLD, 20, 100)
    gc.enable()


def _schedule_jobs(engine: Engine) -> Engine:
    async def alive() -> None:
        await _save_alive_note(engine)

    async def snapshot() -> None:
        await _save_equity_snapshot(engine)

    async def prune() -> None:
        await engine.database.retention.delete_expired_rows(engine.clock.now() - RETENTION_PERIOD)

    engine.scheduler.add_interval_job("alive", ALIVE_INTERVAL, alive)
    engine.scheduler.add_interval_job("equity snapshots", EQUITY_SNAPSHOT_INTERVAL, snapshot)
    engine.scheduler.add_interval_job("retention", RETENTION_INTERVAL, prune)
    return engine


async def _save_alive_note(engine: Engine | EngineDependencies) -> None:
    await engine.database.writer.commit((KeyValueSaved(LAST_ALIVE_KEY, engine.clock.now().isoformat()),))


async def _save_equity_snapshot(engine: Engine) -> None:
    market_time = engine.market.venue.clock.now()
    points = [
        EquitySaved(equity_point(session, market_time))
        for session in engine.supervisor.mailboxes.sessions()
        if not session.is_flat and session.last_price is not None
    ]
    if points:
        await engine.database.writer.commit(tuple(points))


async def stop_bots_at_recording_end(engine: Engine) -> None:
    """Stop the practice bots whenever the recording ends, and those that are started after its end."""
    while True:
        await engine.market.feed.wait_until_ended()
        while engine.market.feed.has_ended:
            engine.supervisor.post_market_end(engine.market.venue.venue_id, RECORDING_ENDED)
            await engine.clock.sleep(RECORDING_END_POLL_INTERVAL)


def speed_text(speed: Decimal | None) -> str:
    """Write a replay speed as people type it."""
    return "max" if speed is None else f"{speed.normalize():f}x"
