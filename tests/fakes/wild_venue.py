"""A truthful spot venue whose answers and reports are late, lost and out of order, as the test says."""

from collections import deque
from dataclasses import dataclass, field
from decimal import Decimal

from bot.domain.ids import ClientOrderId, VenueOrderId
from bot.domain.money import ZERO
from bot.domain.order import OrderIntent, OrderSide, OrderStatus
from bot.engine.trading.messages import (
    AnswerLost,
    CancelAtVenue,
    FillReported,
    LookUpOrder,
    Message,
    OrderGone,
    OrderReported,
    RouterCommand,
    SendOrder,
    SubmitExpired,
    SubmitRefused,
)
from bot.ports.venue import FillReport, OrderReport
from tests.builders.one_bot import OneBot

OPEN = (OrderStatus.ACCEPTED, OrderStatus.PARTIALLY_FILLED)


@dataclass(slots=True)
class RestingOrder:
    """An order as the venue knows it."""

    intent: OrderIntent
    status: OrderStatus = OrderStatus.ACCEPTED
    filled: Decimal = ZERO

    @property
    def is_open(self) -> bool:
        return self.status in OPEN

    @property
    def left(self) -> Decimal:
        return self.intent.quantity - self.filled


@dataclass(slots=True)
class WildVenue:
    """Holds what was sent; `fills` are told in order, `reports` in order per order, both whenever the test says."""

    bot: OneBot
    orders: dict[ClientOrderId, RestingOrder] = field(default_factory=dict)
    asked: deque[RouterCommand] = field(default_factory=deque)
    fills: deque[FillReport] = field(default_factory=deque)
    reports: deque[OrderReport] = field(default_factory=deque)
    coins: Decimal = ZERO
    taken: int = 0

    @property
    def open(self) -> list[RestingOrder]:
        return [order for order in self.orders.values() if order.is_open]

    def add_listener(self) -> None:
        """Take over what the bot asked since the last time."""
        self.asked.extend(self.bot.commands[self.taken :])
        self.taken = len(self.bot.commands)

    def answer(self, way: str) -> Message | None:
        """Answer the oldest question: as asked, or `refuse`, `lose` or `expire` an order to be sent."""
        command = self.asked.popleft()
        match command:
            case SendOrder(intent):
                return self._sent(intent, way)
            case LookUpOrder(intent, may_send):
                return self._looked_up(intent, way, may_send=may_send)
            case CancelAtVenue():
                return self._canceled(command.client_order_id)

    def _sent(self, intent: OrderIntent, way: str) -> Message:
        if way == "refuse" or not self._has_coins_for(intent):
            return SubmitRefused(intent.client_order_id, "refused")
        if way == "expire" and intent.valid_until is not None:
            return SubmitExpired(intent.client_order_id)
        if way == "vanish":
            return AnswerLost(intent.client_order_id, "never arrived")
        self.orders.setdefault(intent.client_order_id, RestingOrder(intent))
        if way == "lose":
            return AnswerLost(intent.client_order_id, "no answer")
        return OrderReported(self._report(self.orders[intent.client_order_id]))

    def _looked_up(self, intent: OrderIntent, way: str, *, may_send: bool) -> Message:
        known = self.orders.get(intent.client_order_id)
        if known is not None:
            return OrderReported(self._report(known))
        return self._sent(intent, way) if may_send else OrderGone(intent.client_order_id)

    def _canceled(self, client_order_id: ClientOrderId) -> Message | None:
        order = self.orders.get(client_order_id)
        if order is None:
            # A cancel waits behind the sending of its own order.
            waiting = [one for one in self.asked if not isinstance(one, CancelAtVenue)]
            if any(one.intent.client_order_id == client_order_id for one in waiting):
                order_id, intent = client_order_id, self.bot.order(client_order_id).intent
                self.asked.append(CancelAtVenue(intent.account_id, order_id))
                return None
            return OrderGone(client_order_id)
        if order.is_open:
            order.status = OrderStatus.CANCELED
        return OrderReported(self._report(order))

    def fill(self, order: RestingOrder, price: Decimal, quantity: Decimal) -> None:
        """Execute a part of an order; the others of its group are canceled."""
        order.filled += quantity
        order.status = OrderStatus.FILLED if order.left <= 0 else OrderStatus.PARTIALLY_FILLED
        self.coins += order.intent.side.sign * quantity
        assert self.coins >= 0, "sold what the bot never bought"
        self.fills.append(self.bot.fill_report(order.intent, str(price), quantity))
        self.reports.append(self._report(order))
        for other in self.open:
            is_grouped = order.intent.group is not None and other.intent.group == order.intent.group
            if is_grouped and other is not order:
                self.take_away(other)

    def take_away(self, order: RestingOrder) -> None:
        """Cancel an order that nobody asked to cancel."""
        order.status = OrderStatus.CANCELED
        self.reports.append(self._report(order))

    def next_fill(self) -> FillReported:
        """Tell the oldest fill, with its stored order if that was closed for us."""
        report = self.fills.popleft()
        client_order_id = report.fill.client_order_id
        is_known = client_order_id in self.bot.session.orders
        return FillReported(report, None if is_known else self.bot.order(client_order_id))

    def next_report(self) -> OrderReported:
        return OrderReported(self.reports.popleft())

    def look_up_all(self) -> None:
        """Ask as a restart does: reports that were on their way are lost, every working order is looked up."""
        self.reports.clear()
        self.asked.clear()
        self.taken = len(self.bot.commands)
        for order in self.bot.session.orders.values():
            is_unsure = order.status in (OrderStatus.PENDING, OrderStatus.SUBMITTED, OrderStatus.UNKNOWN)
            if is_unsure or not order.is_cancel_wanted:
                self.asked.append(LookUpOrder(order.intent, may_send=is_unsure and not order.is_cancel_wanted))
            if order.is_cancel_wanted:
                self.asked.append(CancelAtVenue(order.intent.account_id, order.intent.client_order_id))

    def _has_coins_for(self, intent: OrderIntent) -> bool:
        return intent.side is OrderSide.BUY or intent.quantity <= self.coins

    def _report(self, order: RestingOrder) -> OrderReport:
        intent = order.intent
        return OrderReport(
            account_id=intent.account_id,
            client_order_id=intent.client_order_id,
            venue_order_id=VenueOrderId(f"v-{intent.client_order_id[:6]}"),
            status=order.status,
            filled_quantity=order.filled,
            market_time=self.bot.market_time,
        )
