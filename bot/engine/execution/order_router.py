"""Order router of an account: sends, cancels and looks up orders at a venue, cancels and exits before entries.

It keeps nothing durable: after a crash, recovery finds unanswered orders in storage and enqueues them again.
"""

import asyncio
import heapq
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import TypeVar

from bot.domain.errors import AuthFailed, OutcomeUnknown, RateLimited, Unavailable, VenueRejection
from bot.domain.ids import AccountId, BotId, ClientOrderId
from bot.domain.order import RESTING_STATUSES, OrderIntent, OrderPurpose
from bot.engine.concurrency.backoff import Backoff
from bot.engine.concurrency.in_flight import InFlight
from bot.engine.concurrency.task_scope import TaskScope
from bot.engine.trading.messages import (
    AnswerLost,
    CancelAtVenue,
    LookUpOrder,
    Message,
    OrderGone,
    OrderReported,
    RouterCommand,
    SendOrder,
    SubmitExpired,
    SubmitRefused,
)
from bot.log import BOT_ID, log_id
from bot.ports.clock import Clock
from bot.ports.venue import OrderReport, Venue

logger = logging.getLogger(__name__)

DEADLINE = timedelta(seconds=15)
FIRST_PAUSE = timedelta(milliseconds=500)
LONGEST_PAUSE = timedelta(seconds=30)
LOOKUPS_TO_PROVE_ABSENCE = 2
MAX_CONCURRENT_REQUESTS = 8

T = TypeVar("T")
PostMessage = Callable[[BotId, Message], bool]
AuthFailureListener = Callable[[AccountId, str], None]
IdleListener = Callable[[AccountId], object]


