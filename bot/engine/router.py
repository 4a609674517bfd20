"""The way of committed orders to a venue: one router per account, cancels and exits before entries.

It holds no facts of its own: what it was asked and did not answer is found again in the stored orders after a crash.
"""

import asyncio
import heapq
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from typing import TypeVar

from bot.domain.errors import AuthFailed, OrderRejected, OutcomeUnknown, RateLimited, Unavailable
from bot.domain.ids import AccountId, BotId, ClientOrderId
from bot.domain.order import OrderIntent, OrderPurpose
from bot.engine.activity import Activity
from bot.engine.messages import (
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
from bot.ports.clock import Clock
from bot.ports.venue import Venue

logger = logging.getLogger(__name__)

DEADLINE = timedelta(seconds=15)
FIRST_PAUSE = timedelta(milliseconds=500)
LONGEST_PAUSE = timedelta(seconds=30)
LOOKUPS_TO_PROVE_ABSENCE = 2

T = TypeVar("T")
Post = Callable[[BotId, Message], bool]
Alarm = Callable[[AccountId, str], None]


@dataclass(order=True, slots=True)
class _Job:
    priority: int
    number: int
    bot_id: BotId = field(compare=False)
    command: RouterCommand = field(compare=False)


class Router:
    """Sends, cancels and looks up the orders of one account; answers come back as messages to the bots."""

    def __init__(self, venue: Venue, clock: Clock, activity: Activity, post: Post, alarm: Alarm) -> None:
        self._venue = venue
        self._clock = clock
        self._activity = activity
        self._post = post
        self._alarm = alarm
        self._jobs: list[_Job] = []
        self._numbers = count()
        self._wake = asyncio.Event()

    @property
    def backlog(self) -> int:
        """Return how many commands wait."""
        return len(self._jobs)

    def put(self, bot_id: BotId, command: RouterCommand) -> None:
        """Queue a command of a bot; its facts are committed."""
        self._activity.begin()
        heapq.heappush(self._jobs, _Job(_priority(command), next(self._numbers), bot_id, command))
        self._wake.set()

    async def work(self) -> None:
        """Carry out commands for ever; run as many of these as requests may be under way at once."""
        while True:
            while not self._jobs:
                self._wake.clear()
                await self._wake.wait()
            job = heapq.heappop(self._jobs)
            try:
                await self._carry_out(job)
            finally:
                self._activity.end()

    async def _carry_out(self, job: _Job) -> None:
        match job.command:
            case SendOrder(intent):
                await self._send(job.bot_id, intent)
            case CancelAtVenue(account_id, client_order_id):
                await self._cancel(job.bot_id, account_id, client_order_id)
            case LookUpOrder(intent, may_send):
                await self._resolve(job.bot_id, intent, may_send=may_send)

    async def _send(self, bot_id: BotId, intent: OrderIntent) -> None:
        pause = FIRST_PAUSE
        while not self._is_late(intent):
            try:
                report = await _answer(self._venue.submit(intent))
            except OrderRejected as error:
                self._post(bot_id, SubmitRefused(intent.client_order_id, str(error)))
                return
            except (OutcomeUnknown, TimeoutError) as error:
                self._post(bot_id, AnswerLost(intent.client_order_id, str(error) or "no answer in time"))
                return
            except Unavailable as error:
                # Nothing reached the venue: the same order, with the same id, may be sent again.
                pause = await self._pause(pause, error)
            except AuthFailed as error:
                self._post(bot_id, SubmitRefused(intent.client_order_id, str(error)))
                self._alarm(intent.account_id, str(error))
                return
            else:
                self._post(bot_id, OrderReported(report))
                return
        self._post(bot_id, SubmitExpired(intent.client_order_id))

    def _is_late(self, intent: OrderIntent) -> bool:
        return intent.valid_until is not None and self._venue.clock.now() > intent.valid_until

    async def _cancel(self, bot_id: BotId, account_id: AccountId, client_order_id: ClientOrderId) -> None:
        pause = FIRST_PAUSE
        while True:
            try:
                report = await _answer(self._venue.cancel(account_id, client_order_id))
            except (Unavailable, OutcomeUnknown, TimeoutError) as error:
                # Cancelling twice is harmless, so an unknown outcome is asked again.
                pause = await self._pause(pause, error)
            except AuthFailed as error:
                self._alarm(account_id, str(error))
                return
            else:
                self._post(bot_id, OrderReported(report))
                return

    async def _resolve(self, bot_id: BotId, intent: OrderIntent, *, may_send: bool) -> None:
        if await self._found(bot_id, intent):
            return
        if may_send:
            await self._send(bot_id, intent)
        else:
            # Confirmed absent twice, spaced: an order that once rested there is gone.
            self._post(bot_id, OrderGone(intent.client_order_id))

    async def _found(self, bot_id: BotId, intent: OrderIntent) -> bool:
        absences, pause = 0, FIRST_PAUSE
        spacing = self._venue.capabilities.lookup_spacing
        while absences < LOOKUPS_TO_PROVE_ABSENCE:
            if absences:
                await self._clock.sleep(spacing)
            try:
                report = await _answer(self._venue.find_order(intent.account_id, intent.client_order_id))
            except (Unavailable, TimeoutError) as error:
                pause = await self._pause(pause, error)
                continue
            except AuthFailed as error:
                self._alarm(intent.account_id, str(error))
                return True
            if report is not None:
                self._post(bot_id, OrderReported(report))
                return True
            absences += 1
        return False

    async def _pause(self, pause: timedelta, error: Exception) -> timedelta:
        wait = error.retry_after if isinstance(error, RateLimited) else pause
        logger.warning("venue not reached, trying again", extra={"wait": str(wait), "error": str(error)})
        await self._clock.sleep(wait)
        return min(pause * 2, LONGEST_PAUSE)


def _priority(command: RouterCommand) -> int:
    match command:
        case CancelAtVenue():
            return 0
        case SendOrder(intent) | LookUpOrder(intent, _):
            return 2 if intent.purpose in (OrderPurpose.ENTRY, OrderPurpose.PLAN) else 1


async def _answer(question: Awaitable[T]) -> T:
    async with asyncio.timeout(DEADLINE.total_seconds()):
        return await question
