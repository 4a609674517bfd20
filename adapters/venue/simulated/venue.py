"""A venue that simulates fills: it has its own durable book and is asked like a real one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from functools import partial
from typing import Protocol

from adapters.venue.simulated.state_journal import VenueStateJournal
from bot.domain.errors import OutcomeUnknown, Unavailable, VenueRejection
from bot.domain.ids import AccountId, ClientOrderId, Symbol, VenueId
from bot.domain.market import Market, Mode, Timeframe
from bot.domain.money import to_decimal
from bot.domain.order import CONDITIONAL_ORDER_TYPES, OrderIntent, OrderPurpose, OrderType
from bot.engine.simulation.matcher import Matcher
from bot.engine.simulation.order_rules import OrderTerms, accept_order
from bot.engine.simulation.simulation_options import Fault, FaultInjector, SimulationOptions
from bot.engine.simulation.state_rows import VenueOrder
from bot.engine.simulation.venue_state import AccountState
from bot.ports.clock import MarketClock
from bot.ports.replay import RECORDING_ENDED
from bot.ports.venue import Balance, FillReport, OrderReport, Unsubscribe, VenueCapabilities, VenueEvent, VenueListener


class PriceSource(Protocol):
    """What a simulated venue must know of the market it stands beside."""

    def last_price(self, symbol: Symbol) -> float | None:
        """Return the newest known price, None before the first."""

    def closed_reason(self, symbol: Symbol, timeframe: Timeframe) -> str | None:
        """Say why no order can ever fill there, None if one can."""

    @property
    def has_ended(self) -> bool:
        """Tell whether the last price is the last there will be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VenueProfile:
    """What a simulated venue is: its name and mode, its markets, clock and prices, and how it fills."""

    venue_id: VenueId
    mode: Mode
    markets: tuple[Market, ...]
    clock: MarketClock
    price_source: PriceSource
    options: SimulationOptions


