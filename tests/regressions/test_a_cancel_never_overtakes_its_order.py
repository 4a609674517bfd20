"""A stop right after an entry canceled an order the venue did not know yet; then the order arrived and stayed."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field

import pytest

from adapters.data.markets import market_for
from bot.domain.errors import OutcomeUnknown, Unavailable
from bot.domain.ids import AccountId, BotId
from bot.domain.order import OrderIntent, OrderStatus
from bot.engine.concurrency.in_flight import InFlight
from bot.engine.concurrency.task_scope import TaskScope, task_scope
from bot.engine.execution.order_router import FIRST_PAUSE, OrderRouter, OrderRouterDependencies
from bot.engine.trading.messages import CancelAtVenue, LookUpOrder, Message, OrderGone, OrderReported, SendOrder
from bot.ports.venue import OrderReport
from tests.builders.facts import ABC
from tests.builders.orders import an_intent
from tests.fakes.clock import FakeClock
from tests.fakes.venue import FakeVenue

BOT = BotId("bot")


class SlowVenue(FakeVenue):
    """Does what it is asked once it may."""

    def __init__(self) -> None:
        super().__init__((market_for(ABC),))
        self.may_go_on = asyncio.Event()
        self.may_go_on.set()

    async def submit_order(self, intent: OrderIntent) -> OrderReport:
        await self.may_go_on.wait()
        return await super().submit_order(intent)


@dataclass
class Wire:
    """A router that asks two things at once, on a venue that a test holds in its hand."""

    venue: SlowVenue
    clock: FakeClock
    activity: InFlight
    nest: TaskScope
    router: OrderRouter = field(init=False)
    heard: list[Message] = field(default_factory=list)

    def __post_init__(self) -> None:
        parts = OrderRouterDependencies(
            venue=self.venue,
            clock=self.clock,
            in_flight=self.activity,
            task_scope=self.nest,
            post_message=self._hear,
            on_auth_failed=self._alarm,
            on_idle=lambda _: None,
            max_concurrent_requests=2,
        )
        self.router = OrderRouter(parts, AccountId("acc"))

    def _hear(self, _: BotId, message: Message) -> bool:
        self.heard.append(message)
        return True

    @staticmethod
    def _alarm(account_id: AccountId, error: str) -> None:
        raise AssertionError(f"{account_id}: {error}")

    def cancel(self, intent: OrderIntent) -> None:
        self.router.enqueue_command(BOT, CancelAtVenue(intent.account_id, intent.client_order_id))


@pytest.fixture
async def wire() -> AsyncIterator[Wire]:
    async with task_scope() as scope:
        yield Wire(SlowVenue(), FakeClock(), InFlight(), scope)


async def turns(count: int = 20) -> None:
    for _ in range(count):
        await asyncio.sleep(0)


async def test_a_cancel_waits_until_its_order_was_sent(wire: Wire) -> None:
    intent = an_intent()
    wire.venue.may_go_on.clear()
    wire.router.enqueue_command(BOT, SendOrder(intent))
    await turns()
    wire.cancel(intent)
    await turns()
    assert wire.heard == []
    wire.venue.may_go_on.set()
    await wire.activity.wait_until_idle()
    assert [type(message) for message in wire.heard] == [OrderReported, OrderReported]
    assert wire.heard[-1] == OrderReported(wire.venue.reports[intent.client_order_id])
    assert wire.venue.reports[intent.client_order_id].status is OrderStatus.CANCELED


async def test_an_order_that_is_canceled_while_the_venue_is_down_is_never_sent(wire: Wire) -> None:
    intent = an_intent()
    wire.venue.answers.append(Unavailable("down"))
    wire.router.enqueue_command(BOT, SendOrder(intent))
    await turns()
    wire.cancel(intent)
    wire.cancel(intent)
    await turns()
    wire.clock.advance(FIRST_PAUSE)
    await wire.activity.wait_until_idle()
    assert wire.heard == [OrderGone(intent.client_order_id, "canceled before it was sent")]
    assert wire.venue.submitted == []


async def test_a_cancel_waits_for_the_look_up_of_its_order(wire: Wire) -> None:
    intent = an_intent()
    await wire.venue.submit_order(intent)
    wire.venue.lookup_answers.append(Unavailable("down"))
    wire.router.enqueue_command(BOT, LookUpOrder(intent, may_send=False))
    await turns()
    wire.cancel(intent)
    await turns()
    assert wire.heard == []
    wire.clock.advance(FIRST_PAUSE)
    await wire.activity.wait_until_idle()
    assert wire.venue.reports[intent.client_order_id].status is OrderStatus.CANCELED


async def test_a_cancel_of_an_order_the_venue_never_saw_ends(wire: Wire) -> None:
    intent = an_intent()
    wire.cancel(intent)
    await wire.activity.wait_until_idle()
    assert wire.heard == [OrderGone(intent.client_order_id)]


async def test_a_cancel_whose_answer_was_lost_is_looked_up(wire: Wire) -> None:
    intent = an_intent()
    await wire.venue.submit_order(intent)
    wire.venue.answers.append(OutcomeUnknown(intent.client_order_id))
    wire.cancel(intent)
    await wire.activity.wait_until_idle()
    assert wire.heard == [OrderReported(wire.venue.reports[intent.client_order_id])]
