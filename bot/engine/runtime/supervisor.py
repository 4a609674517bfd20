"""Supervisor: the host of all bots in this process; opens mailboxes, connects bots to venues, releases both."""

import secrets
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import partial

from bot.domain.errors import QuarterdeckError, Refused, Unavailable
from bot.domain.ids import AccountId, BotId, Entropy, VenueId, failure_reference
from bot.domain.instance import ACTIVE_STATUSES, Bot, BotStatus, StopPolicy
from bot.domain.moment import Moment
from bot.domain.signal import NO_SIGNAL
from bot.engine.bots.kill_switch import KillSwitch
from bot.engine.concurrency.task_scope import task_scope
from bot.engine.execution.venue_context import VenueContext
from bot.engine.market_data.candle_hub import describe_error
from bot.engine.market_data.price_watch import PriceTrigger, barrier_triggers
from bot.engine.notifications.opt_in import NotificationOptIns
from bot.engine.runtime.bot_views import bot_view
from bot.engine.runtime.holdings import read_holdings
from bot.engine.runtime.mailbox import Mailboxes
from bot.engine.runtime.retries import MAX_TRIES, Retries
from bot.engine.runtime.session_loading import SessionLoader, with_last_price
from bot.engine.runtime.strategy_instances import StrategyInstances
from bot.engine.runtime.venue_event_dispatch import VenueEventDispatcher
from bot.engine.trading.change_set import Outcome
from bot.engine.trading.dispatch import handle_message
from bot.engine.trading.messages import (
    AlignOrders,
    BarrierTriggered,
    CommandReceived,
    FailBot,
    FillReported,
    MarketEnded,
    Message,
    RunStarted,
)
from bot.engine.trading.on_market_end import is_affected_by_market_end
from bot.engine.trading.session import HandlerContext, Session
from bot.ports.clock import Clock
from bot.ports.host import ApplyConfig, BotHolding, BotView, ControlCommand, StopBot
from bot.ports.storage import ObservableWriter, Reader
from bot.strategy.candles import Candles
from bot.strategy.registry import StrategyRegistry

WORKER_COUNT = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class EngineDependencies:
    """Ports of the engine; `process_name` owns the leases of its bots, `entropy` seeds new bots."""

    reader: Reader
    writer: ObservableWriter
    clock: Clock
    strategies: StrategyRegistry
    process_name: str
    entropy: Entropy = secrets.token_bytes