class SimulatedVenue:
    """The `Venue` over a book: accepts durably before it answers, reports only what is durable.

    Order reports reach listeners for acceptances and cancels too, after the commit and before the answer.
    """

    def __init__(
        self, profile: VenueProfile, journal: VenueStateJournal, matcher: Matcher, fault_injector: FaultInjector
    ) -> None:
        self.venue_id, self.mode, self.clock = profile.venue_id, profile.mode, profile.clock
        self.matcher = matcher
        self._profile = profile
        self._journal, self._state = journal, journal.state
        self._fault_injector = fault_injector
        self._markets = {market.symbol: market for market in profile.markets}
        self._listeners: dict[object, VenueListener] = {}
        self.capabilities = VenueCapabilities(
            has_conditional_orders=profile.options.has_conditional_orders,
            can_guard_beside_sells=profile.options.has_conditional_orders,
            dates_fills_by_candle=True,
            lookup_spacing=timedelta(0),
        )

    async def markets(self) -> tuple[Market, ...]:
        return self._profile.markets

    async def open_account(self, account_id: AccountId, currency: str, deposit: Decimal) -> None:
        if self._state.account(account_id) is None:
            self._state.open_account(account_id, currency, deposit)
            await self._journal.append_changes()
        await self._journal.wait_until_stored()

    async def reset_account(self, account_id: AccountId, deposit: Decimal) -> None:
        self._state.reset_account(account_id, deposit)
        await self._journal.append_changes()

    async def submit_order(self, intent: OrderIntent) -> OrderReport:
        fault = self._fault_injector.on_submit(intent)
        if fault is Fault.UNAVAILABLE:
            raise Unavailable("the venue does not answer")
        if fault is Fault.REJECT:
            raise VenueRejection("the venue refused the order")
        known = self._state.order((intent.account_id, intent.client_order_id))
        if known is not None:
            await self._journal.wait_until_stored()
            return known.report
        order = self._accept_order(intent)
        report, fills = order.report, self._fill_at_recording_end(order)
        is_answered = fault is not Fault.LOSE_ANSWER
        await self._journal.append_changes(partial(self.publish_events, (report, *fills) if is_answered else fills))
        if not is_answered:
            raise OutcomeUnknown(intent.client_order_id)
        return report

    async def cancel_order(self, account_id: AccountId, client_order_id: ClientOrderId) -> OrderReport:
        fault = self._fault_injector.on_cancel(account_id, client_order_id)
        if fault is Fault.UNAVAILABLE:
            raise Unavailable("the venue does not answer")
        order = self._state.order((account_id, client_order_id))
        if order is None:
            raise OutcomeUnknown(client_order_id, "the venue does not know the order")
        is_answered = fault is not Fault.LOSE_ANSWER
        if order.is_open:
            report = self.matcher.cancel_order(order, "canceled on request", self.clock.now()).report
            await self._journal.append_changes(partial(self.publish_events, (report,)) if is_answered else None)
        else:
            report = order.report
            await self._journal.wait_until_stored()
        if not is_answered:
            raise OutcomeUnknown(client_order_id)
        return report

    async def find_order(self, account_id: AccountId, client_order_id: ClientOrderId) -> OrderReport | None:
        self._check_lookup(account_id)
        order = self._state.order((account_id, client_order_id))
        await self._journal.wait_until_stored()
        return None if order is None else order.report

    async def open_orders(self, account_id: AccountId) -> tuple[OrderReport, ...]:
        self._check_lookup(account_id)
        account = self._state.account(account_id)
        found = tuple(order.report for order in account.open_orders.values()) if account else ()
        await self._journal.wait_until_stored()
        return found

    async def fills(self, account_id: AccountId, after_sequence: int) -> tuple[FillReport, ...]:
        self._check_lookup(account_id)
        return await self._journal.fills(account_id, after_sequence)

    async def balances(self, account_id: AccountId) -> tuple[Balance, ...]:
        self._check_lookup(account_id)
        account = self._state.account(account_id)
        found = account.balances() if account else ()
        await self._journal.wait_until_stored()
        return found

    def add_listener(self, listener: VenueListener) -> Unsubscribe:
        token = object()
        self._listeners[token] = listener

        def stop() -> None:
            self._listeners.pop(token, None)

        return stop

    @property
    def listener_count(self) -> int:
        """Return how many listen."""
        return len(self._listeners)

    def publish_events(self, events: Iterable[VenueEvent]) -> None:
        """Call every listener for each event; whoever calls this has made them durable."""
        for event in events:
            for listener in tuple(self._listeners.values()):
                listener(event)

    def _accept_order(self, intent: OrderIntent) -> VenueOrder:
        account = self._account_for(intent)
        market = self._markets.get(intent.symbol)
        if market is None:
            raise VenueRejection(f"{intent.symbol} is not traded here")
        if intent.order_type in CONDITIONAL_ORDER_TYPES and not self.capabilities.has_conditional_orders:
            raise VenueRejection(f"{intent.order_type} orders are not possible here")
        closed = self._closed_reason(intent)
        if closed is not None:
            raise VenueRejection(closed)
        price = self._last_price(intent.symbol) if intent.price is None else intent.price
        fee_rate = self.matcher.quote_fee_rate(market, intent.side)
        terms = OrderTerms(market=market, price=price, quote_fee_rate=fee_rate)
        order = accept_order(intent, terms, account, self.clock.now())
        self._state.add_order(order)
        return order

    def _closed_reason(self, intent: OrderIntent) -> str | None:
        prices = self._profile.price_source
        # What is held must have a way out, or it could never be sold, nor the market begin again.
        is_way_out = intent.purpose is OrderPurpose.EXIT and intent.order_type is OrderType.MARKET
        return prices.closed_reason(intent.symbol, intent.timeframe) or (
            RECORDING_ENDED if prices.has_ended and not is_way_out else None
        )

    def _fill_at_recording_end(self, order: VenueOrder) -> list[VenueEvent]:
        if not self._profile.price_source.has_ended:
            return []
        return self.matcher.match_last_price(order, self._last_price(order.symbol), self.clock.now())

    def _account_for(self, intent: OrderIntent) -> AccountState:
        account = self._state.account(intent.account_id)
        if account is None:
            raise VenueRejection(f"the account {intent.account_id} is not open here")
        return account

    def _last_price(self, symbol: Symbol) -> Decimal:
        last = self._profile.price_source.last_price(symbol)
        if last is None:
            raise Unavailable(f"there is no price of {symbol} yet")
        return to_decimal(last)

    def _check_lookup(self, account_id: AccountId) -> None:
        if self._fault_injector.on_lookup(account_id) is Fault.UNAVAILABLE:
            raise Unavailable("the venue does not answer")
