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
from adapters.venue.recorded import RecordedMarket, RecordedOptions, open_recorded_market
from bot.domain.access_facts import ShareRemoved, ShareSaved
from bot.domain.errors import SettingsError
from bot.domain.facts import (
    DestinationRemoved,
    DestinationSaved,
    EquitySaved,
    EventRaised,
    NoteSaved,
    OperatorSaved,
    SubscriptionRemoved,
    SubscriptionSaved,
    UnitOfWork,
)
from bot.engine.bots.checks import BotChecks
from bot.engine.bots.kill_switch import KillSwitch
from bot.engine.bots.lifecycle import Lifecycle
from bot.engine.bots.panic import Panic
from bot.engine.concurrency.in_flight import Activity
from bot.engine.execution.venue_context import Place
from bot.engine.notifications.opt_in import Earshot
from bot.engine.runtime.recovery import ALIVE_NOTE, Recovered, Recovery, RecoveryMeans
from bot.engine.runtime.supervisor import Means, Supervisor
from bot.engine.trading.equity_points import equity_point
from bot.ports.clock import Clock
from bot.ports.replay import RECORDING_ENDED
from bot.settings import Settings
from bot.strategy.registry import StrategyRegistry
from storage.database import Database, open_database
from strategies.builtin import builtin_strategies

DATABASE_NAME = "quarterdeck.sqlite3"
MARKET_NAME = "recorded-market.sqlite3"
ALIVE_EVERY = timedelta(seconds=5)
SNAPSHOT_EVERY = timedelta(minutes=5)
PRUNE_EVERY = timedelta(hours=6)
KEPT = timedelta(days=90)
"""How long signals, told events and audit are kept."""
YOUNG_OBJECTS = 5000
RECORDING_LOOK = timedelta(seconds=1)


NEWS = (
    *(EventRaised, OperatorSaved, DestinationSaved, DestinationRemoved),
    *(SubscriptionSaved, SubscriptionRemoved, ShareSaved, ShareRemoved),
)
"""Facts that change what is to be told, or to whom."""


@dataclass(slots=True)
class News:
    """Who is told that there is news: the relay, once it exists."""

    listener: Callable[[], None] = lambda: None

    def on_stored(self, units: Sequence[UnitOfWork]) -> None:
        """Look for news among what was stored, whoever stored it."""
        if any(isinstance(fact, NEWS) for unit in units for fact in unit):
            self.listener()


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """Everything behind the chat."""

    settings: Settings
    clock: Clock
    database: Database
    market: RecordedMarket
    place: Place
    supervisor: Supervisor
    lifecycle: Lifecycle
    panic: Panic
    strategies: StrategyRegistry
    scheduler: ApScheduler
    news: News
    recovered: Recovered
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
async def open_desk(
    settings: Settings,
    recording: Recording | None = None,
    strategies: StrategyRegistry | None = None,
    *,
    clock: Clock | None = None,
) -> AsyncIterator[Desk]:
    """Open everything, recover what was running, and give the desk; the market's clock is not moving yet."""
    clock = clock or SystemClock()
    opened_at = clock.now()
    folder = data_folder(settings)
    async with AsyncExitStack() as stack:
        # The database comes first and goes last: an open connection would keep the process from ending.
        database = await stack.enter_async_context(
            open_database(settings.database_url or folder / DATABASE_NAME, clock)
        )
        activity = Activity()
        market = await stack.enter_async_context(
            open_recorded_market(
                folder / MARKET_NAME,
                clock=clock,
                quiet=activity.wait_idle,
                options=RecordedOptions(speed=settings.speed),
                recording=recording,  # the bundled one without any
            )
        )
        markets = {one.symbol: one for one in await market.venue.markets()}
        place = Place(market.venue, market.feed, activity, markets)
        scheduler = await stack.enter_async_context(ApScheduler())
        ground = Ground(
            clock=clock,
            database=database,
            market=market,
            place=place,
            scheduler=scheduler,
            strategies=strategies or builtin_strategies(),
            opened_at=opened_at,
        )
        yield _scheduled(await _assembled(stack, settings, ground))


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """What the engine stands on."""

    clock: Clock
    database: Database
    market: RecordedMarket
    place: Place
    scheduler: ApScheduler
    strategies: StrategyRegistry
    opened_at: datetime


