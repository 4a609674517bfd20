"""Recovery: every start loads what was running, finds out what happened meanwhile, and goes on (ADR 0002).

It does not walk the life-cycle: a bot that ran runs again, with one event per operator.
"""

import logging
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.domain.errors import AuthFailed, QuarterdeckError, Unavailable
from bot.domain.event_routes import system_event
from bot.domain.events import DeskRecovered
from bot.domain.facts import EventRaised, KeyValue, Saved
from bot.domain.ids import AccountId, BotId, OperatorId
from bot.domain.instance import ACTIVE_STATUSES, Bot, BotStatus
from bot.domain.order import UNANSWERED_STATUSES, Order, OrderSide, OrderStatus
from bot.engine.bots.panic import Panic
from bot.engine.runtime.startup_loading import StartupLoader
from bot.engine.runtime.supervisor import EngineDependencies, Supervisor
from bot.engine.trading.messages import AlignOrders, CancelAtVenue, FillReported, LookUpOrder, RouterCommand, RunStarted
from bot.engine.trading.session import Session
from bot.ports.venue import FillReport, Venue

logger = logging.getLogger(__name__)

EPOCH_KEY = "epoch"
LAST_ALIVE_KEY = "alive"
RECENT_FILLS = 1000
PAUSE = timedelta(seconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class RecoveryResult:
    """Result of a recovery: bots that run again, and fills booked late."""

    bots: int
    late_fills: tuple[FillReport, ...]
    epoch: int


class Recovery:
    """Recovers stored bots, once, before the market's clock goes on."""

    def __init__(self, dependencies: EngineDependencies, supervisor: Supervisor, panic: Panic) -> None:
        self._dependencies = dependencies
        self._reader, self._writer, self._clock = dependencies.reader, dependencies.writer, dependencies.clock
        self._supervisor = supervisor
        self._panic = panic

    async def run(self) -> RecoveryResult:
        """Recover everything; return when all bots run and every order is known."""
        down_since = await self._reader.key_value(LAST_ALIVE_KEY)
        epoch = int(await self._reader.key_value(EPOCH_KEY) or 0) + 1
        sessions, leases = await StartupLoader(self._dependencies, self._supervisor, epoch).run()
        await self._writer.commit((Saved(KeyValue(EPOCH_KEY, str(epoch))), *leases))
        for session in sessions:
            self._supervisor.open_mailbox(session)
        await self._subscribe_candles(sessions)
        late = await self._book_late_fills()
        await self._look_up_orders(sessions)
        await self._supervisor.wait_until_idle()
        await self._resume_bots(sessions, epoch)
        await self._panic.resume_panics()
        await self._supervisor.wait_until_idle()
        running = sum(self._is_active(session.bot.bot_id) for session in sessions)
        recovered = RecoveryResult(bots=running, late_fills=late, epoch=epoch)
        if down_since and any(map(_was_active, sessions)):
            await self._notify_owners(sessions, recovered, datetime.fromisoformat(down_since))
        return recovered

    def _is_active(self, bot_id: BotId) -> bool:
        # Read at the end: a resumed panic may have stopped a bot that was active when it was loaded.
        current = self._supervisor.mailboxes.session(bot_id)
        return current is not None and _was_active(current)

    async def _subscribe_candles(self, sessions: list[Session]) -> None:
        for session in sessions:
            if not session.is_deciding:
                continue
            try:
                await self._supervisor.subscribe_candles(session)
            except QuarterdeckError as error:
                self._supervisor.fail_bot(session.bot.bot_id, error)

    async def _book_late_fills(self) -> tuple[FillReport, ...]:
        late: list[FillReport] = []
        for account in await self._reader.accounts():
            venue_context = self._supervisor.venue_contexts.get(account.venue)
            if venue_context is None:
                continue
            for report in await self._missing_or_stopped(account.account_id, venue_context.venue):
                order = await self._reader.order(report.fill.client_order_id)
                if order is None:
                    logger.error("fill of an order that is not stored", extra={"trade_id": report.fill.trade_id})
                    continue
                await self._supervisor.open_session(report.fill.bot_id)
                self._supervisor.post_message(report.fill.bot_id, FillReported(report))
                late.append(report)
            await venue_context.in_flight.wait_until_idle()
        return tuple(late)

    async def _missing_or_stopped(self, account_id: AccountId, venue: Venue) -> tuple[FillReport, ...]:
        try:
            return await self._missing(account_id, venue)
        except AuthFailed as error:
            # Bots of other accounts run; this account's fills are compared at the next start.
            logger.error("account refused at the start", extra={"account_id": account_id})  # noqa: TRY400 - told
            self._supervisor.on_auth_failed(account_id, str(error))
            return ()

    async def _missing(self, account_id: AccountId, venue: Venue) -> tuple[FillReport, ...]:
        booking = await self._reader.fill_count(account_id)
        # Gaps can only be near the end: fills are booked in the order of their bots' mailboxes. If the newest ones do
        # not explain the difference, all are compared.
        for after in (max(booking - RECENT_FILLS, 0), 0):
            reports = await self._fills(venue, account_id, after)
            total = reports[-1].sequence if reports else booking
            self._supervisor.event_dispatcher.record_fill_sequence(account_id, total)
            missing = [
                report for report in reports if not await self._reader.has_fill(account_id, report.fill.trade_id)
            ]
            if len(missing) == total - booking or not after:
                return tuple(missing)
        return ()

    async def _fills(self, venue: Venue, account_id: AccountId, after: int) -> tuple[FillReport, ...]:
        while True:
            try:
                return await venue.fills(account_id, after)
            except Unavailable as error:
                logger.warning("venue not reached, trying again", extra={"error": str(error)})
                await self._clock.sleep(PAUSE)

    async def _look_up_orders(self, sessions: list[Session]) -> None:
        for session in sessions:
            bot = session.bot
            venue_context = self._supervisor.venue_contexts[bot.venue]
            current = self._supervisor.mailboxes.session(bot.bot_id)
            for order in current.orders.values() if current else ():
                for command in _lookup_commands(order):
                    venue_context.enqueue_command(bot.bot_id, order.intent.account_id, command)

    async def _resume_bots(self, sessions: list[Session], epoch: int) -> None:
        for session in sessions:
            bot_id = session.bot.bot_id
            current = self._supervisor.mailboxes.session(bot_id)
            if current is None:
                continue
            if current.bot.status is BotStatus.STARTING:
                await self._start(bot_id)
            elif current.is_deciding:
                venue_context = self._supervisor.venue_contexts[current.bot.venue]
                candles = venue_context.hub.candles(current.bot.series)
                self._supervisor.post_message(bot_id, RunStarted(is_new_run=False, candles=candles))
            else:
                # Only bots that run take over the epoch; each start must align their orders anew.
                self._supervisor.post_message(bot_id, AlignOrders(f"again-{epoch}"))

    async def _start(self, bot_id: BotId) -> None:
        try:
            await self._supervisor.start_bot(bot_id)
        except QuarterdeckError as error:
            # The bot is retried and fails alone; the others go on.
            logger.warning("bot not started again", extra={"bot_id": bot_id, "error": str(error)})

    async def _notify_owners(self, sessions: list[Session], recovered: RecoveryResult, down_since: datetime) -> None:
        owners: dict[OperatorId, list[Bot]] = defaultdict(list)
        for session in sessions:
            if _was_active(session):
                owners[session.bot.owner].append(session.bot)
        now, epoch = self._clock.now(), recovered.epoch
        notices = {owner: self._notice(bots, recovered, (down_since, now)) for owner, bots in owners.items()}
        await self._writer.commit(
            tuple(
                EventRaised(system_event(f"recovered-{epoch}-{owner}", notice, owner, now))
                for owner, notice in notices.items()
            )
        )

    def _notice(self, bots: list[Bot], recovered: RecoveryResult, span: tuple[datetime, datetime]) -> DeskRecovered:
        names = {bot.bot_id: f"{bot.name} ({bot.mode})" for bot in bots}
        changed = tuple(
            f"{names[report.fill.bot_id]} {_fill_text(report)}"
            for report in recovered.late_fills
            if report.fill.bot_id in names
        )
        current = [self._supervisor.mailboxes.session(bot.bot_id) for bot in bots]
        orders = [order for session in current if session for order in session.orders.values()]
        unknown = sum(order.status is OrderStatus.UNKNOWN for order in orders)
        running = sum(self._is_active(bot.bot_id) for bot in bots)
        return DeskRecovered(down_since=span[0], up_at=span[1], bots=running, changed=changed, unknown_orders=unknown)


def _lookup_commands(order: Order) -> Iterator[RouterCommand]:
    """Yield the router commands for an order whose state is unknown; a wanted cancel waits behind the look-up."""
    intent, is_unsure = order.intent, order.status in UNANSWERED_STATUSES
    if is_unsure or not order.is_cancel_wanted:
        yield LookUpOrder(intent, may_send=is_unsure and not order.is_cancel_wanted)
    if order.is_cancel_wanted:
        yield CancelAtVenue(intent.account_id, intent.client_order_id)


def _was_active(session: Session) -> bool:
    return session.bot.status in ACTIVE_STATUSES


def _fill_text(report: FillReport) -> str:
    fill = report.fill
    verb = "bought" if fill.side is OrderSide.BUY else "sold"
    base = fill.symbol.partition("/")[0]
    return f"{verb} {fill.quantity.normalize():f} {base} at {fill.price.normalize():f}"