class Supervisor:
    """`BotHost` of this process."""

    def __init__(
        self,
        dependencies: EngineDependencies,
        venue_contexts: Mapping[VenueId, VenueContext],
        kill_switch: KillSwitch,
        opt_ins: NotificationOptIns,
    ) -> None:
        self._reader, self._clock = dependencies.reader, dependencies.clock
        self._kill_switch = kill_switch
        self._opt_ins = opt_ins
        self.venue_contexts = venue_contexts
        self.strategy_instances = StrategyInstances(dependencies.strategies)
        self.mailboxes = Mailboxes(
            dependencies.writer, self._handle, self._committed, self.on_message_failed, self._release_if_done
        )
        self.event_dispatcher = VenueEventDispatcher(self.mailboxes, self._reader, self._open_and_post)
        self._retries = Retries(self._clock, self.mailboxes.post_message)
        self._loader = SessionLoader(dependencies.reader, venue_contexts, self.strategy_instances)

    @asynccontextmanager
    async def run_workers(self) -> AsyncIterator[None]:
        """Run the workers while the block lasts; work in flight at its end is recovered at the next start."""
        async with task_scope() as scope:
            self._retries.attach_task_scope(scope)
            for number in range(WORKER_COUNT):
                scope.start_task(self.mailboxes.run_worker(), f"mailbox worker {number}")
            scope.start_task(self.event_dispatcher.post_late_fills(), "late fills")
            for venue_context in self.venue_contexts.values():
                venue_context.connect_engine(self._clock, scope, self)
            unsubscribes = [
                context.venue.add_listener(partial(self.event_dispatcher.dispatch_event, venue_context=context))
                for context in self.venue_contexts.values()
            ]
            try:
                yield
            finally:
                for unsubscribe in unsubscribes:
                    unsubscribe()
                for venue_context in self.venue_contexts.values():
                    venue_context.disconnect_engine()

    async def start_bot(self, bot_id: BotId) -> BotView:
        """Bring a bot that is `starting` to `running`, or to `failed` if it cannot warm up."""
        session = await self.open_session(bot_id)
        try:
            candles = await self.subscribe_candles(session)
        except QuarterdeckError as error:
            await self.mailboxes.post_and_wait(bot_id, _fail_bot_message(bot_id, str(error)))
        else:
            await self.mailboxes.post_and_wait(bot_id, RunStarted(is_new_run=True, candles=candles))
        return await self.view(bot_id)

    async def execute_command(self, bot_id: BotId, command: ControlCommand) -> BotView:
        """Post a command to a bot's mailbox, loading the bot if it has none."""
        opened = await self.open_session(bot_id)
        try:
            _refuse_deleted(opened)
            session = await self.mailboxes.post_and_wait(bot_id, CommandReceived(command))
        except QuarterdeckError:
            self._release_if_done(bot_id)
            raise
        if isinstance(command, ApplyConfig) and session.is_deciding:
            await self.subscribe_candles(session)
        return self._view(session)

    async def view(self, bot_id: BotId) -> BotView:
        session = self.mailboxes.session(bot_id) or await self._loader.load_bot(bot_id)
        return self._view(session)

    def _view(self, session: Session) -> BotView:
        bot = session.bot
        return bot_view(session, self.venue_contexts[bot.venue], self.strategy_instances.plan_strategy(bot.config))

    async def holdings(self, bots: Sequence[Bot]) -> tuple[BotHolding, ...]:
        return await read_holdings(bots, self.mailboxes, self._reader, self.venue_contexts)

    def resource_counts(self) -> dict[str, int]:
        """Return what is held for bots, so that a test can prove that all of it is released."""
        contexts = self.venue_contexts.values()
        return {
            "series": sum(len(context.hub.series) for context in contexts),
            "followers": sum(context.hub.bot_count for context in contexts),
            "parameter_sets": len(self.strategy_instances),
            "mailboxes": len(self.mailboxes),
            "messages": self.mailboxes.backlog,
            "price_lines": sum(context.price_watch.line_count for context in contexts),
            "price_triggers": sum(len(context.price_watch) for context in contexts),
            "routers": sum(context.router_count for context in contexts),
            "router_commands": sum(context.backlog for context in contexts),
            "known_orders": len(self.event_dispatcher),
            "failures": len(self._retries),
        }

    async def open_session(self, bot_id: BotId) -> Session:
        """Return a bot's session, opening its mailbox if it has none."""
        async with self._loader.lock:
            session = self.mailboxes.session(bot_id)
            if session is None:
                session = await self._loader.load_bot(bot_id)
                self.open_mailbox(session)
            return session

    @asynccontextmanager
    async def keep_released(self, bot_ids: Sequence[BotId]) -> AsyncIterator[None]:
        async with self._loader.lock:
            for bot_id in bot_ids:
                self._release_if_done(bot_id)
            if any(self.mailboxes.session(bot_id) for bot_id in bot_ids):
                raise Refused("bots-busy")
            yield

    def open_mailbox(self, session: Session) -> None:
        self.event_dispatcher.register_orders(session)
        venue_context = self.venue_contexts[session.bot.venue]
        self.mailboxes.open_mailbox(session, venue_context.in_flight)
        self._watch_prices(session, venue_context)

    async def subscribe_candles(self, session: Session) -> Candles:
        """Subscribe a bot to its series; return the candles so far."""
        bot, instance = session.bot, self.strategy_instances.instance_for(session.bot.config)
        return await self.venue_contexts[bot.venue].hub.subscribe_bot(bot.bot_id, bot.series, instance)

    async def wait_until_idle(self) -> None:
        """Wait until nothing is in flight at any venue."""
        for context in self.venue_contexts.values():
            await context.in_flight.wait_until_idle()

    def post_market_end(self, venue_id: VenueId, remark: str) -> None:
        """Stop every active bot of a venue that will have no further price; may be repeated."""
        for session in self.mailboxes.sessions():
            if session.bot.venue == venue_id and is_affected_by_market_end(session):
                self.mailboxes.post_message(session.bot.bot_id, MarketEnded(remark))

    @property
    def is_deciding(self) -> bool:
        return self.mailboxes.is_deciding or any(one.hub.is_delivering for one in self.venue_contexts.values())

    def post_message(self, bot_id: BotId, message: Message) -> bool:
        return self.mailboxes.post_message(bot_id, message)

    def on_message_failed(self, bot_id: BotId, message: Message, error: Exception) -> None:
        """Retry a bot's message a few times, then fail the bot; if even that fails, only log it."""
        if isinstance(message, CommandReceived) and message.command.by is not None:
            # The sender of the command has got the error.
            return
        if isinstance(error, Unavailable):
            self._retries.retry_after_storage_failure(bot_id, message)
            return
        if isinstance(message, FailBot):
            return
        tries = self._retries.record_failure(bot_id, message)
        if tries >= MAX_TRIES:
            self._retries.reset_failures(bot_id)
            text = str(error) if isinstance(error, QuarterdeckError) else describe_error(error)
            self.mailboxes.post_message(bot_id, _fail_bot_message(bot_id, text, tries))

    def fail_bot(self, bot_id: BotId, error: QuarterdeckError) -> None:
        self.mailboxes.post_message(bot_id, _fail_bot_message(bot_id, str(error)))

    def on_barrier_triggered(self, trigger: PriceTrigger, price: Decimal, at: datetime) -> None:
        self.mailboxes.post_message(trigger.bot_id, BarrierTriggered(trigger.tag, price, at))

    def on_auth_failed(self, account_id: AccountId, error: str) -> None:
        """Stop the bots of an account whose credentials are refused."""
        command_id = f"system-{self._clock.now().timestamp()}"
        command = StopBot(by=None, command_id=command_id, policy=StopPolicy.ENTRIES, remark=error)
        for bot in (session.bot for session in self.mailboxes.sessions()):
            can_be_stopped = bot.status in ACTIVE_STATUSES and bot.status is not BotStatus.STOPPING
            if bot.config.account_id == account_id and can_be_stopped:
                self.mailboxes.post_message(bot.bot_id, CommandReceived(command))

    def _handle(self, session: Session, message: Message) -> Outcome:
        bot = session.bot
        venue_context = self.venue_contexts[bot.venue]
        if isinstance(message, FillReported) and not _knows_order(session, message):
            self.event_dispatcher.enqueue_late_fill(message.report, venue_context.in_flight)
            return Outcome(session, (), ())
        context = HandlerContext(
            moment=Moment(venue_context.venue.clock.now(), self._clock.now()),
            is_blocked=self._kill_switch.is_blocked(bot),
            can_rest_barriers=self._can_rest_barriers(bot),
            planner=self.strategy_instances.planner(bot.config),
            dates_fills_by_candle=venue_context.venue.capabilities.dates_fills_by_candle,
            opted_in_kinds=self._opt_ins.wanted_kinds(bot),
        )
        return handle_message(with_last_price(session, venue_context), message, context)

    def _committed(self, before: Session, outcome: Outcome) -> None:
        session, bot = outcome.session, outcome.session.bot
        venue_context = self.venue_contexts[bot.venue]
        self.event_dispatcher.update_orders(before, session)
        for command in outcome.commands:
            venue_context.enqueue_command(bot.bot_id, bot.config.account_id, command)
        self._watch_prices(session, venue_context)
        if bot.status not in ACTIVE_STATUSES:
            venue_context.hub.unsubscribe_bot(bot.bot_id)
        if session.last_row_close != before.last_row_close and session.last_row is not NO_SIGNAL:
            # A new candle was handled: the failures are not consecutive any more.
            self._retries.reset_failures(bot.bot_id)
        if session.is_exit_stalled:
            self._retries.schedule_sell_reminder(bot.bot_id, AlignOrders(f"sell-{bot.intent_counter}"))
        self._release_if_done(bot.bot_id)

    def _watch_prices(self, session: Session, venue_context: VenueContext) -> None:
        # Also without barriers: an edit may have removed those that are watched.
        triggers = barrier_triggers(session, can_rest=self._can_rest_barriers(session.bot))
        venue_context.price_watch.set_triggers(session.bot.bot_id, *triggers)

    def _can_rest_barriers(self, bot: Bot) -> bool:
        is_plan = self.strategy_instances.plan_strategy(bot.config) is not None
        return self.venue_contexts[bot.venue].venue.capabilities.can_rest_barriers(is_plan=is_plan)

    def _release_if_done(self, bot_id: BotId) -> None:
        session = self.mailboxes.session(bot_id)
        if session is not None and not session.is_needed and self.mailboxes.close_mailbox_if_empty(bot_id):
            self._retries.reset_failures(bot_id)

    async def _open_and_post(self, bot_id: BotId, message: Message) -> Session:
        await self.open_session(bot_id)
        return await self.mailboxes.post_and_wait(bot_id, message)


def _knows_order(session: Session, message: FillReported) -> bool:
    return message.order is not None or message.report.fill.client_order_id in session.orders


def _refuse_deleted(session: Session) -> Session:
    if session.bot.status is BotStatus.DELETED:
        raise Refused("bot-deleted")
    return session


def _fail_bot_message(bot_id: BotId, error: str, tries: int = 1) -> FailBot:
    return FailBot(error, failure_reference(f"{bot_id}:{error}:{tries}"), tries)
