"""Assembly of the engine from its ports: one exit stack, one task scope, any number of venues.

The process, the tests and the benchmarks open it with `assemble_engine` and different ports.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.ids import VenueId
from bot.engine.bots.checks import BotChecks
from bot.engine.bots.kill_switch import KillSwitch
from bot.engine.bots.lifecycle import Lifecycle
from bot.engine.bots.panic import Panic
from bot.engine.bots.passes import Passes
from bot.engine.concurrency.task_scope import TaskScope, task_scope
from bot.engine.execution.venue_context import VenueContext
from bot.engine.market_data.market_times import MarketTimes
from bot.engine.notifications.opt_in import NotificationOptIns
from bot.engine.runtime.recovery import Recovery, RecoveryResult
from bot.engine.runtime.supervisor import EngineDependencies, Supervisor
from bot.ports.clock import Clock
from bot.ports.replay import RECORDING_ENDED, Replay
from bot.ports.storage import ObservableWriter, Reader
from bot.strategy.registry import StrategyRegistry

RECORDING_END_POLL_INTERVAL = timedelta(seconds=1)

OpenVenue = AbstractAsyncContextManager[VenueContext]
"""Opens a venue's context, and closes it after the engine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Engine:
    """The running engine; its tasks end with `task_scope`."""

    reader: Reader
    writer: ObservableWriter
    clock: Clock
    strategies: StrategyRegistry
    venue_contexts: Mapping[VenueId, VenueContext]
    market_times: MarketTimes
    kill_switch: KillSwitch
    supervisor: Supervisor
    lifecycle: Lifecycle
    panic: Panic
    passes: Passes
    task_scope: TaskScope
    recovered: RecoveryResult
    opened_at: datetime

    @property
    def replays(self) -> Mapping[VenueId, Replay]:
        contexts = self.venue_contexts.items()
        return {venue_id: context.replay for venue_id, context in contexts if context.replay is not None}

    def start_replays(self) -> "list[asyncio.Task[None]]":
        """Start the clocks of recorded venues, and the stop of their bots at the end; return the clocks' tasks."""
        start_task, replays = self.task_scope.start_task, self.replays.items()
        for venue_id, replay in replays:
            start_task(self._stop_bots_at_end(venue_id, replay), f"end of the recording of {venue_id}")
        return [start_task(replay.run(), f"replay of {venue_id}") for venue_id, replay in replays]

    async def _stop_bots_at_end(self, venue_id: VenueId, replay: Replay) -> None:
        feed = self.venue_contexts[venue_id].feed
        while True:
            await feed.wait_until_ended()
            # Bots that are started after the end must stop too.
            while replay.state().has_ended:
                self.supervisor.post_market_end(venue_id, RECORDING_ENDED)
                await self.clock.sleep(RECORDING_END_POLL_INTERVAL)


@asynccontextmanager
async def assemble_engine(dependencies: EngineDependencies, venues: Sequence[OpenVenue]) -> AsyncIterator[Engine]:
    """Open the venues, recover what was running, and yield the engine; replays are not started yet."""
    reader, writer, clock = dependencies.reader, dependencies.writer, dependencies.clock
    opened_at = clock.now()
    async with AsyncExitStack() as stack:
        opened = [await stack.enter_async_context(venue) for venue in venues]
        contexts = {context.venue.venue_id: context for context in opened}
        kill_switch, opt_ins = KillSwitch(), NotificationOptIns()
        await kill_switch.load_states(reader)
        writer.add_commit_listener(opt_ins.on_stored)
        await opt_ins.load_opt_ins(reader)
        supervisor = Supervisor(dependencies, contexts, kill_switch, opt_ins)
        writer.prefer_decisions(lambda: supervisor.is_deciding)
        await stack.enter_async_context(supervisor.run_workers())
        # Innermost, so that the replays stop before the engine stops listening to them.
        scope = await stack.enter_async_context(task_scope())
        scope.start_task(writer.raise_when_broken(), "storage watch")
        panic = Panic(reader, writer, clock, supervisor, kill_switch)
        passes = Passes(reader=reader, writer=writer, clock=clock, host=supervisor, venue_contexts=contexts)
        await passes.finish_interrupted()
        yield Engine(
            reader=reader,
            writer=writer,
            clock=clock,
            strategies=dependencies.strategies,
            venue_contexts=contexts,
            market_times=MarketTimes(clock, {key: one.venue.clock for key, one in contexts.items()}),
            kill_switch=kill_switch,
            supervisor=supervisor,
            lifecycle=_make_lifecycle(dependencies, supervisor, kill_switch),
            panic=panic,
            passes=passes,
            task_scope=scope,
            recovered=await Recovery(dependencies, supervisor, panic).run(),
            opened_at=opened_at,
        )


def _make_lifecycle(dependencies: EngineDependencies, supervisor: Supervisor, kill_switch: KillSwitch) -> Lifecycle:
    return Lifecycle(
        writer=dependencies.writer,
        clock=dependencies.clock,
        host=supervisor,
        checks=BotChecks(dependencies.reader, supervisor.venue_contexts, dependencies.strategies),
        kill_switch=kill_switch,
        entropy=dependencies.entropy,
    )
