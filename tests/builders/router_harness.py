"""A router over a venue that notes every call, with what it said and whom it alarmed."""

import asyncio
from dataclasses import dataclass, field
from datetime import timedelta

from bot.domain.ids import AccountId, BotId, ClientOrderId
from bot.domain.order import OrderIntent
from bot.engine.concurrency.in_flight import InFlight
from bot.engine.concurrency.task_scope import TaskScope
from bot.engine.execution.order_router import OrderRouter, OrderRouterDependencies
from bot.engine.trading.messages import (
    CancelAtVenue,
    LookUpOrder,
    Message,
    SendOrder,
)
from bot.ports.venue import OrderReport, VenueCapabilities
from tests.builders.recordings import ABC
from tests.builders.small_engine import turns
from tests.fakes.clock import FakeClock
from tests.fakes.venue import FakeVenue

BOT = BotId("bot")
SPACING = timedelta(seconds=2)


class RecordingVenue(FakeVenue):
    """Notes the order of calls; look-ups must be spaced."""

    def __init__(self) -> None:
        super().__init__((ABC,))
        self.calls: list[str] = []
        self.may_answer = asyncio.Event()
        self.may_answer.set()

    @property
    def capabilities(self) -> VenueCapabilities:
        return VenueCapabilities(has_conditional_orders=True, lookup_spacing=SPACING)

    async def submit_order(self, intent: OrderIntent) -> OrderReport:
        self.calls.append(f"submit {intent.tag}")
        await self.may_answer.wait()
        return await super().submit_order(intent)

    async def cancel_order(self, account_id: AccountId, client_order_id: ClientOrderId) -> OrderReport:
        self.calls.append("cancel")
        return await super().cancel_order(account_id, client_order_id)

    async def find_order(self, account_id: AccountId, client_order_id: ClientOrderId) -> OrderReport | None:
        self.calls.append("look up")
        return await super().find_order(account_id, client_order_id)


@dataclass
class RouterHarness:
    """A router that asks one thing at a time, what it heard and whom it alarmed."""

    task_scope: TaskScope
    venue: RecordingVenue = field(default_factory=RecordingVenue)
    clock: FakeClock = field(default_factory=FakeClock)
    in_flight: InFlight = field(default_factory=InFlight)
    heard: list[Message] = field(default_factory=list)
    alarms: list[tuple[AccountId, str]] = field(default_factory=list)
    router: OrderRouter = field(init=False)

    def __post_init__(self) -> None:
        parts = OrderRouterDependencies(
            venue=self.venue,
            clock=self.clock,
            in_flight=self.in_flight,
            task_scope=self.task_scope,
            post_message=self._hear,
            on_auth_failed=lambda account_id, error: self.alarms.append((account_id, error)),
            on_idle=lambda _: None,
            max_concurrent_requests=1,
        )
        self.router = OrderRouter(parts, AccountId("acc"))

    def _hear(self, bot_id: BotId, message: Message) -> bool:
        assert bot_id == BOT
        self.heard.append(message)
        return True

    def send(self, intent: OrderIntent) -> None:
        self.router.enqueue_command(BOT, SendOrder(intent))

    def cancel(self, intent: OrderIntent) -> None:
        self.router.enqueue_command(BOT, CancelAtVenue(intent.account_id, intent.client_order_id))

    def look_up(self, intent: OrderIntent, *, may_send: bool) -> None:
        self.router.enqueue_command(BOT, LookUpOrder(intent, may_send=may_send))

    async def later(self, duration: timedelta) -> None:
        await turns()
        self.clock.advance(duration)
        await turns()

    @property
    def kinds(self) -> list[str]:
        return [type(message).__name__ for message in self.heard]