async def _assembled(stack: AsyncExitStack, settings: Settings, ground: Ground) -> Desk:
    reader, writer = ground.database.reader, ground.database.writer
    switch, news, earshot = KillSwitch(), News(), Earshot()
    writer.observers.after_commit.extend((news.on_stored, earshot.on_stored))
    await switch.load(reader)
    await earshot.load(reader)
    supervisor = Supervisor(
        Means(
            reader=reader,
            writer=writer,
            clock=ground.clock,
            places={ground.market.venue.venue_id: ground.place},
            strategies=ground.strategies,
            is_blocked=switch.is_blocked,
            earshot=earshot,
        )
    )
    writer.is_outranked = lambda: supervisor.is_deciding
    await stack.enter_async_context(supervisor.running())
    panic = Panic(reader, writer, ground.clock, supervisor, switch)
    means = RecoveryMeans(supervisor=supervisor, panic=panic, reader=reader, writer=writer, clock=ground.clock)
    recovered = await Recovery(means, _process_name()).run()
    _rest_the_collector()
    await _keep_alive_note(ground)
    return Desk(
        settings=settings,
        clock=ground.clock,
        database=ground.database,
        market=ground.market,
        place=ground.place,
        supervisor=supervisor,
        lifecycle=_lifecycle(ground, supervisor, switch),
        panic=panic,
        strategies=ground.strategies,
        scheduler=ground.scheduler,
        news=news,
        recovered=recovered,
        opened_at=ground.opened_at,
    )


def _lifecycle(ground: Ground, host: Supervisor, switch: KillSwitch) -> Lifecycle:
    return Lifecycle(
        writer=ground.database.writer,
        clock=ground.clock,
        host=host,
        checks=BotChecks(ground.database.reader, host.places, ground.strategies),
        blocked_by=switch.blocked_by,
        entropy=secrets.token_bytes,
    )


def _process_name() -> str:
    return f"{socket.gethostname()}:{os.getpid()}"


def _rest_the_collector() -> None:
    # What was loaded at start lives as long as the process: walking thousands of sessions again and again for
    # garbage that is not there would stall the loop for a tenth of a second each time.
    gc.collect()
    gc.freeze()
    gc.set_threshold(YOUNG_OBJECTS, 20, 100)
    gc.enable()


def _scheduled(desk: Desk) -> Desk:
    async def alive() -> None:
        await _keep_alive_note(desk)

    async def snapshot() -> None:
        await _snapshot(desk)

    async def prune() -> None:
        await desk.database.housekeeping.prune(desk.clock.now() - KEPT)

    desk.scheduler.every("alive", ALIVE_EVERY, alive)
    desk.scheduler.every("equity snapshots", SNAPSHOT_EVERY, snapshot)
    desk.scheduler.every("retention", PRUNE_EVERY, prune)
    return desk


async def _keep_alive_note(desk: Desk | Ground) -> None:
    await desk.database.writer.commit((NoteSaved(ALIVE_NOTE, desk.clock.now().isoformat()),))


async def _snapshot(desk: Desk) -> None:
    market_time = desk.market.venue.clock.now()
    points = [
        EquitySaved(equity_point(session, market_time))
        for session in desk.supervisor.mailboxes.sessions()
        if not session.is_flat and session.last_price is not None
    ]
    if points:
        await desk.database.writer.commit(tuple(points))


async def stop_bots_at_the_end(desk: Desk) -> None:
    """Stop the practice bots whenever the recording ends, and those that are started after its end."""
    while True:
        await desk.market.feed.wait_until_ended()
        while desk.market.feed.has_ended:
            desk.supervisor.market_ended(desk.market.venue.venue_id, RECORDING_ENDED)
            await desk.clock.sleep(RECORDING_LOOK)


def speed_text(speed: Decimal | None) -> str:
    """Write a replay speed as people type it."""
    return "max" if speed is None else f"{speed.normalize():f}x"
