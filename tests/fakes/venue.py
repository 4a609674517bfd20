"""A venue in memory whose answers a test writes."""

from collections import deque
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from bot.domain.errors import OutcomeUnknown, QuarterdeckError
from bot.domain.fill import Fill, Liquidity
from bot.domain.ids import AccountId, ClientOrderId, VenueId, VenueOrderId, VenueTradeId
from bot.domain.market import Market, Mode
from bot.domain.moment import Moment
from bot.domain.money import ZERO
from bot.domain.order import OrderIntent, OrderStatus
from bot.ports.clock import MarketClock
from bot.ports.venue import (
    Balance,
    FillReport,
    OrderReport,
    Unsubscribe,
    VenueCapabilities,
    VenueEvent,
    VenueListener,
)
from tests.fakes.clock import LAUNCH, ManualMarketClock

OPEN = (OrderStatus.ACCEPTED, OrderStatus.PARTIALLY_FILLED)


class FakeVenue:
    """Accepts every order and fills when told; money is not checked.

    `answers` holds what the next submits and cancels do: None succeeds, an error is raised without doing anything,
    except OutcomeUnknown, which is raised after doing it.
    """

    def __init__(self, markets: tuple[Market, ...], *, has_conditional_orders: bool = True) -> None:
        self.market_clock = ManualMarketClock()
        self.answers: deque[QuarterdeckError | None] = deque()
        self.lookup_answers: deque[QuarterdeckError | None] = deque()
        self.submitted: list[OrderIntent] = []
        self._markets = markets
        self._has_conditional_orders = has_conditional_orders
        self._intents: dict[tuple[AccountId, ClientOrderId], OrderIntent] = {}
        self._orders: dict[tuple[AccountId, ClientOrderId], OrderReport] = {}
        self._fills: dict[AccountId, list[FillReport]] = {}
        self._totals: dict[AccountId, dict[str, Decimal]] = {}
        self._listeners: list[VenueListener] = []

    @property
    def venue_id(self) -> VenueId:
        return VenueId("fake")

    @property
    def mode(self) -> Mode:
        return Mode.PRACTICE

    @property
    def capabilities(self) -> VenueCapabilities:
        return VenueCapabilities(has_conditional_orders=self._has_conditional_orders, lookup_spacing=timedelta(0))

    @property
    def clock(self) -> MarketClock:
        return self.market_clock

    @property
    def reports(self) -> dict[ClientOrderId, OrderReport]:
        """What it would say of every order it knows."""
        return {client_order_id: report for (_, client_order_id), report in self._orders.items()}

    async def markets(self) -> tuple[Market, ...]:
        return self._markets

    async def open_account(self, account_id: AccountId, currency: str, deposit: Decimal) -> None:
        self._totals.setdefault(account_id, {currency: deposit})

    async def reset_account(self, account_id: AccountId, deposit: Decimal) -> None:
        (currency, *_) = self._totals[account_id]
        self._totals[account_id] = {currency: deposit}

    async def submit_order(self, intent: OrderIntent) -> OrderReport:
        error = self._next(self.answers)
        key = (intent.account_id, intent.client_order_id)
        if key not in self._orders:
            self.submitted.append(intent)
            self._intents[key] = intent
            self._orders[key] = OrderReport(
                account_id=intent.account_id,
                client_order_id=intent.client_order_id,
                venue_order_id=VenueOrderId(f"f-{len(self._orders) + 1}"),
                status=OrderStatus.ACCEPTED,
                filled_quantity=ZERO,
                market_time=self.market_clock.now(),
            )
            if error is None:
                self.tell(self._orders[key])
        if error is not None:
            raise error
        return self._orders[key]

    async def cancel_order(self, account_id: AccountId, client_order_id: ClientOrderId) -> OrderReport:
        error = self._next(self.answers)
        key = (account_id, client_order_id)
        if key not in self._orders:
            raise OutcomeUnknown(client_order_id, "the venue does not know the order")
        if self._orders[key].status in OPEN:
            self._orders[key] = replace(
                self._orders[key], status=OrderStatus.CANCELED, market_time=self.market_clock.now()
            )
            if error is None:
                self.tell(self._orders[key])
        if error is not None:
            raise error
        return self._orders[key]

    async def find_order(self, account_id: AccountId, client_order_id: ClientOrderId) -> OrderReport | None:
        self._next(self.lookup_answers)
        return self._orders.get((account_id, client_order_id))

    async def open_orders(self, account_id: AccountId) -> tuple[OrderReport, ...]:
        self._next(self.lookup_answers)
        return tuple(
            order for order in self._orders.values() if order.account_id == account_id and order.status in OPEN
        )

    async def fills(self, account_id: AccountId, after_sequence: int) -> tuple[FillReport, ...]:
        self._next(self.lookup_answers)
        return tuple(self._fills.get(account_id, ())[after_sequence:])

    async def balances(self, account_id: AccountId) -> tuple[Balance, ...]:
        self._next(self.lookup_answers)
        totals = self._totals.get(account_id, {})
        return tuple(Balance(currency=currency, total=total, free=total) for currency, total in sorted(totals.items()))

    def add_listener(self, listener: VenueListener) -> Unsubscribe:
        self._listeners.append(listener)

        def stop() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return stop

    def forget(self, intent: OrderIntent) -> None:
        """Know nothing of an order, as if it had never arrived."""
        key = (intent.account_id, intent.client_order_id)
        del self._orders[key], self._intents[key]

    def fill(self, intent: OrderIntent, price: Decimal, quantity: Decimal | None = None) -> FillReport:
        """Fill an accepted order, whole or in part, and tell the listeners; others of its group are canceled."""
        key = (intent.account_id, intent.client_order_id)
        order = self._orders[key]
        quantity = intent.quantity - order.filled_quantity if quantity is None else quantity
        filled = order.filled_quantity + quantity
        status = OrderStatus.FILLED if filled >= intent.quantity else OrderStatus.PARTIALLY_FILLED
        self._orders[key] = replace(order, status=status, filled_quantity=filled, market_time=self.market_clock.now())
        report = self._record_fill(intent, price, quantity)
        self.tell(report)
        self.tell(self._orders[key])
        self._cancel_group(intent)
        return report

    def _record_fill(self, intent: OrderIntent, price: Decimal, quantity: Decimal) -> FillReport:
        market = next(market for market in self._markets if market.symbol == intent.symbol)
        fills = self._fills.setdefault(intent.account_id, [])
        sequence = len(fills) + 1
        fee = quantity * price * market.fee_rate
        fill = Fill(
            account_id=intent.account_id,
            bot_id=intent.bot_id,
            client_order_id=intent.client_order_id,
            trade_id=VenueTradeId(f"f-{intent.account_id}-{sequence}"),
            symbol=intent.symbol,
            side=intent.side,
            price=price,
            quantity=quantity,
            fee=fee,
            fee_currency=market.quote,
            liquidity=Liquidity.TAKER,
            moment=Moment(self.market_clock.now(), LAUNCH),
        )
        totals = self._totals.setdefault(intent.account_id, {})
        sign = intent.side.sign
        totals[market.base] = totals.get(market.base, ZERO) + sign * quantity
        totals[market.quote] = totals.get(market.quote, ZERO) - sign * quantity * price - fee
        report = FillReport(sequence=sequence, fill=fill)
        fills.append(report)
        return report

    def _cancel_group(self, intent: OrderIntent) -> None:
        for key, other in self._intents.items():
            is_other = other.client_order_id != intent.client_order_id and other.account_id == intent.account_id
            if intent.group and is_other and other.group == intent.group and self._orders[key].status in OPEN:
                self._orders[key] = replace(self._orders[key], status=OrderStatus.CANCELED)
                self.tell(self._orders[key])

    def tell(self, event: VenueEvent) -> None:
        """Tell the listeners, also again of what they know."""
        for listener in tuple(self._listeners):
            listener(event)

    @staticmethod
    def _next(answers: deque[QuarterdeckError | None]) -> QuarterdeckError | None:
        error = answers.popleft() if answers else None
        if error is not None and not isinstance(error, OutcomeUnknown):
            raise error
        return error