@dataclass(order=True, slots=True)
class _RouterJob:
    priority: int
    number: int
    bot_id: BotId = field(compare=False)
    command: RouterCommand = field(compare=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class OrderRouterDependencies:
    """Ports and callbacks of an order router; `on_idle` is called when its last task ends."""

    venue: Venue
    clock: Clock
    in_flight: InFlight
    task_scope: TaskScope
    post_message: PostMessage
    on_auth_failed: AuthFailureListener
    on_idle: IdleListener
    max_concurrent_requests: int = MAX_CONCURRENT_REQUESTS


class OrderRouter:
    """Executes the router commands of one account and posts the venue's answers to the bots as messages.

    Its tasks start when a command is enqueued and end when none is left.
    """

    def __init__(self, dependencies: OrderRouterDependencies, account_id: AccountId) -> None:
        self._dependencies = dependencies
        self._venue = dependencies.venue
        self._clock = dependencies.clock
        self._in_flight = dependencies.in_flight
        self._post = dependencies.post_message
        self._on_auth_failed = dependencies.on_auth_failed
        self._account_id = account_id
        self._jobs: list[_RouterJob] = []
        # Orders being sent or looked up, each with the cancel that waits for the outcome.
        self._unanswered_orders: dict[ClientOrderId, _RouterJob | None] = {}
        self._numbers = count()
        self._workers = 0

    @property
    def backlog(self) -> int:
        return len(self._jobs)

    def enqueue_command(self, bot_id: BotId, command: RouterCommand) -> None:
        """Enqueue a bot's command whose facts are committed.

        A cancel never overtakes its own order: it waits until the order was sent or looked up, or prevents the sending.
        """
        job = _RouterJob(command_priority(command), next(self._numbers), bot_id, command)
        if not isinstance(command, CancelAtVenue):
            self._unanswered_orders.setdefault(command.intent.client_order_id, None)
        elif command.client_order_id in self._unanswered_orders:
            if self._unanswered_orders[command.client_order_id] is None:
                self._in_flight.begin_work()
                self._unanswered_orders[command.client_order_id] = job
            return
        self._in_flight.begin_work()
        self._queue(job)

    def _queue(self, job: _RouterJob) -> None:
        heapq.heappush(self._jobs, job)
        if self._workers < self._dependencies.max_concurrent_requests:
            self._workers += 1
            name = f"router {self._venue.venue_id} {self._account_id}"
            self._dependencies.task_scope.start_task(self._work(), name)

    async def _work(self) -> None:
        while self._jobs:
            job = heapq.heappop(self._jobs)
            try:
                with log_id(BOT_ID, job.bot_id):
                    await self._execute_job(job)
            except AuthFailed as error:
                self._on_auth_failed(self._account_id, str(error))
            finally:
                self._in_flight.end_work()
        self._workers -= 1
        if not self._workers:
            self._dependencies.on_idle(self._account_id)

    async def _execute_job(self, job: _RouterJob) -> None:
        command = job.command
        if isinstance(command, CancelAtVenue):
            await self._cancel(job.bot_id, command)
            return
        try:
            if isinstance(command, SendOrder):
                await self._send(job.bot_id, command.intent)
            else:
                await self._resolve(job.bot_id, command.intent, may_send=command.may_send)
        finally:
            cancel = self._unanswered_orders.pop(command.intent.client_order_id, None)
            if cancel is not None:
                self._queue(cancel)

    async def _send(self, bot_id: BotId, intent: OrderIntent) -> None:
        backoff = _new_backoff()
        while not self._is_late(intent):
            if self._is_unwanted(intent):
                self._post(bot_id, OrderGone(intent.client_order_id, "canceled before it was sent"))
                return
            try:
                report = await _with_deadline(self._venue.submit_order(intent))
            except AuthFailed as error:
                self._post(bot_id, SubmitRefused(intent.client_order_id, str(error)))
                raise
            except VenueRejection as error:
                self._post(bot_id, SubmitRefused(intent.client_order_id, str(error)))
                return
            except (OutcomeUnknown, TimeoutError) as error:
                self._post(bot_id, AnswerLost(intent.client_order_id, str(error) or "no answer in time"))
                return
            except Unavailable as error:
                # Nothing reached the venue: the same order, with the same id, may be sent again.
                await self._back_off(backoff, error)
            else:
                self._post(bot_id, OrderReported(report))
                return
        self._post(bot_id, SubmitExpired(intent.client_order_id))

    def _is_unwanted(self, intent: OrderIntent) -> bool:
        if self._unanswered_orders.get(intent.client_order_id) is None:
            return False
        self._unanswered_orders[intent.client_order_id] = None
        self._in_flight.end_work()
        return True

    def _is_late(self, intent: OrderIntent) -> bool:
        return intent.valid_until is not None and self._venue.clock.now() > intent.valid_until

    async def _cancel(self, bot_id: BotId, command: CancelAtVenue) -> None:
        account_id, client_order_id = command.account_id, command.client_order_id
        backoff = _new_backoff()
        while True:
            try:
                report: OrderReport | None = await self._cancel_at_venue(account_id, client_order_id)
            except Unavailable as error:
                await self._back_off(backoff, error)
                continue
            if report is None:
                self._post(bot_id, OrderGone(client_order_id))
                return
            if report.status not in RESTING_STATUSES:
                self._post(bot_id, OrderReported(report))
                return
            # The cancel did not arrive; doing it twice is harmless.
            await self._back_off(backoff, OutcomeUnknown(client_order_id))

    async def _cancel_at_venue(self, account_id: AccountId, client_order_id: ClientOrderId) -> OrderReport | None:
        try:
            return await _with_deadline(self._venue.cancel_order(account_id, client_order_id))
        except (OutcomeUnknown, TimeoutError):
            return await self._look_up(account_id, client_order_id)

    async def _resolve(self, bot_id: BotId, intent: OrderIntent, *, may_send: bool) -> None:
        report = await self._look_up(intent.account_id, intent.client_order_id)
        if report is not None:
            self._post(bot_id, OrderReported(report))
        elif may_send:
            await self._send(bot_id, intent)
        else:
            self._post(bot_id, OrderGone(intent.client_order_id))

    async def _look_up(self, account_id: AccountId, client_order_id: ClientOrderId) -> OrderReport | None:
        # One absence proves nothing: an order that was just sent may take the venue a moment to show.
        absences, backoff = 0, _new_backoff()
        spacing = self._venue.capabilities.lookup_spacing
        while absences < LOOKUPS_TO_PROVE_ABSENCE:
            if absences:
                await self._clock.sleep(spacing)
            try:
                report = await _with_deadline(self._venue.find_order(account_id, client_order_id))
            except (Unavailable, TimeoutError) as error:
                await self._back_off(backoff, error)
                continue
            if report is not None:
                return report
            absences += 1
        return None

    async def _back_off(self, backoff: Backoff, error: Exception) -> None:
        pause = backoff.next_pause()
        wait = error.retry_after if isinstance(error, RateLimited) else pause
        logger.warning("venue not reached, trying again", extra={"wait": str(wait), "error": str(error)})
        await self._clock.sleep(wait)


def _new_backoff() -> Backoff:
    return Backoff(first=FIRST_PAUSE, longest=LONGEST_PAUSE)


def command_priority(command: RouterCommand) -> int:
    match command:
        case CancelAtVenue():
            return 0
        case SendOrder(intent) | LookUpOrder(intent, _):
            return 2 if intent.purpose in (OrderPurpose.ENTRY, OrderPurpose.PLAN) else 1


async def _with_deadline(request: Awaitable[T]) -> T:
    async with asyncio.timeout(DEADLINE.total_seconds()):
        return await request
